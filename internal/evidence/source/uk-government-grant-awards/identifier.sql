-- Numbers are taken where they have the form of the register; what fills the cell in its place (an internal number, two
-- numbers at once) is not. Keys are made as in organisation.sql.
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
numbers as (
  select file, line, key, upper(charity_number) as charity, upper(company_number) as company, upper(replace(recipient_id, ' ', '')) as id from ready
),
found as (
  select file, line, key, 'GB-COH' as scheme, case when regexp_full_match(company, '[0-9]+') then lpad(company, 8, '0') else company end as value
  from numbers where regexp_full_match(company, '[0-9]{5,8}|[A-Z]{2}[0-9]{5}[0-9A-Z]')
  union all
  select file, line, key, 'GB-CHC' as scheme, regexp_extract(charity, '([0-9]{6,7})$', 1) as value
  from numbers where regexp_full_match(charity, '(CIO)?[0-9]{6,7}')
  union all
  select file, line, key, 'GB-SC' as scheme, 'SC' || right(charity, 6) as value from numbers where regexp_full_match(charity, 'SC[0-9]{6}')
  union all
  select file, line, key, 'GB-NIC' as scheme, right(charity, 6) as value from numbers where regexp_full_match(charity, 'NIC[0-9]{6}')
  union all
  select file, line, key, 'VAT' as scheme, id as value from numbers where regexp_full_match(id, 'GB([0-9]{9}|[0-9]{12})')
)
select file, line, key, scheme, value
from found
qualify row_number() over (partition by key, scheme, value order by file, line) = 1
