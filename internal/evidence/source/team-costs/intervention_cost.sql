select file, line, id as cost_id, intervention_id, round(amount_gbp * 100)::bigint as amount_p, from_year, to_year, funder, status, kind, asset, price_year, note, source_url, source_year from {{raw}}
