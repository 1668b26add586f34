select file, line, 'h2020-' || number as key, 'address' as kind, concat_ws(', ', county, 'Norway') as address, municipality as town,
  null as postcode, null as lon, null as lat, null as located_by, null as precision_m, null as label
from {{raw}}
where number is not null and municipality is not null
qualify row_number() over (partition by number order by file, line) = 1
