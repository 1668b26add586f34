-- The name that ROR shows is the organisation's own.
with each as (
  select file, line, 'ror-' || regexp_extract(id, '([0-9a-z]+)/?$', 1) as key, name as own, unnest(from_json(names, '[{"value":"VARCHAR","types":["VARCHAR"],"lang":"VARCHAR"}]')) as n
  from {{raw}}
  where {{option.country}} = 'all' or contains(locations, '"country_code":"' || {{option.country}} || '"')
)
select distinct file, line, key, n.value as name,
  case when list_contains(n.types, 'acronym') then 'acronym' when list_contains(n.types, 'alias') then 'alias' else 'label' end as kind, n.lang as language
from each where n.value <> '' and n.value <> own
