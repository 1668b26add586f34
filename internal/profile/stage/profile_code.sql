-- table: profile_code
-- inputs: organisation
-- grain: one row an industry code that organisations have as their first, with its number in the index
-- key: code
-- sorted: code
-- kind: private
-- The register's codes for companies that do not trade or are dormant are no industries. Names stand apart (profile_industry), so that a change of one does not make the index anew.
select row_number() over (order by main_code) as number, main_code as code, min(section) as section, count(*) as organisations
from organisation where main_code is not null and main_code not in ('74990', '99999') group by main_code
