-- Departments are known by their names, as in the lists of schemes. Who trades under a name is called by it,
-- unless what stands before is a body of its own: it may be a person.
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
all_of_them as (
  select file, line, key, name, null as kind from ready
  union all
  select file, line, 'grant-' || trim(regexp_replace(lower(department), '[^a-z0-9]+', '-', 'g'), '-') as key, department as name, 'government department' as kind from {{raw}} where department is not null
)
select file, line, key, 'list' as origin, name, kind, null as status, null as founded, null as main_code, null as note,
  null as source_url, null as source_year
from all_of_them
qualify row_number() over (partition by key order by file, line, kind) = 1
