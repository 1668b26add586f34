select file, line, 'h2020-' || project || '-' || place as participation_id, 'h2020-' || project as project_id, 'h2020-' || number as key,
  lower(coalesce(role, 'participant')) as role, round(contribution_eur * 100)::bigint as amount_p, null as cost_p, 'EUR' as currency,
  null as start_date, null as end_date, 'https://cordis.europa.eu/project/id/' || project as source_url
from {{raw}}
where number is not null
