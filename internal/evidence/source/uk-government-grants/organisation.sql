-- Some lists write departments short; they are called by their full names, which other lists use.
with named as (
  select file, line, department,
    case upper(department)
      when 'BIS' then 'Department for Business Innovation and Skills' when 'DCLG' then 'Department for Communities and Local Government'
      when 'DCMS' then 'Department for Culture, Media and Sport' when 'DECC' then 'Department of Energy and Climate Change'
      when 'DEFRA' then 'Department for Environment, Food and Rural Affairs' when 'DFE' then 'Department for Education'
      when 'DFID' then 'Department for International Development' when 'DFT' then 'Department for Transport' when 'DH' then 'Department of Health'
      when 'DWP' then 'Department for Work and Pensions' when 'FCO' then 'Foreign and Commonwealth Office' when 'HMRC' then 'HM Revenue & Customs'
      when 'HMT' then 'HM Treasury' when 'HO' then 'Home Office' when 'MOD' then 'Ministry of Defence' when 'MOJ' then 'Ministry of Justice'
      else department end as funder
  from {{raw}}
  where department is not null
)
select file, line, 'grant-' || trim(regexp_replace(lower(funder), '[^a-z0-9]+', '-', 'g'), '-') as key, 'list' as origin, funder as name, 'government department' as kind,
  null as status, null as founded, null as main_code, null as note, null as source_url, null as source_year
from named
qualify row_number() over (partition by key order by file, line) = 1
