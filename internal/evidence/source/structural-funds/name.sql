-- Names under which a body trades, and other spellings of an organisation's name; keys are made as in organisation.sql.
with read as (
  select file, line,
    coalesce(postcode, case when regexp_full_match(district, '[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}') then left(district, -3) || ' ' || right(district, 3) end) as postcode,
    regexp_extract(recipient, ' ([0-9]{6})$', 1) as upin,
    regexp_replace(replace(replace(regexp_replace(recipient, '\s+', ' ', 'g'), 'â€“', '–'), 'â€™', '’'), ' [0-9]{6}$', '') as said
  from {{raw}}
),
parted as (
  select file, line, postcode, upin, said,
    regexp_extract(said, '(?i)^(.+?) (?:\((?:t ?[/!] ?a|trading as) (.+)\)|(?:t ?[/!] ?a|trading as) (.+))$', ['before', 'inside', 'behind']) as p
  from read
),
named as (
  select file, line, postcode, upin, p.inside || p.behind as trading,
    case
      when p.before = '' and regexp_matches(said, '(?i)^(mr|mrs|ms|miss|dr|sir|prof|messrs)\.? ') and not regexp_matches(said, '(?i)\b(ltd|limited|plc|llp|lp|association|centre|college|company|council|partnership|school|services|society|solutions|trust|university)\b') then null
      when p.before = '' then said
      when regexp_matches(p.before, '(?i)\b(ltd|limited|plc|llp|lp|association|centre|college|company|council|partnership|school|services|society|solutions|trust|university)\b') and not contains(p.before, ',') then p.before
      else p.inside || p.behind
    end as name
  from parted
),
keyed as (
  select file, line, postcode, upin, trading, name,
    trim(regexp_replace(lower(strip_accents(replace(name, '&', ' and '))), '[^a-z0-9]+', ' ', 'g')) as folded
  from named
  where name is not null
),
ready as (
  select file, line, postcode, upin, trading, name,
    case when upin <> '' then 'esif-upin-' || upin
      else 'esif-' || trim(left(replace(folded, ' ', '-'), 40), '-') || '-' || left(md5(folded || '|' || coalesce(postcode, '')), 8) end as key
  from keyed
)
,
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
