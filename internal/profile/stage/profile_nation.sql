-- table: profile_nation
-- inputs: basis_site
-- grain: one row an industry code and a year of founding, with how many organisations of the whole release count under each basis
-- key: code, year
-- sorted: code, year
-- Columns whose names end in _mass count addresses of mass registration too.
with each_one as (
  select doc, min(main_code) as code, min(section) as section, min(founded_year) as year, bool_or(in_any and not mass) as any_basis, bool_or(in_any) as any_mass,
    bool_or(not office) as work, bool_or(office and not mass) as office, bool_or(office) as office_mass
  from basis_site group by doc
)
select coalesce(code, '') as code, coalesce(year, 0) as year, coalesce(min(section), '') as section, count(*) filter (where any_basis) as any_basis, count(*) filter (where any_mass) as any_mass,
  count(*) filter (where work) as work, count(*) filter (where work) as work_mass, count(*) filter (where office) as office, count(*) filter (where office_mass) as office_mass
from each_one group by coalesce(code, ''), coalesce(year, 0)
