-- table: observation
-- inputs: observation_typed
-- grain: one row a value of a series, a year and a vintage
-- sorted: series, year, vintage, source, file, line, nth
-- Of several vintages of one year the newest is in use; an older one stays beside it, and is marked revised where it says
-- something else. A value that a source gives twice in a vintage counts once. A value is an outlier when it is
-- far from the median of the five years around it: more than 3.5 times the series' usual distance (median absolute deviation
-- scaled to a standard deviation; Iglewicz & Hoaglin 1993), and at least half as far again as the median is large. Values of a series that is above 0 throughout
-- are compared by their logarithms. Nothing is removed.
with named as (
  select trim(concat_ws('.', indicator, nullif(trim(regexp_replace(lower(measure), '[^a-z0-9]+', '-', 'g'), '-'), ''), area_key, nullif(regexp_replace(industry_code, '[^A-Za-z0-9-]+', '-', 'g'), '')), '.') as series,
    indicator, measure, area_code, area_key, industry_code, period, year, value, lower, upper, unit, vintage, status, source, file, line, source_url
  from observation_typed
),
numbered as (
  select series, indicator, measure, area_code, area_key, industry_code, period, year, value, lower, upper, unit, vintage, status, source, file, line, source_url,
    row_number() over (partition by series, year, vintage order by source, file, line, value) as nth,
    dense_rank() over (partition by series, year order by vintage desc) as age,
    first_value(value) over (partition by series, year order by vintage desc, source, file, line, value) as newest
  from named
),
used as (
  select series, year, value, bool_and(value > 0) over (partition by series) as positive, count(*) over (partition by series) as n
  from numbered where nth = 1 and age = 1
),
scaled as (select series, year, n, positive, case when positive then ln(value) else value end as y from used),
around as (
  select series, year, n, positive, y, median(y) over (partition by series order by year rows between 2 preceding and 2 following) as middle
  from scaled
),
spread as (
  select series, year, n, positive, y - middle as off, 1.4826 * median(abs(y - middle)) over (partition by series) as usual, median(abs(y)) over (partition by series) as size
  from around
),
far as (
  select series, year from spread
  where n >= 5 and abs(off) > 3.5 * usual and abs(off) > case when positive then ln(1.5) else 0.5 * size end
)
select m.series, m.indicator, m.measure, m.area_code, m.area_key, m.industry_code, m.period, m.year, m.value, m.lower, m.upper, m.unit, nullif(m.vintage, '') as vintage, m.status,
  m.age = 1 and m.nth = 1 as in_use, m.age > 1 as superseded, m.age > 1 and m.value <> m.newest as revised, m.nth > 1 as repeated, f.series is not null and m.age = 1 and m.nth = 1 as outlier,
  m.nth, m.source, m.file, m.line, m.source_url
from numbered m
left join far f on f.series = m.series and f.year = m.year
