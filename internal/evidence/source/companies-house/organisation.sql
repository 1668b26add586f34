select file, line, 'GB-COH-' || company_number as key, 'register' as origin, name, category as kind, status, founded,
  case when regexp_matches(sic_1, '^[0-9]{4,5} - ') then split_part(sic_1, ' - ', 1) end as main_code, null as note,
  'https://find-and-update.company-information.service.gov.uk/company/' || company_number as source_url, null as source_year
from {{raw}}
