-- table: activity
-- inputs: ev_activity, alias
-- grain: one row an activity of an organisation
-- sorted: org_id, position, line, source, file
select coalesce(a.org_id, v.key) as org_id, v.scheme, v.code, v.label, v.position, v.source, v.file, v.line
from ev_activity v
left join alias a on a.key = v.key
