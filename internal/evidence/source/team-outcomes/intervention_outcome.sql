select file, line, id as outcome_id, intervention_id, kind, outcome, quantity, low, high, unit, per, additional, from_year, to_year, place, firm_size, note, source_url, source_year from {{raw}}
