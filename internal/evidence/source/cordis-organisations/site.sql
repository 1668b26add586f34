-- A postcode of the United Kingdom is one; those of other countries belong to the address, with the country.
with first as (
  select file, line, organisation, street, city, country, upper(regexp_replace(postcode, '\s', '', 'g')) as code, postcode,
    try_cast(regexp_extract(point, '(-?[0-9.]+)\s*,\s*(-?[0-9.]+)', 1) as double) as lat,
    try_cast(regexp_extract(point, '(-?[0-9.]+)\s*,\s*(-?[0-9.]+)', 2) as double) as lon
  from {{raw}}
  qualify row_number() over (partition by organisation order by file, line) = 1
),
coded as (
  select file, line, organisation, street, city, country, postcode, lat, lon,
    case when country in ('UK', 'GB') and regexp_full_match(code, '[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}') then left(code, -3) || ' ' || right(code, 3) end as uk,
    abs(lat) <= 90 and abs(lon) <= 180 and (lat <> 0 or lon <> 0) as placed
  from first
)
select file, line, 'cordis-' || organisation as key, 'address' as kind,
  nullif(concat_ws(', ', street, case when uk is null and lower(postcode) is distinct from lower(city) then postcode end, case when country not in ('UK', 'GB') then country end), '') as address,
  city as town, uk as postcode, case when placed then lon end as lon, case when placed then lat end as lat,
  case when placed then 'source' end as located_by, null as precision_m, null as label
from coded
where street is not null or city is not null or uk is not null or placed
