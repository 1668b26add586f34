select file, line, 'cordis-' || project as project_id,
  case when acronym is null or lower(acronym) = lower(title) then title else acronym || ': ' || title end as title,
  case framework when 'HORIZON' then 'Horizon Europe' when 'H2020' then 'Horizon 2020' else framework end as programme,
  'European Union' as funder, null as funder_key, project::varchar as reference, status, start_date, end_date,
  round(contribution_eur * 100)::bigint as amount_p, round(cost_eur * 100)::bigint as cost_p, 'EUR' as currency,
  'https://cordis.europa.eu/project/id/' || project as source_url
from {{raw}}
