select file, line, 'GB-COH-' || company_number as key, 'registered-office' as kind,
  concat_ws(', ', address_1, address_2) as address, town, postcode, null as lon, null as lat, null as located_by, null as precision_m, null as label
from {{raw}}
