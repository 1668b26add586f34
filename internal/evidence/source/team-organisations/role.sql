select file, line, id as key, trim(r) as role from (select file, line, id, unnest(string_split(role, ';')) as r from {{raw}}) t where trim(r) <> ''
