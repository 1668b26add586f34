select file, line, decision_id, decided_at, by_id, kind, table_name, subject, field, value, reason, source_url from {{raw}}
