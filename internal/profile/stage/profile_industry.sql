-- table: profile_industry
-- inputs: profile_code, activity, ev_industry
-- grain: one row an industry code that organisations have as their first
-- key: code
-- sorted: code
-- The official list names classes "62.02" and subclasses "62.01/2", where registers write 62020 and 62012.
with official as (
  select regexp_replace(code, '[./]', '', 'g') as code, min(label) as label from ev_industry group by regexp_replace(code, '[./]', '', 'g')
),
said as (select code, min(label) as label from activity where label is not null and scheme = 'SIC2007' group by code)
select u.number, u.code, u.section, coalesce(f.label, c.label, s.label, u.code) as label, d.label as division_label, u.organisations
from profile_code u
left join official f on f.code = u.code
left join official c on length(u.code) = 5 and ends_with(u.code, '0') and c.code = left(u.code, 4)
left join official d on d.code = left(u.code, 2)
left join said s on s.code = u.code
