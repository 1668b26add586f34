select file, line, id as facility_id, name, host, host_id as host_key, place, tags, description, access, lon, lat, located_by, precision_m, source_url, source_year from {{raw}}
