select file, line, id as risk_id, intervention_id, risk, likelihood, impact, mitigation, owner, note, source_url, source_year from {{raw}}
