select file, line, id as need_id, org_id as key, kind, theme, what, source_url, source_year from {{raw}}
