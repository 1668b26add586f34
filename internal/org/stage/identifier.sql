-- table: identifier
-- inputs: ev_identifier, alias
-- grain: one row an identifier of an organisation in a source
-- An organisation of a register has the identifier by which its id names it, scheme-value; that one is
-- not repeated here.
-- sorted: org_id, scheme, value, source, line
select coalesce(a.org_id, i.key) as org_id, i.scheme, i.value, i.source, i.file, i.line
from ev_identifier i
left join alias a on a.key = i.key
