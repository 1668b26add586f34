-- table: meeting
-- inputs: ev_meeting, alias, organisation, facility
-- grain: one row a meeting: an event, a visit, a talk or a single encounter
-- key: meeting_id
-- sorted: meeting_id
-- Of several lines on one meeting the first is taken. It is where its own coordinates say, or else where its facility is;
-- the place in words is its own, or else the facility's.
with first as (
  select meeting_id, name, kind, date, year, place, facility_id, lon, lat, theme, organiser_key, source_url, source_year, source, file, line
  from ev_meeting
  qualify row_number() over (partition by meeting_id order by source, file, line) = 1
)
select m.meeting_id, m.name, m.kind, m.date, coalesce(m.year, extract(year from m.date))::integer as year, coalesce(m.place, f.place) as place, m.facility_id, f.name as facility_name,
  case when m.lon is not null and m.lat is not null then m.lon else f.lon end as lon, case when m.lon is not null and m.lat is not null then m.lat else f.lat end as lat,
  m.theme, o.org_id as organiser_id, o.name as organiser_name, m.source_url, m.source_year, m.source, m.file, m.line
from first m
left join facility f on f.facility_id = m.facility_id
left join alias a on a.key = m.organiser_key
left join organisation o on o.org_id = coalesce(a.org_id, m.organiser_key)
