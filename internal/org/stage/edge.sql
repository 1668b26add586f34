-- table: edge
-- inputs: ev_identifier, ev_organisation, decision_line
-- grain: one row a pair of records that are one organisation, and what says so
-- key: a, b, joined_by
-- kind: private
-- The company number joins what the team calls by it with the register's company, unless the
-- last decision on the two says that they are not the same. What the team says under the id
-- of a register company stands as a pair of its own with that id on both sides.
with team as (select key from ev_organisation where origin = 'team'),
verdict as (
  select least(subject, value) as a, greatest(subject, value) as b, kind, decision_id from decision_line where stands and kind in ('same', 'different')
),
number as (
  select distinct least(i.key, 'GB-COH-' || i.value) as a, greatest(i.key, 'GB-COH-' || i.value) as b
  from ev_identifier i
  semi join team t on t.key = i.key
  where i.scheme = 'GB-COH'
)
select n.a, n.b, 'company number' as joined_by from number n anti join (select a, b from verdict where kind = 'different') v on v.a = n.a and v.b = n.b where n.a <> n.b
union all
select a, b, 'decision ' || decision_id from verdict where kind = 'same'
union all
select distinct key, key, 'own' from team where starts_with(key, 'GB-COH-')
order by a, b, joined_by
