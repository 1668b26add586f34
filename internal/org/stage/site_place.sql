-- table: site_place
-- inputs: ev_site, site_listed, alias, postcode, moved, site_new
-- grain: one row a site
-- kind: view
-- A point given whole by the source stands; otherwise the postcode's. What the team gives
-- by hand is kept apart from what a postcode gives, with how far off it may be. A decision
-- on where the site is goes before both. The registered office of an organisation is named
-- after the organisation, further offices of it, places of work and addresses after their record.
select case when s.kind = 'registered-office' and a.office then a.org_id else s.key end
    || case s.kind when 'registered-office' then ':ro' when 'address' then ':address' else ':site' end as site_id,
  coalesce(a.org_id, s.key) as org_id, s.kind, nullif(s.address, '') as address, s.town, s.postcode,
  case when m.key is not null then m.lon when s.placed then s.lon else p.lon end as lon,
  case when m.key is not null then m.lat when s.placed then s.lat else p.lat end as lat,
  case when m.key is not null then 'decision' when s.placed then coalesce(s.located_by, 'source') when p.lon is not null then 'postcode' end as located_by,
  case when m.key is not null then m.precision_m when s.placed then s.precision_m when p.lon is not null then 100 end as precision_m,
  s.label, s.source, s.file, s.line
from (
  select source, file, line, key, kind, address, town, postcode, lon, lat, located_by, precision_m, label,
    lon is not null and lat is not null as placed
  from (
    select source, file, line, key, kind, address, town, postcode, lon, lat, located_by, precision_m, label from ev_site where kind <> 'address'
    union all
    select source, file, line, key, 'address', address, town, postcode, lon, lat, located_by, precision_m, label from site_listed
  ) u
) s
left join alias a on a.key = s.key
left join postcode p on p.postcode = s.postcode
left join moved m on m.key = s.key and m.kind = s.kind
union all
select n.key || ':site', coalesce(a.org_id, n.key), 'site', null, null, null, n.lon, n.lat, 'decision', n.precision_m, null, n.source, n.file, n.line
from site_new n
left join alias a on a.key = n.key
