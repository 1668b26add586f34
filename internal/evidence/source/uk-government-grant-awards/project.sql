select file, line, 'grant-' || regexp_replace(award, '[^A-Za-z0-9._-]+', '-', 'g') as project_id, title, scheme as programme, department as funder,
  'grant-' || trim(regexp_replace(lower(department), '[^a-z0-9]+', '-', 'g'), '-') as funder_key, award as reference, null as status,
  coalesce(start_date, awarded) as start_date, end_date, round(amount * 100)::bigint as amount_p, null as cost_p, coalesce(currency, 'GBP') as currency,
  nullif({{option.page}}, '') as source_url
from {{raw}}
