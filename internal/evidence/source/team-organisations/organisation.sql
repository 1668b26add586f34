select file, line, id as key, 'team' as origin, name, kind, null as status, null as founded, null as main_code, notes as note, source_url, source_year from {{raw}}
