-- table: tie
-- inputs: ev_tie, alias, organisation
-- grain: one row a tie with its evidence
-- key: tie_id
-- A tie between two records that are one organisation is none.
-- Names stand beside the ids, so that a list of ties is read without the organisations.
select t.tie_id, a.org_id as from_id, a.name as from_name, b.org_id as to_id, b.name as to_name, t.kind, t.start_year, t.end_year,
  t.amount_p, t.project, t.source_url, t.source_year, t.weight, t.source, t.file, t.line
from ev_tie t
left join alias f on f.key = t.from_key
left join alias g on g.key = t.to_key
join organisation a on a.org_id = coalesce(f.org_id, t.from_key)
join organisation b on b.org_id = coalesce(g.org_id, t.to_key)
where a.org_id <> b.org_id or t.from_key = t.to_key
order by t.tie_id
