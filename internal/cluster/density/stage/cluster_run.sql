-- table: cluster_run
-- inputs: cluster_found
-- grain: one row a sector
-- key: sector
-- sorted: sector
-- How the clusters of a sector were found, and who was left out. The basis is any: places of work, else the
-- registered office unless it is an address of mass registration.
select f1 as sector, f22 as label, 'any' as basis, f3::bigint as organisations, f4::bigint as placed, f5::bigint as no_position, f6::bigint as only_mass,
  f7::bigint as positions, f8::bigint as all_organisations, f9::bigint as all_placed, f10::bigint as clusters, f11::bigint as significant,
  f12::bigint as in_clusters, f13::bigint as min_points, f14::bigint as min_size, f15::bigint as one_address, f16::double as max_share,
  f17::double as reach_m, f18::bigint as shuffles, f19::bigint as seed, f20::bigint as rounds, f21::double as chance_llr
from {{found}} where f0 = 'run'
