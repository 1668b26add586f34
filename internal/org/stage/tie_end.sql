-- table: tie_end
-- inputs: tie
-- grain: one row an end of a tie
-- key: org_id, tie_id
-- sorted: org_id, tie_id
-- A tie stands under both of its organisations, so that those of one are read without looking through all.
select from_id as org_id, to_id as other_id, tie_id, kind, from_id, from_name, to_id, to_name, start_year, end_year, amount_p, project, source_url, source_year, source, file, line
from tie
union all
select to_id, from_id, tie_id, kind, from_id, from_name, to_id, to_name, start_year, end_year, amount_p, project, source_url, source_year, source, file, line
from tie where from_id <> to_id
