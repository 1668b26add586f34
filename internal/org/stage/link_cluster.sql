-- table: link_cluster
-- inputs: linked, alias, link_edge, organisation, official
-- grain: one row an organisation that is made of several records, and how firmly they hold together
-- key: org_id
-- sorted: org_id
-- weakest is the probability of the weakest pair that holds the records together by evidence. A bridge is a
-- pair by evidence whose loss would divide the records in two parts of more than one each.
with pair as (
  select x.org_id, e.a, e.b, e.probability, e.bridge, e.joined_by from link_edge e
  join alias x on x.key = e.a
  join alias y on y.key = e.b and y.org_id = x.org_id
  where e.joined and e.a <> e.b
),
evidence as (
  select org_id, min({'probability': probability, 'a': a, 'b': b}) as weakest, count(*) filter (where bridge) as bridges
  from pair where joined_by = 'evidence' group by org_id
),
numbers as (
  select org_id, max(n) as most from (
    select a.org_id, f.scheme, count(distinct f.value) as n from (
      select key, scheme, value from official union select key, 'GB-COH', substr(key, 8) from alias where starts_with(key, 'GB-COH-')
    ) f join alias a on a.key = f.key group by a.org_id, f.scheme
  ) t group by org_id
),
made as (
  select org_id, count(*) as records, count(distinct source) as sources from linked group by org_id having count(*) > 1
)
select m.org_id, m.records, m.sources, e.weakest.probability as weakest, e.weakest.a as weakest_a, e.weakest.b as weakest_b, coalesce(e.bridges, 0) as bridges,
  concat_ws(',', case when e.bridges > 0 then 'bridge' end, case when m.records >= {{large}} then 'large' end, case when n.most > 1 then 'numbers' end) as flag
from made m
join organisation o on o.org_id = m.org_id
left join evidence e on e.org_id = m.org_id
left join numbers n on n.org_id = m.org_id
