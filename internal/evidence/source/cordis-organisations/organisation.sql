select file, line, 'cordis-' || organisation as key, 'list' as origin, name,
  case left(activity_type, 3) when 'HES' then 'higher education' when 'REC' then 'research organisation' when 'PRC' then 'company' when 'PUB' then 'public body' end as kind,
  null as status, null as founded, null as main_code, null as note, null as source_url, null as source_year
from {{raw}}
qualify row_number() over (partition by organisation order by file, line) = 1
