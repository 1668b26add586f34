select file, line, id as meeting_id, name, kind, date, coalesce(year, extract(year from date)) as year, place, facility_id, null as area, lon, lat, theme,
  organiser_id as organiser_key, source_url, source_year
from {{raw}}
