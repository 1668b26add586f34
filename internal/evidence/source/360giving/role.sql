with named as (
  select file, line, unnest(from_json(funders, '[{"id":"VARCHAR","name":"VARCHAR","postalCode":"VARCHAR"}]')) as r from {{raw}}
), keyed as (
  select file, line, r,
    '360g-' || regexp_replace(coalesce(r.id, lower(r.name) || ' ' || upper(coalesce(r.postalCode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as key
  from named
)
select file, line, key, 'funder' as role from keyed where r.name <> ''
qualify row_number() over (partition by key order by file, line) = 1
