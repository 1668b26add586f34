select file, line, 'h2020-' || number as key, 'list' as origin, name,
  case sector when 'UoH' then 'higher education' when 'INS' then 'research organisation' when 'NÆR' then 'company' when 'HEL' then 'hospital trust' when 'NFR' then 'public body' end as kind,
  null as status, null as founded, null as main_code, null as note, null as source_url, null as source_year
from {{raw}}
where number is not null
qualify row_number() over (partition by number order by file, line) = 1
