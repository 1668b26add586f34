select file, line, survey_id, survey, coalesce(wave, '') as wave, subject as intervention_id, text as label, measure, coalesce(grouping, '') as grouping, coalesce(category, '') as category,
  value::double as value, lower::double as lower, upper::double as upper, level::double as level, base::integer as base, invented = '1' as invented, day::date as day
from {{raw}} where kind = 'demand' and subject is not null and measure is not null and value is not null and lower is not null and upper is not null and level is not null and base is not null
