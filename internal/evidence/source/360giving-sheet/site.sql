-- The first address that an organisation is given. A postcode that has not the form of one is
-- left out, as in cells of that type.
with named as (
  select file, line, 0 as giver, recipient_id as id, recipient as name, recipient_postcode as postcode, recipient_street as street, recipient_city as city from {{raw}}
  union all
  select file, line, 0 as giver, second_id as id, second as name, null as postcode, null as street, null as city from {{raw}}
  union all
  select file, line, 1 as giver, funder_id as id, funder as name, funder_postcode as postcode, funder_street as street, funder_city as city from {{raw}}
), keyed as (
  select file, line, giver, id, name, postcode, street, city,
    '360g-' || regexp_replace(coalesce(id, lower(name) || ' ' || upper(coalesce(postcode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as key
  from named where name <> ''
), placed as (
  select file, line, giver, key, street as address, city as town,
    case when regexp_full_match(pc, '[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}') then pc[:-4] || ' ' || pc[-3:] end as postcode
  from (select file, line, giver, key, street, city, upper(regexp_replace(postcode, '[ \x{a0}]', '', 'g')) as pc from keyed) k
)
select file, line, key, 'address' as kind, address, town, postcode, null as lon, null as lat, null as located_by, null as precision_m, null as label
from placed where coalesce(address, town, postcode) is not null
qualify row_number() over (partition by key order by file, line, giver, address, town, postcode) = 1
