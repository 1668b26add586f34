-- table: site_place
-- inputs: ev_site, alias, postcode
-- grain: one row a site
-- kind: view
-- A point given whole by the source stands; otherwise the postcode's. What the team gives
-- by hand is kept apart from what a postcode gives, with how far off it may be.
select coalesce(a.org_id, s.key) || case when s.kind = 'registered-office' then ':ro' else ':site' end as site_id,
  coalesce(a.org_id, s.key) as org_id, s.kind, nullif(s.address, '') as address, s.town, s.postcode,
  case when s.placed then s.lon else p.lon end as lon, case when s.placed then s.lat else p.lat end as lat,
  case when s.placed then coalesce(s.located_by, 'source') when p.lon is not null then 'postcode' end as located_by,
  case when s.placed then s.precision_m when p.lon is not null then 100 end as precision_m,
  s.label, s.source, s.file, s.line
from (
  select source, file, line, key, kind, address, town, postcode, lon, lat, located_by, precision_m, label,
    lon is not null and lat is not null as placed
  from ev_site
) s
left join alias a on a.key = s.key
left join postcode p on p.postcode = s.postcode
