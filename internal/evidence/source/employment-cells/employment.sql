select file, line, area_code, area, year, {{option.scheme}} as scheme, industry_code,
  regexp_replace(industry, '^[A-Z0-9]+ : ', '') as industry, jobs, null as lower, null as upper, {{option.rounding}} as rounding,
  'https://www.nomisweb.co.uk/datasets/newbres6pub' as source_url
from {{raw}}
