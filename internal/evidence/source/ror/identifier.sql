-- fundref are the funder ids of Crossref.
with other as (
  select file, line, 'ror-' || regexp_extract(id, '([0-9a-z]+)/?$', 1) as key, unnest(from_json(external_ids, '[{"type":"VARCHAR","all":["VARCHAR"]}]')) as x
  from {{raw}}
  where {{option.country}} = 'all' or contains(locations, '"country_code":"' || {{option.country}} || '"')
), each as (
  select file, line, key, case x.type when 'isni' then 'ISNI' when 'fundref' then 'CROSSREF' when 'grid' then 'GRID' when 'wikidata' then 'WIKIDATA' end as scheme,
    unnest(x."all") as value
  from other
)
select file, line, 'ror-' || regexp_extract(id, '([0-9a-z]+)/?$', 1) as key, 'ROR' as scheme, regexp_extract(id, '([0-9a-z]+)/?$', 1) as value
from {{raw}}
where {{option.country}} = 'all' or contains(locations, '"country_code":"' || {{option.country}} || '"')
union all
select distinct file, line, key, scheme, regexp_replace(value, '[ \x{a0}]', '', 'g') as value from each where scheme is not null and value <> ''
