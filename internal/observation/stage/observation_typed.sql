-- table: observation_typed
-- inputs: ev_observation
-- grain: one row a value of a series, by vintage
-- kind: private
-- order: any
-- Codes of the NUTS, UK.., and of the ITL that followed it in 2021, TL.., name the same area where they go on alike:
-- the ITL took over the regions of the NUTS of 2018. An area that a source names without a code has the code that others
-- give to that name at its level, where they agree.
with named as (
  select lower(trim(area)) as name, area_level as level, min(area_code) as code
  from ev_observation where area_code is not null and area is not null and area_level is not null
  group by all having count(distinct area_code) = 1
),
coded as (
  select o.indicator, o.label, o.measure, coalesce(o.area_code, n.code) as area_code, o.area, o.area_level, o.scheme, o.industry_code, o.industry, o.period, o.year, o.value, o.lower, o.upper, o.unit,
    o.vintage, o.status, o.source, o.file, o.line, o.source_url
  from ev_observation o
  left join named n on n.name = case when o.area_code is null then lower(trim(o.area)) end and n.level = o.area_level
  where o.value is not null and o.year is not null
)
select trim(regexp_replace(lower(indicator), '[^a-z0-9]+', '-', 'g'), '-') as indicator, label,
  coalesce(measure, '') as measure, area_code,
  coalesce(case when regexp_full_match(area_code, 'UK[A-N][0-9]{0,2}') then 'TL' || substr(area_code, 3) else area_code end, trim(regexp_replace(lower(area), '[^a-z0-9]+', '-', 'g'), '-')) as area_key,
  trim(area) as area, area_level, scheme, coalesce(industry_code, '') as industry_code, industry, period, year, value, lower, upper, unit,
  coalesce(vintage, '') as vintage, status, source, file, line, source_url
from coded
