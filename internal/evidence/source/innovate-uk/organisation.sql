-- People who take part under their own name are left out. Innovate UK itself, whose list this is, stands on its first line.
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
select file, line, key, 'list' as origin, name,
  case when regexp_matches(size, '(?i)academic|universit|education') then 'higher education' when regexp_matches(size, '(?i)catapult|rto|research') then 'research organisation'
    when regexp_matches(size, '(?i)public|nhs') then 'public body' when regexp_matches(size, '(?i)micro|small|medium|large|sme') then 'company' end as kind,
  null as status, null as founded, null as main_code, null as note, null as source_url, null as source_year
from ready
qualify row_number() over (partition by key order by file, line) = 1
union all
(select file, line, 'iuk-innovate-uk' as key, 'list' as origin, 'Innovate UK' as name, 'public body' as kind, null as status, null as founded, null as main_code,
  null as note, null as source_url, null as source_year
from {{raw}}
order by file, line limit 1)
