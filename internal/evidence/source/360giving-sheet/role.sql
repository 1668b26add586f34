with named as (
  select file, line, funder_id as id, funder as name, funder_postcode as postcode from {{raw}}
), keyed as (
  select file, line, '360g-' || regexp_replace(coalesce(id, lower(name) || ' ' || upper(coalesce(postcode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as key
  from named where name <> ''
)
select file, line, key, 'funder' as role from keyed
qualify row_number() over (partition by key order by file, line) = 1
