-- table: site_area
-- inputs: site, point_area
-- grain: one row a site and area around it
select s.site_id, s.org_id, p.area_set, p.area_id
from site s
join point_area p on p.lon = s.lon and p.lat = s.lat
order by p.area_set, p.area_id, s.site_id
