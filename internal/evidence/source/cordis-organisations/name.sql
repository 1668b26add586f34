-- The first line of an organisation gives its name; other spellings and the short name are further names.
with said as (
  select file, line, organisation, name, short_name, first_value(name) over (partition by organisation order by file, line) as chosen from {{raw}}
),
further as (
  select file, line, organisation, name, 'alias' as kind, chosen from said
  union all
  select file, line, organisation, short_name as name, 'acronym' as kind, chosen from said
)
select file, line, 'cordis-' || organisation as key, name, kind, null as language
from further
where lower(name) <> lower(chosen) and lower(name) not in ('ukn', 'na', 'n/a', 'unknown')
qualify row_number() over (partition by organisation, lower(name) order by kind, file, line) = 1
