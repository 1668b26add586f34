-- A scheme in a year is a project: its amount is what it was worth in that year. Lists without numbers of schemes: a scheme
-- is known by what its row says, and rows that say the same are counted. Departments are named as in organisation.sql.
with read as (
  select file, line, title, code, coalesce(amount_gbp, amount_thousands * 1000, amount_millions * 1000000) as amount,
    nullif(regexp_extract(concat_ws(' ', {{option.year}}, year, file), '20[0-9]{2}-[0-9]{2}'), '') as year,
    coalesce(code, left(md5(concat_ws('|', coalesce(department, ''), title, coalesce(amount_gbp, amount_thousands, amount_millions, 0), coalesce(category, ''), coalesce(recipients, ''))), 12)) as id,
    case upper(department)
      when 'BIS' then 'Department for Business Innovation and Skills' when 'DCLG' then 'Department for Communities and Local Government'
      when 'DCMS' then 'Department for Culture, Media and Sport' when 'DECC' then 'Department of Energy and Climate Change'
      when 'DEFRA' then 'Department for Environment, Food and Rural Affairs' when 'DFE' then 'Department for Education'
      when 'DFID' then 'Department for International Development' when 'DFT' then 'Department for Transport' when 'DH' then 'Department of Health'
      when 'DWP' then 'Department for Work and Pensions' when 'FCO' then 'Foreign and Commonwealth Office' when 'HMRC' then 'HM Revenue & Customs'
      when 'HMT' then 'HM Treasury' when 'HO' then 'Home Office' when 'MOD' then 'Ministry of Defence' when 'MOJ' then 'Ministry of Justice'
      else department end as funder
  from {{raw}}
),
counted as (
  select file, line, title, code, amount, year, funder, 'grant-' || trim(regexp_replace(lower(funder), '[^a-z0-9]+', '-', 'g'), '-') as funder_key,
    concat_ws('-', 'grant', year, regexp_replace(id, '[^A-Za-z0-9._-]+', '-', 'g')) as id,
    row_number() over (partition by id, year order by file, line) as nth
  from read
),
dated as (
  select file, line, title, code, amount, funder, funder_key, id || case when nth > 1 then '-' || nth else '' end as id,
    make_date(left(year, 4)::integer, 4, 1) as start_date, make_date(left(year, 4)::integer + 1, 3, 31) as end_date
  from counted
)
select file, line, id as project_id, title, funder as programme, funder, funder_key, code as reference, null as status, start_date, end_date,
  round(amount * 100)::bigint as amount_p, null as cost_p, 'GBP' as currency, nullif({{option.page}}, '') as source_url
from dated
