select file, line, area_set, area_id, name, kind, note, km2, lon, lat, west, south, east, north, geometry from {{raw}}
