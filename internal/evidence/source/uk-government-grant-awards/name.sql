-- Names under which a body trades, and other spellings of an organisation's name; keys are made as in organisation.sql.
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
chosen as (
  select file, line, key, name, trading, first_value(name) over (partition by key order by file, line) as first from ready
),
further as (
  select file, line, key, name, 'alias' as kind, first from chosen
  union all
  select file, line, key, trading as name, 'trading' as kind, first from chosen where trading <> name
)
select file, line, key, name, kind, null as language
from further
where lower(name) <> lower(first) and name <> ''
qualify row_number() over (partition by key, lower(name) order by kind, file, line) = 1
