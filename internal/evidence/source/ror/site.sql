-- The register places organisations by town, at the point that GeoNames gives it.
with located as (
  select file, line, 'ror-' || regexp_extract(id, '([0-9a-z]+)/?$', 1) as key,
    from_json(locations, '[{"geonames_details":[{"name":"VARCHAR","lat":"DOUBLE","lng":"DOUBLE"}]}]')[1].geonames_details[1] as g
  from {{raw}}
  where {{option.country}} = 'all' or contains(locations, '"country_code":"' || {{option.country}} || '"')
)
select file, line, key, 'address' as kind, null as address, g.name as town, null as postcode, case when placed then g.lng end as lon, case when placed then g.lat end as lat,
  case when placed then 'town' end as located_by, case when placed then 5000 end as precision_m, null as label
from (select file, line, key, g, g.lat between -90 and 90 and g.lng between -180 and 180 as placed from located) t where g.name <> ''
