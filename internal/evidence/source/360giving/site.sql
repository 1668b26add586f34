-- The first address that an organisation is given. A postcode that has not the form of one is
-- left out, as in cells of that type.
with named as (
  select file, line, 0 as giver, unnest(from_json(recipients, '[{"id":"VARCHAR","name":"VARCHAR","streetAddress":"VARCHAR","addressLocality":"VARCHAR","postalCode":"VARCHAR"}]')) as r from {{raw}}
  union all
  select file, line, 1 as giver, unnest(from_json(funders, '[{"id":"VARCHAR","name":"VARCHAR","streetAddress":"VARCHAR","addressLocality":"VARCHAR","postalCode":"VARCHAR"}]')) as r from {{raw}}
), keyed as (
  select file, line, giver, r, upper(regexp_replace(r.postalCode, '[ \x{a0}]', '', 'g')) as pc,
    '360g-' || regexp_replace(coalesce(r.id, lower(r.name) || ' ' || upper(coalesce(r.postalCode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as key
  from named
), placed as (
  select file, line, giver, key, nullif(r.streetAddress, '') as address, nullif(r.addressLocality, '') as town,
    case when regexp_full_match(pc, '[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}') then pc[:-4] || ' ' || pc[-3:] end as postcode
  from keyed where r.name <> ''
)
select file, line, key, 'address' as kind, address, town, postcode, null as lon, null as lat, null as located_by, null as precision_m, null as label
from placed where coalesce(address, town, postcode) is not null
qualify row_number() over (partition by key order by file, line, giver, address, town, postcode) = 1
