-- A controller has a key of the companies register only when all that the entry says of where it is
-- registered are words for that register: each word counts, so that New South Wales, the Republic of
-- Ireland or the register of Jersey do not pass for one of the kingdom's parts, nor a charity's or mutual's number for a
-- company's.
-- Shares are those owned; of firms without shares those of surplus assets; failing both, votes.
with worded as (
  select file, line, company_number, kind, controller, natures, statement, notified, ceased, upper(regexp_replace(registration_number, '[^A-Za-z0-9]', '', 'g')) as number,
    trim(regexp_replace(lower(replace(country_registered, '.', '')), '[^a-z]+', ' ', 'g')) as country, trim(regexp_replace(lower(replace(place_registered, '.', '')), '[^a-z]+', ' ', 'g')) as place
  from {{raw}}
), judged as (
  select file, line, company_number, kind, controller, natures, statement, notified, ceased,
    case when regexp_full_match(number, '[0-9]{1,8}') and number::bigint > 0 then lpad(number, 8, '0')
      when regexp_full_match(number, '(SC|NI|OC|SO|NC|LP|SL|NL|FC|SF|NF|CE|CS|RC|SR|NR|IP|SP|RS|GE|SE|SG|ZC|SZ|NZ|OE|R0|AC|SA|NA|IC|SI)[0-9]{1,6}') then left(number, 2) || lpad(substr(number, 3), 6, '0') end as number,
    coalesce(nullif(country, ''), place) as main, coalesce(country, '') || ' ' || coalesce(place, '') as words
  from worded
), shared as (
  select file, line, company_number, kind, controller, natures, statement, notified, ceased, number,
    regexp_matches(main, '\b(england|wales|scotland|northern ireland|united kingdom|uk|gb|great britain|companies house)\b')
      and regexp_full_match(words, '( *\b(england|wales|scotland|northern ireland|united kingdom|uk|gb|eng|wls|sct|nir|great britain|britain|companies house|companies|company|house|register|registry|registrar|registered|the|of|in|at|for|and|cardiff|edinburgh|belfast|london|english|scottish|welsh|british)\b)* *') as domestic,
    coalesce(nullif(list_filter(string_split(natures, ';'), lambda n: n like 'ownership-of-shares%'), []),
      nullif(list_filter(string_split(natures, ';'), lambda n: n like '%right-to-share-surplus-assets%'), []),
      list_filter(string_split(natures, ';'), lambda n: n like 'voting-rights%')) as bands
  from judged
)
select file, line, 'GB-COH-' || case when regexp_full_match(company_number, '[0-9]{1,8}') then lpad(company_number, 8, '0') else company_number end as key,
  controller as controller_name,
  case when kind like 'individual-%' then 'individual' when kind like 'corporate-entity-%' then 'corporate' when kind like 'legal-person-%' then 'legal-person'
    when kind like 'super-secure-%' then 'super-secure' else 'none' end as controller_kind,
  case when domestic and controller is not null then 'GB-COH-' || number end as controller_key,
  coalesce(natures, statement, case when kind = 'exemptions' then 'exempt' end) as nature,
  list_max(list_transform(bands, lambda n: case when n like '%-75-to-100-percent%' then 75 when n like '%-50-to-75-percent%' then 50 when n like '%-25-%' then 25 end)) as share_low,
  list_max(list_transform(bands, lambda n: case when n like '%-75-to-100-percent%' or n like '%-more-than-25-percent%' then 100 when n like '%-50-to-75-percent%' then 75 when n like '%-25-to-50-percent%' then 50 end)) as share_high,
  notified, ceased
from shared
where regexp_matches(kind, '^(individual|corporate-entity|legal-person|super-secure)-') or kind in ('persons-with-significant-control-statement', 'exemptions')
