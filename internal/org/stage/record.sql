-- table: record
-- inputs: linked, alias, link_edge
-- grain: one row a record of an organisation that is made of several
-- sorted: org_id, joined_by, key, origin, source, file, line
-- The pair that joins a record: evidence comes last and of it the strongest; a pair with the organisation's
-- main record comes before others, and an identifier before a decision. Weight and probability are those of the
-- pair where it was scored, whatever joins it.
with main as (select org_id, key from alias where main),
pair as (
  select a as key, b as other, joined_by, weight, probability, joined from link_edge where a <> b
  union all select b, a, joined_by, weight, probability, joined from link_edge where a <> b
),
way as (
  select p.key, min({'evidence': p.joined_by = 'evidence', 'far': p.other <> m.key, 'rank': case when p.joined_by = 'company number' then 0 when starts_with(p.joined_by, 'decision ') then 2 else 1 end,
    'weak': -coalesce(p.weight, 0), 'by': p.joined_by, 'other': p.other}) as best
  from pair p
  join alias a on a.key = p.key
  join alias b on b.key = p.other and b.org_id = a.org_id
  join main m on m.org_id = a.org_id
  where p.joined
  group by p.key
),
scored as (select key, other, weight, probability from pair where joined_by = 'evidence')
select j.org_id, j.key, j.origin, j.name,
  case when j.main then 'own' when w.best is null then case when j.origin = 'register' then 'company number' else 'key' end else w.best.by end as joined_by,
  case when not j.main then s.weight end as weight, case when not j.main then s.probability end as probability, case when not j.main then w.best.other end as with_key,
  j.source, j.file, j.line
from linked j
left join way w on w.key = j.key
left join scored s on s.key = w.key and s.other = w.best.other
where j.org_id in (select org_id from linked group by org_id having count(*) > 1)
