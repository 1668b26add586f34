select file, line, id as relation_id, from_id, to_id, kind, lag_years, bonus, reason, classified_by, note, source_url, source_year from {{raw}}
