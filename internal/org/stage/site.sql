-- table: site
-- inputs: site_place, ev_site, agent
-- grain: one row a site
-- key: site_id
-- sorted: site_id
-- An address that very many companies share is one of registration, not of work. Where the
-- source gives no address lines only the postcode can tell, and the threshold is higher. What
-- a decision says of the address, or else of its whole postcode, goes before the count.
with crowd as (
  select postcode, nullif(address, '') as address, count(*) as n from ev_site
  where kind = 'registered-office' and postcode is not null
  group by postcode, nullif(address, '')
  having count(*) >= case when nullif(address, '') is null then {{same_postcode}} else {{same_address}} end
)
select s.site_id, s.org_id, s.kind, s.address, s.town, s.postcode, s.lon, s.lat, s.located_by, s.precision_m, s.label,
  s.kind = 'registered-office' and coalesce(x.agent, y.agent, c.n is not null) as mass_registration, c.n as registered_here, s.source, s.file, s.line
from site_place s
left join crowd c on c.postcode = s.postcode and c.address is not distinct from s.address
left join agent x on x.postcode = s.postcode and x.address = s.address
left join agent y on y.postcode = s.postcode and y.address is null
