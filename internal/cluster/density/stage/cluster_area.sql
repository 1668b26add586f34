-- table: cluster_area
-- inputs: cluster_member, site_area
-- grain: one row a cluster and area that its members lie in
-- key: sector, cluster, area_set, area_id
-- sorted: sector, cluster, area_set, area_id
select m.sector, m.cluster, a.area_set, a.area_id, count(distinct m.org_id) as organisations
from cluster_member m
join site_area a on a.site_id = m.site_id
group by m.sector, m.cluster, a.area_set, a.area_id
