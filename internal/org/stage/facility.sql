-- table: facility
-- inputs: ev_facility, alias, organisation
-- grain: one row a facility
-- key: facility_id
select f.facility_id, f.name, f.host, o.org_id as host_id, f.place, f.tags, f.description, f.access, f.lon, f.lat, f.located_by, f.precision_m,
  f.source_url, f.source_year, f.source, f.file, f.line
from ev_facility f
left join alias a on a.key = f.host_key
left join organisation o on o.org_id = coalesce(a.org_id, f.host_key)
order by f.facility_id
