-- Its size, box and middle are measured by the stage area_measured.
select file, line, 'team' as area_set, id as area_id, name, 'drawn' as kind, note, null::double as km2, null::double as lon, null::double as lat,
  null::double as west, null::double as south, null::double as east, null::double as north, shape as geometry from {{raw}}
