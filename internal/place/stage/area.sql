-- table: area
-- inputs: ev_area, area_measured
-- grain: one row an area of a set
-- key: area_set, area_id
-- What a file of areas holds goes before what the team saved under the same id.
select area_set, area_id, name, kind, note, km2, lon, lat, west, south, east, north, geometry, source, file, line
from ev_area
where west is not null
union all
select 'team', area_id, name, 'drawn', note, km2, lon, lat, west, south, east, north, geometry, source, file, line
from (select area_id, name, note, km2, lon, lat, west, south, east, north, geometry, source, file, line, row_number() over (partition by area_id order by source, file, line) as nth from area_measured) m
where nth = 1 and not exists (select 1 from ev_area e where e.area_set = 'team' and e.area_id = m.area_id and e.west is not null)
order by area_set, area_id
