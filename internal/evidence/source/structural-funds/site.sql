-- Points of the list of 2007-2013 come from a search for the address. They are taken where the list gives the first part of a
-- postcode and not the whole: nineteen in twenty of them lie within 4 km of the middle of that district, and a whole
-- postcode says more. Keys are made as in organisation.sql.
with read as (
  select file, line, district, town, county, lon, lat,
    coalesce(postcode, case when regexp_full_match(district, '[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}') then left(district, -3) || ' ' || right(district, 3) end) as postcode,
    regexp_extract(recipient, ' ([0-9]{6})$', 1) as upin,
    regexp_replace(replace(replace(regexp_replace(recipient, '\s+', ' ', 'g'), 'â€“', '–'), 'â€™', '’'), ' [0-9]{6}$', '') as said
  from {{raw}}
),
parted as (
  select file, line, district, town, county, lon, lat, postcode, upin, said,
    regexp_extract(said, '(?i)^(.+?) (?:\((?:t ?[/!] ?a|trading as) (.+)\)|(?:t ?[/!] ?a|trading as) (.+))$', ['before', 'inside', 'behind']) as p
  from read
),
named as (
  select file, line, district, town, county, lon, lat, postcode, upin, p.inside || p.behind as trading,
    case
      when p.before = '' and regexp_matches(said, '(?i)^(mr|mrs|ms|miss|dr|sir|prof|messrs)\.? ') and not regexp_matches(said, '(?i)\b(ltd|limited|plc|llp|lp|association|centre|college|company|council|partnership|school|services|society|solutions|trust|university)\b') then null
      when p.before = '' then said
      when regexp_matches(p.before, '(?i)\b(ltd|limited|plc|llp|lp|association|centre|college|company|council|partnership|school|services|society|solutions|trust|university)\b') and not contains(p.before, ',') then p.before
      else p.inside || p.behind
    end as name
  from parted
),
keyed as (
  select file, line, district, town, county, lon, lat, postcode, upin, trading, name,
    trim(regexp_replace(lower(strip_accents(replace(name, '&', ' and '))), '[^a-z0-9]+', ' ', 'g')) as folded
  from named
  where name is not null
),
ready as (
  select file, line, district, town, county, lon, lat, postcode, upin, trading, name,
    case when upin <> '' then 'esif-upin-' || upin
      else 'esif-' || trim(left(replace(folded, ' ', '-'), 40), '-') || '-' || left(md5(folded || '|' || coalesce(postcode, '')), 8) end as key
  from keyed
)
,
placed as (
  select file, line, key, postcode, nullif(town, 'N/A') as town, nullif(county, 'N/A') as county, lon, lat,
    case when postcode is null and regexp_full_match(district, '[A-Z]{1,2}[0-9][0-9A-Z]?') then district end as outward
  from ready
)
select file, line, key, 'address' as kind, nullif(concat_ws(', ', case when county is distinct from town then county end, outward), '') as address, town, postcode,
  case when outward is not null and lat is not null then lon end as lon, case when outward is not null and lon is not null then lat end as lat,
  case when outward is not null and lon is not null and lat is not null then 'source' end as located_by,
  case when outward is not null and lon is not null and lat is not null then 4000 end as precision_m, null as label
from placed
where postcode is not null or outward is not null or town is not null or county is not null
qualify row_number() over (partition by key order by postcode is null, outward is null, file, line) = 1
