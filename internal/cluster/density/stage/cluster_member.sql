-- table: cluster_member
-- inputs: cluster_found
-- grain: one row a cluster, organisation and position of it
-- key: sector, cluster, org_id, site_id
-- sorted: sector, cluster, org_id, site_id
-- At its first placed site of the basis an organisation's employees count.
select f1 as sector, f2::bigint as cluster, f3 as org_id, f4 as site_id, f5::double as lon, f6::double as lat, f7::boolean as at_first, f8::double as probability
from {{found}} where f0 = 'member'
