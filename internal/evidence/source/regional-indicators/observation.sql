with cell as (select file, line, year, area_code, spec, unnest(string_split(series, ';')) as pair from {{raw}} where series is not null)
select file, line, trim(split_part(pair, '=', 1)) as indicator, null as label, area_code, null as area,
  case when area_code like 'E37%' then 'LEP' when length(area_code) = 4 then 'ITL2' when length(area_code) = 5 then 'ITL3' when length(area_code) = 3 then 'ITL1' end as area_level,
  null as scheme, null as industry_code, null as industry, year::varchar as period, year, try_cast(split_part(pair, '=', 2) as double) as value, null as lower, null as upper,
  null as unit, null as measure, nullif({{option.vintage}}, '') as vintage, null as status, null as source_url
from cell
where try_cast(split_part(pair, '=', 2) as double) is not null
