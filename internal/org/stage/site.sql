-- table: site
-- inputs: site_place, crowd, agent
-- grain: one row a site
-- key: site_id
-- sorted: site_id
-- An address that very many companies share is one of registration, not of work. What
-- a decision says of the address, or else of its whole postcode, goes before the count.
select s.site_id, s.org_id, s.kind, s.address, s.town, s.postcode, s.lon, s.lat, s.located_by, s.precision_m, s.label,
  s.kind = 'registered-office' and coalesce(x.agent, y.agent, c.n is not null) as mass_registration, c.n as registered_here, s.source, s.file, s.line
from site_place s
left join crowd c on c.postcode = s.postcode and c.address is not distinct from s.address
left join agent x on x.postcode = s.postcode and x.address = s.address
left join agent y on y.postcode = s.postcode and y.address is null
