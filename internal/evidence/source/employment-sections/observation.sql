select file, line, 'employment' as indicator, 'Employment' as label, null as area_code, area, 'ITL2' as area_level, 'SIC2007' as scheme, trim(regexp_replace(lower(industry), '[^a-z0-9]+', '-', 'g'), '-') as industry_code, industry,
  year::varchar as period, year, count as value, null as lower, null as upper, 'jobs' as unit, 'by section name' as measure, coalesce(nullif({{option.vintage}}, ''), nullif({{retrieved}}, '')) as vintage, null as status, null as source_url
from {{raw}}
