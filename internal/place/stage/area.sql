-- table: area
-- inputs: ev_area
-- grain: one row an area of a set
-- key: area_set, area_id
select area_set, area_id, name, kind, note, km2, lon, lat, west, south, east, north, geometry, source, file, line
from ev_area
order by area_set, area_id
