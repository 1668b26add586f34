-- An organisation may stand in a project more than once, for itself and for others.
select file, line,
  'cordis-' || project || '-' || organisation || case when nth > 1 then '-' || nth else '' end as participation_id, 'cordis-' || project as project_id,
  'cordis-' || organisation as key, lower(regexp_replace(coalesce(role, 'participant'), '([a-z])([A-Z])', '\1 \2', 'g')) as role,
  round(coalesce(net_contribution_eur, contribution_eur) * 100)::bigint as amount_p, round(cost_eur * 100)::bigint as cost_p, 'EUR' as currency,
  null as start_date, null as end_date, 'https://cordis.europa.eu/project/id/' || project as source_url
from (
  select file, line, project, organisation, role, net_contribution_eur, contribution_eur, cost_eur,
    row_number() over (partition by project, organisation order by file, line) as nth
  from {{raw}}
) t
