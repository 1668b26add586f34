-- table: site_new
-- inputs: decision_line, moved, alias, ev_site, ev_organisation
-- grain: one row a site that a decision adds
-- key: key
-- kind: private
-- An organisation of which no source gives a place of work gets one by a decision that says where.
with said as (
  select regexp_replace(subject, ':site$', '') as key, subject, max(value) filter (where field = 'lon') as lon, max(value) filter (where field = 'lat') as lat,
    max(value) filter (where field = 'precision_m') as precision_m, min(source) as source, arg_min(file, nth) as file, arg_min(line, nth) as line, max(nth) as nth
  from decision_line where stands and kind = 'move' and ends_with(subject, ':site') group by subject
),
fresh as (
  select coalesce(a.org_id, s.key) as org_id, s.key, s.lon, s.lat, s.precision_m, s.source, s.file, s.line,
    row_number() over (partition by coalesce(a.org_id, s.key) order by s.nth desc) as nth
  from said s
  anti join moved m on m.subject = s.subject
  semi join ev_organisation o on o.key = s.key
  left join alias a on a.key = s.key
)
select f.key, f.lon::double as lon, f.lat::double as lat, f.precision_m::double as precision_m, f.source, f.file, f.line
from fresh f
anti join (
  select coalesce(a.org_id, s.key) as org_id from ev_site s left join alias a on a.key = s.key
  where s.kind = 'site' and coalesce(a.org_id, s.key) in (select org_id from fresh)
) h on h.org_id = f.org_id
where f.nth = 1
order by f.key
