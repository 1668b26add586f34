-- table: cluster_firm
-- inputs: cluster_found, cluster_member, cluster_area, area, organisation, headcount
-- grain: one row a cluster of firms
-- key: sector, cluster
-- sorted: sector, cluster
-- Ratio is how many times its share of all organisations the sector has where the cluster reaches. Growth counts members of
-- which the last account names the employees of the year before, too. Where wards are known a cluster is called after the
-- one or two of most of its members.
with latest as (
  select org_id, arg_max(employees, period_end) as employees, arg_max(employees_before, period_end) as employees_before
  from headcount where employees is not null and employees_before is not null group by org_id
),
firm as (
  select m.sector, m.cluster, m.org_id, bool_or(m.at_first) as at_first
  from cluster_member m group by m.sector, m.cluster, m.org_id
),
ward as (
  select c.sector, c.cluster, a.name, c.organisations, row_number() over (partition by c.sector, c.cluster order by c.organisations desc, c.area_id) as nth,
    sum(c.organisations) over (partition by c.sector, c.cluster) as together
  from cluster_area c join area a on a.area_set = c.area_set and a.area_id = c.area_id
  where c.area_set = 'ward'
),
called as (
  select sector, cluster, string_agg(name, ' / ' order by nth) as name
  from ward where nth = 1 or nth = 2 and organisations * 4 >= together group by sector, cluster
),
facts as (
  select f.sector, f.cluster, sum(o.employees) filter (where f.at_first) as employees, count(o.employees) filter (where f.at_first) as employees_known,
    median(year(o.founded)) as founded, count(o.founded) as founded_known,
    count(h.org_id) filter (where f.at_first) as growth_known, sum(h.employees) filter (where f.at_first) as employees_now, sum(h.employees_before) filter (where f.at_first) as employees_before
  from firm f
  join organisation o on o.org_id = f.org_id
  left join latest h on h.org_id = f.org_id
  group by f.sector, f.cluster
),
named as (
  select c.f1 as sector, c.f2::bigint as cluster, case when w.name is null then c.f3 when c.f19 is null then w.name else w.name || ' (' || c.f19 || ')' end as name
  from {{found}} c left join called w on w.sector = c.f1 and w.cluster = c.f2::bigint
  where c.f0 = 'firm'
),
titled as (
  select sector, cluster, name, row_number() over (partition by sector, name order by cluster) as nth, count(*) over (partition by sector, name) as same from named
)
select c.f1 as sector, c.f2::bigint as cluster, case when n.same > 1 then n.name || ' ' || n.nth else n.name end as name, c.f4::bigint as organisations, c.f5::bigint as positions,
  c.f6::bigint as own, c.f7::bigint as everyone, c.f8::double as expected, c.f6::double / c.f8::double as ratio, c.f9::double as llr, c.f10::double as p, c.f20::double as p_hi, c.f21::boolean as significant, c.f11::double as jaccard,
  c.f12::double as persistence, c.f13::double as stability, c.f14::double as distance_m, c.f15::double as lon, c.f16::double as lat, c.f17::double as km2,
  t.employees::bigint as employees, t.employees_known, t.founded::double as founded, t.founded_known, t.growth_known, t.employees_now::bigint as employees_now,
  t.employees_before::bigint as employees_before, c.f18 as geometry
from {{found}} c
join facts t on t.sector = c.f1 and t.cluster = c.f2::bigint
join titled n on n.sector = c.f1 and n.cluster = c.f2::bigint
where c.f0 = 'firm'
