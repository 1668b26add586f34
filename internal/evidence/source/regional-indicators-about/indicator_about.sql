select file, line, indicator, coalesce(title, subtitle) as label, concat_ws(' ', subtitle || '.', description) as description,
  case unit when 'Area_hectare' then 'hectares' when 'BitTransferRate' then 'Mbit/s' when 'GravimetricUnit' then 'µg/m³' when 'REF' then 'REF score' else unit end as unit,
  case when regexp_full_match(data_date, '[0-9]{8}') then left(data_date, 4) || '-' || substr(data_date, 5, 2) || '-' || right(data_date, 2) end as vintage, source_name as publisher, source_url
from {{raw}}
