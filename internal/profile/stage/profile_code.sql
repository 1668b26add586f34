-- table: profile_code
-- inputs: organisation
-- grain: one row an industry code that organisations have as their first, with its number in the index
-- key: code
-- sorted: code
-- kind: private
-- A code without a section is no industry (see organisation.sql). Names stand apart (profile_industry), so that a change of one does not make the index anew.
select row_number() over (order by main_code) as number, main_code as code, min(section) as section, count(*) as organisations
from organisation where main_code is not null and section is not null group by main_code
