-- Who withdrew has no part of the money. Keys are made as in organisation.sql.
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
),
counted as (
  select file, line, key, project, offered, cost, start_date, end_date, coalesce(regexp_matches(withdrawn, '(?i)withdr|^yes$'), false) as gone, coalesce(lower(lead) in ('yes', 'y', 'true', '1', 'lead'), false) as leads,
    'iuk-' || regexp_replace(project, '[^A-Za-z0-9._-]+', '-', 'g') as project_id, row_number() over (partition by project, key order by file, line) as nth
  from ready
)
select file, line, project_id || ':' || key || case when nth > 1 then ':' || nth else '' end as participation_id, project_id, key,
  case when gone then 'withdrawn' when leads then 'lead' else 'participant' end as role,
  case when not gone then round(offered * 100)::bigint end as amount_p, case when not gone then round(cost * 100)::bigint end as cost_p, 'GBP' as currency,
  start_date, end_date, 'https://gtr.ukri.org/projects?ref=' || project as source_url
from counted
