-- Numbers stand in the organisation's id, which begins with the register's code of org-id.guide
-- (GB-COH-01234567), and in columns of their own. What has not the form of the register's
-- numbers is no number.
with named as (
  select file, line, 0 as giver, recipient_id as id, recipient as name, recipient_postcode as postcode, recipient_charity as charity, recipient_company as company from {{raw}}
  union all
  select file, line, 0 as giver, second_id as id, second as name, null as postcode, null as charity, null as company from {{raw}}
  union all
  select file, line, 1 as giver, funder_id as id, funder as name, funder_postcode as postcode, funder_charity as charity, funder_company as company from {{raw}}
), keyed as (
  select file, line, giver, id, name, postcode, charity, company,
    '360g-' || regexp_replace(coalesce(id, lower(name) || ' ' || upper(coalesce(postcode, ''))), '[^A-Za-z0-9._-]+', '-', 'g') as key
  from named where name <> ''
), said as (
  select file, line, key, regexp_extract(id, '^([A-Z]{2}-[A-Z]{2,5})-', 1) as register, regexp_replace(id, '^[A-Z]{2}-[A-Z]{2,5}-', '') as number
  from keyed where regexp_matches(id, '^[A-Z]{2}-[A-Z]{2,5}-')
  union all
  select file, line, key, case when upper(charity) like 'SC%' then 'GB-SC' when upper(charity) like 'NIC%' then 'GB-NIC' else 'GB-CHC' end, charity
  from keyed where charity is not null
  union all
  select file, line, key, 'GB-COH', company from keyed where company is not null
), bare as (
  select file, line, key, case register when 'XI-GRID' then 'GRID' when 'XI-ROR' then 'ROR' when 'GB-UKPRN' then 'UKPRN' else register end as scheme,
    case when register in ('XI-GRID', 'XI-ROR') then trim(number) else upper(regexp_replace(number, '[ \x{a0}]', '', 'g')) end as n
  from said
), formed as (
  select file, line, key, scheme, case scheme
    when 'GB-COH' then case when regexp_full_match(n, '[0-9]{1,8}') and n::bigint > 0 then lpad(n, 8, '0') when regexp_full_match(n, '[A-Z]{2}[0-9]{5}[0-9A-Z]') then n end
    when 'GB-CHC' then case when regexp_full_match(n, '[1-9][0-9]{5,6}') then n end
    when 'GB-SC' then case when regexp_full_match(n, '(SC)?[0-9]{5,6}') then 'SC' || lpad(regexp_replace(n, '^SC', ''), 6, '0') end
    when 'GB-NIC' then case when regexp_full_match(n, '(NIC)?[0-9]{6}') then regexp_replace(n, '^NIC', '') end
    else nullif(n, '') end as value
  from bare
)
select file, line, key, scheme, value from formed where value is not null
qualify row_number() over (partition by key, scheme, value order by file, line) = 1
