-- A grant is a project. One without planned dates begins when it was awarded. What a grant
-- to a person is called may name the person, so that it is not read.
with giver as (
  select file, line, f[1] as r from (select file, line, from_json(funders, '[{"id":"VARCHAR","name":"VARCHAR","postalCode":"VARCHAR"}]') as f from {{raw}}) t
), keyed as (
  select file, line, r.name as funder,
    '360g-' || regexp_replace(coalesce(r.id, lower(r.name) || ' ' || upper(coalesce(r.postalCode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as funder_key
  from giver
)
select g.file, g.line, '360g-' || regexp_replace(g.id, '[^A-Za-z0-9._-]+', '-', 'g') as project_id,
  case when g.to_individual is null then coalesce(g.title, 'Grant ' || g.id) else 'Grant to an individual' end as title, g.programme, k.funder, k.funder_key, g.id as reference, null as status,
  coalesce(g.starts, g.awarded) as start_date, g.ends as end_date, round(g.amount * 100)::bigint as amount_p, null as cost_p, g.currency, g.url as source_url
from {{raw}} g join keyed k using (file, line)
