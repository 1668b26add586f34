select file, line, id as key, 'words' as scheme, null as code, trim(a) as label, i as position
from (select file, line, id, unnest(string_split(activities, ';')) as a, generate_subscripts(string_split(activities, ';'), 1) as i from {{raw}} where activities is not null) t
where trim(a) <> ''
