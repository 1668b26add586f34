-- Cells that only fill the place of an address are left out: 0, n/a, the postcode AA1 1AA. Keys are made as in organisation.sql.
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
placed as (
  select file, line, key, postcode, case when lower(city) not in ('n/a', '0') then city end as town,
    array_to_string(list_filter(list_transform(string_split(street, ','), x -> trim(x)), x -> lower(x) not in ('', '0', 'n/a')), ', ') as address
  from ready
)
select file, line, key, 'address' as kind, nullif(address, '') as address, town, postcode,
  null as lon, null as lat, null as located_by, null as precision_m, null as label
from placed
where postcode is not null or town is not null or address <> ''
qualify row_number() over (partition by key order by postcode is null, file, line) = 1
