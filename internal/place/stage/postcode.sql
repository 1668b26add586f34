-- table: postcode
-- inputs: ev_postcode
-- grain: one row a postcode
-- key: postcode
-- kind: private
select postcode, arg_min(lon, source || file || line) as lon, arg_min(lat, source || file || line) as lat
from ev_postcode
group by postcode
order by postcode
