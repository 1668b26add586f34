select file, line, {{option.indicator}} as indicator, case {{option.indicator}} when 'enterprises' then 'Enterprises' else 'Local units' end as label, area_code, area, 'LAD' as area_level, 'SIC2007' as scheme,
  industry_code, industry, year::varchar as period, year, count as value, greatest(count - 2.5, 0) as lower, count + 2.5 as upper, 'units' as unit, coalesce(size, 'all sizes') as measure,
  coalesce(nullif({{option.vintage}}, ''), nullif({{retrieved}}, '')) as vintage, null as status, null as source_url
from {{raw}}
