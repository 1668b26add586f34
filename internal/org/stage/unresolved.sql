-- table: unresolved
-- inputs: ev_tie, ev_facility, ev_headcount, ev_meeting, ev_attendance, ev_need, ev_voice, meeting, alias, organisation
-- grain: one row a record that names an organisation, or a meeting, which no source lists
with named as (
  select source, file, line, from_key as key, 'tie from' as what from ev_tie
  union all select source, file, line, to_key, 'tie to' from ev_tie
  union all select source, file, line, host_key, 'host of a facility' from ev_facility where host_key is not null
  union all select source, file, line, key, 'employees of' from ev_headcount
  union all select source, file, line, organiser_key, 'organiser of a meeting' from ev_meeting where organiser_key is not null
  union all select source, file, line, key, 'at a meeting' from ev_attendance
  union all select source, file, line, key, 'need or offer of' from ev_need
  union all select source, file, line, key, 'voice of' from ev_voice
)
select n.source, n.file, n.line, n.what, n.key as found
from named n
left join alias a on a.key = n.key
anti join organisation o on o.org_id = coalesce(a.org_id, n.key)
union all
select e.source, e.file, e.line, 'at the meeting' as what, e.meeting_id as found from ev_attendance e anti join meeting m on m.meeting_id = e.meeting_id
order by source, file, line, what
