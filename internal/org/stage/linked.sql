-- table: linked
-- inputs: ev_organisation, alias
-- grain: one row a record that others are joined with
-- sorted: key, origin, source, file, line
-- kind: private
-- Few records are joined, so that what follows from it is worked out on them alone. main marks
-- the record from which the organisation has its name and facts; of those with one key
-- it is the team's before the register's before a list's.
select a.org_id, a.office, o.key, o.origin, o.name, o.kind, o.status, o.founded, o.main_code, o.note, o.source_url, o.source_year, o.source, o.file, o.line,
  a.main and row_number() over (partition by o.key order by case o.origin when 'team' then 0 when 'register' then 1 else 2 end, o.source, o.file, o.line) = 1 as main
from ev_organisation o
join alias a on a.key = o.key
