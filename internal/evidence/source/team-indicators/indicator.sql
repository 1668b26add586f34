select file, line, id as indicator_id, indicator, place, year, value, unit, status, notes as note, source_url from {{raw}}
