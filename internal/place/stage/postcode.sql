-- table: postcode
-- inputs: ev_postcode
-- grain: one row a postcode
-- key: postcode
-- order: any
-- kind: private
-- Where two sources give a postcode, the smallest file and line decides.
select postcode, (min({'file': file, 'line': line, 'lon': lon, 'lat': lat})).lon as lon, (min({'file': file, 'line': line, 'lon': lon, 'lat': lat})).lat as lat
from ev_postcode
group by postcode
