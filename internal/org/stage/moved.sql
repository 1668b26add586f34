-- table: moved
-- inputs: decision_line, alias, ev_site
-- grain: one row a site of a record that a decision moves
-- key: key, kind
-- kind: private
-- A decision names a site by its record's key or by its organisation's id; a registered office
-- lies with the register's record. Of two decisions that come to the same site the last holds.
with said as (
  select subject, regexp_replace(subject, ':(ro|site)$', '') as base, case when ends_with(subject, ':ro') then 'registered-office' else 'site' end as kind,
    min(decision_id) as decision_id, max(nth) as nth, max(value) filter (where field = 'lon') as lon, max(value) filter (where field = 'lat') as lat,
    max(value) filter (where field = 'precision_m') as precision_m
  from decision_line where stands and kind = 'move' group by subject
),
named as (
  select s.base as key, s.kind, s.subject, s.decision_id, s.nth, s.lon, s.lat, s.precision_m from said s
  union all
  select a.key, s.kind, s.subject, s.decision_id, s.nth, s.lon, s.lat, s.precision_m
  from said s join alias a on a.org_id = s.base and a.office and a.key <> s.base
  where s.kind = 'registered-office'
)
select n.key, n.kind, arg_max(n.subject, n.nth) as subject, arg_max(n.decision_id, n.nth) as decision_id,
  arg_max(n.lon::double, n.nth) as lon, arg_max(n.lat::double, n.nth) as lat, arg_max(n.precision_m::double, n.nth) as precision_m
from named n
semi join ev_site s on s.key = n.key and s.kind = n.kind
group by n.key, n.kind
order by n.key, n.kind
