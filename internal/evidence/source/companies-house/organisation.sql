select file, line, 'GB-COH-' || company_number as key, 'register' as origin, name, category as kind, status, founded,
  case when substr(sic_1, 6, 3) = ' - ' then left(sic_1, 5) end as main_code, null as note,
  null as source_url, null as source_year
from {{raw}}
