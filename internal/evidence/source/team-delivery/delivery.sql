select file, line, id as delivery_id, intervention_id, kind, what, day, year, planned, actual, planned_day, actual_day, funder, design, finding, note, source_url, source_year from {{raw}}
