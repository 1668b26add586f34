-- The main address where there are several. The fourth line is where the town stands.
with named as (
  select file, line, 0 as nth, id, unnest(from_json(addresses, '[{"type":"VARCHAR","line1":"VARCHAR","line2":"VARCHAR","line3":"VARCHAR","line4":"VARCHAR","city":"VARCHAR","postCode":"VARCHAR"}]')) as a from {{raw}} where name is not null
  union all
  select file, line, 2 as nth, r.id as id, unnest(r.address) as a
  from (select file, line, unnest(from_json(lead, '[{"id":"VARCHAR","address":[{"type":"VARCHAR","line1":"VARCHAR","line2":"VARCHAR","line3":"VARCHAR","line4":"VARCHAR","city":"VARCHAR","postCode":"VARCHAR"}]}]')) as r from {{raw}}) t
  union all
  select file, line, 3 as nth, r.id as id, unnest(r.address) as a
  from (select file, line, unnest(from_json(roles, '[{"id":"VARCHAR","address":[{"type":"VARCHAR","line1":"VARCHAR","line2":"VARCHAR","line3":"VARCHAR","line4":"VARCHAR","city":"VARCHAR","postCode":"VARCHAR"}]}]')) as r from {{raw}}) t
), plain as (
  select file, line, nth, 'gtr-' || regexp_replace(id, '[^A-Za-z0-9._-]+', '-', 'g') as key, a.type as type,
    nullif(concat_ws(', ', nullif(a.line1, ''), nullif(a.line2, ''), nullif(a.line3, '')), '') as address, coalesce(nullif(a.city, ''), nullif(a.line4, '')) as town,
    upper(regexp_replace(a.postCode, '[ \x{a0}]', '', 'g')) as pc
  from named where id is not null
), placed as (
  select file, line, case when nth = 0 and type is distinct from 'MAIN_ADDRESS' then 1 else nth end as nth, key, address, town,
    case when regexp_full_match(pc, '[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}') then pc[:-4] || ' ' || pc[-3:] end as postcode
  from plain
)
select file, line, key, 'address' as kind, address, town, postcode, null as lon, null as lat, null as located_by, null as precision_m, null as label
from placed where coalesce(address, town, postcode) is not null
qualify row_number() over (partition by key order by nth, file, line, address, town, postcode) = 1
