-- The share is bounded by rounding of both counts; it is of the year in which the survivors are counted.
select file, line, 'business-survival-' || age as indicator, 'Enterprises alive after ' || age || case when age = 1 then ' year' else ' years' end as label, area_code, area, 'LAD' as area_level,
  null as scheme, null as industry_code, null as industry, cohort::varchar as period, cohort as year, 100.0 * survivors / births as value,
  greatest(0, 100.0 * (survivors - 2.5) / (births + 2.5)) as lower, least(100, 100.0 * (survivors + 2.5) / (births - 2.5)) as upper, '% of births' as unit, 'by year of birth' as measure,
  coalesce(nullif({{option.vintage}}, ''), nullif({{retrieved}}, '')) as vintage, null as status, null as source_url
from {{raw}} where births > 2.5 and survivors <= births
