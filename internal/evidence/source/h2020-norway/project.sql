-- The table has no amount of a whole project.
select file, line, 'h2020-' || project as project_id,
  case when acronym is null or lower(acronym) = lower(title) then title else acronym || ': ' || title end as title,
  case framework when 'H2020' then 'Horizon 2020' else framework end as programme, 'European Union' as funder, null as funder_key,
  project::varchar as reference, status, start_date, end_date, null as amount_p, null as cost_p, 'EUR' as currency,
  'https://cordis.europa.eu/project/id/' || project as source_url
from {{raw}}
qualify row_number() over (partition by project order by file, line) = 1
