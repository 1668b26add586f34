-- table: unresolved
-- inputs: ev_tie, ev_facility, ev_headcount, alias, organisation
-- grain: one row a record that names an organisation which no source lists
with named as (
  select source, file, line, from_key as key, 'tie from' as what from ev_tie
  union all select source, file, line, to_key, 'tie to' from ev_tie
  union all select source, file, line, host_key, 'host of a facility' from ev_facility where host_key is not null
  union all select source, file, line, key, 'employees of' from ev_headcount
)
select n.source, n.file, n.line, n.what, n.key as found
from named n
left join alias a on a.key = n.key
anti join organisation o on o.org_id = coalesce(a.org_id, n.key)
order by n.source, n.file, n.line, n.what
