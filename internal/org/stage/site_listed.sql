-- table: site_listed
-- inputs: ev_site, alias
-- grain: one row an address that lists give, where it is a site of its own
-- key: key
-- sorted: key
-- kind: private
-- Several lists, and several records of one organisation, give the same address: it is a site once, and
-- only where the organisation has no other site with the same postcode.
with listed as (
  select s.source, s.file, s.line, s.key, coalesce(a.org_id, s.key) as org_id, s.address, s.town, s.postcode, s.lon, s.lat, s.located_by, s.precision_m, s.label
  from ev_site s left join alias a on a.key = s.key
  where s.kind = 'address'
),
first as (
  select source, file, line, key, org_id, address, town, postcode, lon, lat, located_by, precision_m, label from listed
  qualify row_number() over (partition by key order by source, file, line) = 1
    and row_number() over (partition by org_id, coalesce(postcode, key) order by source, file, line, key) = 1
),
near as (
  select coalesce(a.org_id, s.key) as org_id, s.postcode from ev_site s left join alias a on a.key = s.key
  where s.kind <> 'address' and s.key in (select key from alias where org_id in (select org_id from listed) union select key from listed)
)
select f.source, f.file, f.line, f.key, f.address, f.town, f.postcode, f.lon, f.lat, f.located_by, f.precision_m, f.label
from first f
anti join near n on n.org_id = f.org_id and n.postcode = f.postcode
