-- table: basis_site
-- inputs: site, organisation, headcount
-- grain: one row a site with a position, with what is known of its organisation
-- kind: view
-- Under the basis "any" a place of work counts and, for an organisation that has none on record, its
-- registered office (in_any). nth is 1 at the first of an organisation's sites of a kind, addresses of
-- mass registration apart; nth_mass is 1 at the first where those are not set apart. Nearly every
-- organisation has one site, and those that have more are few enough to be numbered.
with placed as (
  select site_id, org_id, lon, lat, kind = 'registered-office' as office, mass_registration as mass, coalesce(located_by, '') = 'hand' as approximate
  from site where lon is not null
),
many as (select org_id from placed group by org_id having count(*) > 1),
numbered as (
  select site_id, org_id, lon, lat, office, mass, approximate,
    row_number() over (partition by org_id, office, mass order by site_id) as nth, row_number() over (partition by org_id, office order by site_id) as nth_mass
  from placed where org_id in (select org_id from many)
  union all
  select site_id, org_id, lon, lat, office, mass, approximate, 1, 1 from placed where org_id not in (select org_id from many)
),
work as (select distinct org_id from site where kind <> 'registered-office'),
latest as (
  select org_id, max({'at': (coalesce(period_end, date '1900-01-01') - date '1900-01-01') * 1000000000 + least(employees, 999999999), 'employees': employees, 'before': employees_before}) as of
  from headcount where employees is not null group by org_id
)
select n.site_id, n.org_id, o.doc, n.lon, n.lat, n.office, n.mass, n.approximate, not n.office or w.org_id is null as in_any, n.nth, n.nth_mass,
  case when o.section is not null then o.main_code end as main_code, o.section, year(o.founded) as founded_year, l.of.employees as employees, l.of.before as employees_before
from numbered n
join organisation o on o.org_id = n.org_id
left join work w on w.org_id = n.org_id
left join latest l on l.org_id = n.org_id
