-- The register knows the year in which an organisation began, and no day: the year goes to the note.
-- The kind is the first type that says what it is: that it also gives money is a role.
select file, line, 'ror-' || regexp_extract(id, '([0-9a-z]+)/?$', 1) as key, 'list' as origin, name,
  coalesce(list_filter(string_split(types, ';'), lambda t: t <> 'funder')[1], nullif(types, '')) as kind, status, null as founded, null as main_code,
  'Established ' || established as note, id as source_url, null as source_year
from {{raw}}
where {{option.country}} = 'all' or contains(locations, '"country_code":"' || {{option.country}} || '"')
