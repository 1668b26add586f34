-- A grant is a project. One without planned dates begins when it was awarded. What a grant
-- to a person is called may name the person, so that it gets a title of its own.
with named as (
  select file, line, id as grant_id, title, currency, amount, coalesce(planned_start, actual_start, awarded) as starts, coalesce(planned_end, actual_end) as ends,
    programme, to_individual, coalesce(url, data_source) as page, funder_id as id, funder as name, funder_postcode as postcode
  from {{raw}}
), keyed as (
  select file, line, grant_id, title, currency, amount, starts, ends, programme, to_individual, page, name,
    '360g-' || regexp_replace(coalesce(id, lower(name) || ' ' || upper(coalesce(postcode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as key
  from named
)
select file, line, '360g-' || regexp_replace(grant_id, '[^A-Za-z0-9._-]+', '-', 'g') as project_id,
  case when to_individual is null then coalesce(title, 'Grant ' || grant_id) else 'Grant to an individual' end as title, programme, name as funder, key as funder_key,
  grant_id as reference, null as status, starts as start_date, ends as end_date, round(amount * 100)::bigint as amount_p, null as cost_p, currency, page as source_url
from keyed
