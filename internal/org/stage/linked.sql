-- table: linked
-- inputs: ev_organisation, edge
-- grain: one row a record that others are joined with
-- sorted: key, origin, source, file, line
-- kind: private
-- Few records are joined, so that what follows from it is worked out on them alone.
select o.key, o.origin, o.name, o.kind, o.status, o.founded, o.main_code, o.note, o.source_url, o.source_year, o.source, o.file, o.line
from ev_organisation o
semi join (select a as key from edge union select b from edge) e on e.key = o.key
