-- table: network_org
-- inputs: organisation, tie, participation, network_theme, attendance, basis_site, site, sector, sector_member
-- grain: one row an organisation that the network knows
-- key: org_id
-- sorted: org_id
-- It is where its first place of work is, or else its registered office unless that is an address of mass registration.
with known as (
  select from_id as org_id from tie
  union select to_id from tie
  union select org_id from participation
  union select funder_id from participation where funder_id is not null
  union select org_id from network_theme
  union select org_id from attendance
  union select org_id from organisation where origin = 'team'
),
placed as (
  select org_id, lon, lat from basis_site where in_any and not mass
  qualify row_number() over (partition by org_id order by office, nth, site_id) = 1
),
town as (
  select org_id, coalesce(town, label) as town from site where coalesce(town, label) is not null
  qualify row_number() over (partition by org_id order by kind = 'registered-office', site_id) = 1
),
sectors as (select m.org_id, bit_or(1::bigint << s.position) as mask from sector_member m join sector s on s.sector = m.sector group by m.org_id)
select o.org_id, o.name, o.main_role, o.roles, o.origin, t.town, p.lon, p.lat, case when o.section is not null then o.main_code end as industry, o.section, o.status,
  o.employees, coalesce(s.mask, 0) as sectors
from known k
join organisation o on o.org_id = k.org_id
left join placed p on p.org_id = k.org_id
left join town t on t.org_id = k.org_id
left join sectors s on s.org_id = k.org_id
