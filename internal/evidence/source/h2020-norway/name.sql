-- The first line of an organisation gives its name; other spellings and the short name are further names.
with said as (
  select file, line, number, name, short_name, first_value(name) over (partition by number order by file, line) as chosen
  from {{raw}}
  where number is not null
),
further as (
  select file, line, number, name, 'alias' as kind, chosen from said
  union all
  select file, line, number, short_name as name, 'acronym' as kind, chosen from said
)
select file, line, 'h2020-' || number as key, name, kind, null as language
from further
where lower(name) <> lower(chosen) and lower(name) <> 'ukjent'
qualify row_number() over (partition by number, lower(name) order by kind, file, line) = 1
