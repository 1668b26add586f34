-- The funder's row has no amount: what it gave is what the recipient has. Keys are made as in organisation.sql.
with read as (
  select file, line, postcode, recipient_id, charity_number, company_number, street, city,
    regexp_replace(recipient, '\s+', ' ', 'g') as said,
    regexp_extract(recipient, '(?i)^(.+?) (?:\((?:t ?/ ?a|trading as) (.+)\)|(?:t ?/ ?a|trading as) (.+))$', ['before', 'inside', 'behind']) as p
  from {{raw}}
  where recipient is not null
),
named as (
  select file, line, nullif(postcode, 'AA1 1AA') as postcode, recipient_id, charity_number, company_number, street, city, said, p.inside || p.behind as trading,
    case when p.before = '' then said when regexp_matches(p.before, '(?i)\b(ltd|limited|plc|llp|lp|association|centre|college|company|council|communities|group|partnership|school|services|society|solutions|trust|university)\b') then p.before else p.inside || p.behind end as name
  from read
),
keyed as (
  select file, line, postcode, recipient_id, charity_number, company_number, street, city, said, trading, name,
    trim(regexp_replace(lower(strip_accents(replace(name, '&', ' and '))), '[^a-z0-9]+', '-', 'g'), '-') as folded
  from named
),
ready as (
  select file, line, postcode, recipient_id, charity_number, company_number, street, city, said, trading, name,
    'grant-' || coalesce(trim(regexp_replace(recipient_id, '[^A-Za-z0-9._-]+', '-', 'g'), '-'), trim(left(folded, 40), '-') || '-' || left(md5(folded || '|' || coalesce(postcode, '')), 8)) as key
  from keyed
),
awards as (
  select file, line, 'grant-' || regexp_replace(award, '[^A-Za-z0-9._-]+', '-', 'g') as project_id, 'grant-' || trim(regexp_replace(lower(department), '[^a-z0-9]+', '-', 'g'), '-') as funder_key,
    round(amount * 100)::bigint as amount_p, coalesce(currency, 'GBP') as currency, coalesce(start_date, awarded) as start_date, end_date
  from {{raw}}
)
select a.file, a.line, a.project_id || ':recipient:' || r.key as participation_id, a.project_id, r.key, 'recipient' as role,
  a.amount_p, null as cost_p, a.currency, a.start_date, a.end_date, nullif({{option.page}}, '') as source_url
from awards a
join ready r on r.file = a.file and r.line = a.line
union all
select file, line, project_id || ':funder:' || funder_key as participation_id, project_id, funder_key as key, 'funder' as role,
  null as amount_p, null as cost_p, null as currency, start_date, end_date, nullif({{option.page}}, '') as source_url
from awards
where funder_key is not null
