-- A tie that a firm named holds from the year in which it said so; kinds that fade end by themselves (network/kinds.go).
select file, line, id as tie_id, key as from_key, other as to_key, relation as kind, year(day::date) as start_year, null as end_year, null as amount_p,
  'said in the survey ' || survey || coalesce(' (' || wave || ')', '') as project, null as source_url, year(day::date) as source_year, null as weight
from {{raw}} where kind = 'tie' and invented = '0' and key is not null and other is not null and relation is not null
