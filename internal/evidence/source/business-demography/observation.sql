with cell as (
  select file, line, area_code, area, year, count as value from {{raw}} where year is not null and count is not null
  union all
  select file, line, area_code, area, try_cast(split_part(pair, '=', 1) as integer), try_cast(split_part(pair, '=', 2) as double)
  from (select file, line, area_code, area, unnest(string_split(series, ';')) as pair from {{raw}} where series is not null) s
)
select file, line, {{option.indicator}} as indicator,
  case {{option.indicator}} when 'business-active' then 'Active enterprises' when 'business-births' then 'Births of enterprises' when 'business-deaths' then 'Deaths of enterprises'
    when 'business-high-growth' then 'High-growth enterprises' else 'Active enterprises with 10 employees or more' end as label,
  area_code, area, 'LAD' as area_level, null as scheme, null as industry_code, null as industry, year::varchar as period, year, value, greatest(value - 2.5, 0) as lower, value + 2.5 as upper,
  'enterprises' as unit, null as measure, coalesce(nullif({{option.vintage}}, ''), nullif({{retrieved}}, '')) as vintage, null as status, null as source_url
from cell where value is not null
