-- A column whose header is no year is one of several of one name (index, £, hours: years in their order, from the option
-- first_year on) or a measure of its own.
with cell as (
  select file, line, area_code, area, area_level, industry_code, industry, unnest(string_split(series, ';')) as pair, unnest(range(len(string_split(series, ';')))) as nth,
    len(list_distinct(list_transform(string_split(series, ';'), lambda p: trim(split_part(p, '=', 1))))) = 1 as one_name
  from {{raw}} where series is not null
),
parted as (
  select file, line, area_code, area, area_level, industry_code, industry, nth, trim(split_part(pair, '=', 1)) as head, try_cast(split_part(pair, '=', 2) as double) as value,
    regexp_full_match(trim(split_part(pair, '=', 1)), '(19|20)[0-9]{2}') as is_year, one_name and try_cast({{option.first_year}} as integer) is not null as in_order
  from cell
),
dated as (
  select file, line, area_code, area, area_level, industry_code, industry, value, is_year or in_order as plain, head,
    case when is_year then head::integer when in_order then try_cast({{option.first_year}} as integer) + nth else try_cast({{option.year}} as integer) end as year
  from parted where value is not null
)
select file, line,
  {{option.indicator}} || case when plain then '' else '-' || trim(regexp_replace(lower(head), '[^a-z0-9]+', '-', 'g'), '-') end as indicator,
  coalesce(nullif({{option.label}}, ''), {{option.indicator}}) || case when plain then '' else ': ' || head end as label,
  area_code, area, coalesce(area_level, case when not regexp_full_match(area_code, '(TL|UK)[A-Z0-9]{0,3}') then null when area_code in ('UK', 'UKX') then 'UK' else 'ITL' || (length(area_code) - 2) end) as area_level,
  case when industry_code is not null then 'SIC2007' end as scheme, nullif(industry_code, 'Total') as industry_code,
  case when industry_code <> 'Total' then industry end as industry, year::varchar as period, year, value, null as lower, null as upper, {{option.unit}} as unit,
  {{option.measure}} as measure, coalesce(nullif({{option.vintage}}, ''), nullif({{retrieved}}, '')) as vintage, null as status, null as source_url
from dated where year is not null
