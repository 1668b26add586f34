-- table: series
-- inputs: observation, observation_typed, ev_indicator_about, ev_area
-- grain: one row a series
-- key: series
-- sorted: series
-- What a series is comes from its values, or else from the metadata of its indicator; an area without a name has that of
-- another series, or of an area of the workspace with its code.
with about as (
  select trim(regexp_replace(lower(indicator), '[^a-z0-9]+', '-', 'g'), '-') as indicator, min(label) as label, arg_min(description, line) as description, min(unit) as unit, min(publisher) as publisher, max(vintage) as vintage
  from ev_indicator_about group by all
),
place as (
  select area_key, min(area) as area from observation_typed where area is not null group by area_key
),
known as (select area_id, min(name) as name from ev_area where name is not null group by area_id),
described as (
  select indicator, measure, area_key, industry_code, min(label) as label, min(area_level) as area_level, min(scheme) as scheme, min(industry) as industry
  from observation_typed group by all
),
counted as (
  select series, min(indicator) as indicator, min(measure) as measure, min(area_key) as area_key, min(area_code) as area_code, min(industry_code) as industry_code, min(unit) as unit,
    min(year) as first_year, max(year) as last_year, count(*) filter (where in_use)::integer as n, count(distinct coalesce(vintage, ''))::integer as vintages, max(vintage) as vintage,
    count(*) filter (where revised)::integer as revised, count(*) filter (where outlier)::integer as outliers, count(*) filter (where repeated)::integer as repeated,
    arg_max(value, year) filter (where in_use) as last_value, min(source) as source, bool_or(lower is not null) as bounded
  from observation group by series
)
select c.series, c.indicator, coalesce(d.label, a.label, c.indicator) as label, nullif(c.measure, '') as measure, coalesce(c.unit, a.unit) as unit, c.area_key, c.area_code,
  coalesce(p.area, k.name, c.area_code) as area, d.area_level, d.scheme, nullif(c.industry_code, '') as industry_code, d.industry, c.first_year, c.last_year, c.n, c.vintages, coalesce(c.vintage, a.vintage) as vintage,
  c.revised, c.outliers, c.repeated, c.last_value, c.bounded, a.description, a.publisher, c.source
from counted c
join described d on d.indicator = c.indicator and d.measure = c.measure and d.area_key = c.area_key and d.industry_code = c.industry_code
left join about a on a.indicator = c.indicator
left join place p on p.area_key = c.area_key
left join known k on k.area_id = c.area_key
