select file, line, id as tie_id, from_id as from_key, to_id as to_key, kind, start_year, end_year, round(amount_gbp * 100)::bigint as amount_p, project, source_url, source_year from {{raw}}
