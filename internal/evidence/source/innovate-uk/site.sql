-- The first address with a postcode, or the first at all. Keys are made as in organisation.sql.
with numbered as (
  select file, line, project, participant, withdrawn, lead, offered, cost, start_date, end_date, size, postcode, district, region,
    case when regexp_full_match(company_number, '[0-9]{5,8}') and company_number::bigint > 0 then lpad(company_number, 8, '0')
      when regexp_full_match(company_number, '[A-Z]{2}[0-9]{5}[0-9A-Z]') then company_number end as company,
    trim(regexp_replace(lower(strip_accents(replace(participant, '&', ' and '))), '[^a-z0-9]+', '-', 'g'), '-') as folded
  from {{raw}}
  where not regexp_matches(participant, '(?i)^(mr|mrs|miss|dr|messrs)\b') or regexp_matches(participant, '(?i)\b(ltd|limited|plc|llp|lp|association|centre|college|company|consulting|council|engineering|group|partnership|school|services|society|solutions|systems|technologies|trust|university)\b')
),
ready as (
  select file, line, project, participant as name, withdrawn, lead, offered, cost, start_date, end_date, size, postcode, district, region, company,
    'iuk-' || coalesce(company, trim(left(folded, 40), '-') || '-' || left(md5(folded || '|' || coalesce(postcode, '')), 8)) as key
  from numbered
)
select file, line, key, 'address' as kind, nullif(concat_ws(', ', district, region), '') as address, null as town, postcode,
  null as lon, null as lat, null as located_by, null as precision_m, null as label
from ready
where coalesce(postcode, district, region) is not null
qualify row_number() over (partition by key order by postcode is null, file, line) = 1
