-- table: attendance
-- inputs: ev_attendance, meeting, alias, organisation
-- grain: one row an organisation at a meeting
-- key: meeting_id, org_id
-- sorted: meeting_id, org_id
-- Of several lines on one organisation at one meeting the host's counts before a speaker's and a guest's. Who organises
-- a meeting is at it, whether or not a line says so.
with said as (
  select meeting_id, key, role, note, source, file, line from ev_attendance
  union all
  select meeting_id, organiser_id, 'host', null, source, file, line from meeting where organiser_id is not null
),
known as (
  select s.meeting_id, o.org_id, o.name as org_name, s.role, s.note, s.source, s.file, s.line
  from said s
  semi join meeting m on m.meeting_id = s.meeting_id
  left join alias a on a.key = s.key
  join organisation o on o.org_id = coalesce(a.org_id, s.key)
)
select meeting_id, org_id, org_name, role, note, source, file, line
from known
qualify row_number() over (partition by meeting_id, org_id order by case role when 'host' then 0 when 'speaker' then 1 else 2 end, source, file, line) = 1
