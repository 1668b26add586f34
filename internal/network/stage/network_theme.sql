-- table: network_theme
-- inputs: activity, facility, need
-- grain: one row a theme that an organisation works on, offers or needs
-- key: org_id, kind, theme
-- sorted: org_id, kind, theme
-- Activities in words say what an organisation works on, the tags of its facilities and what it is on record
-- as offering what it offers, what it asked for what it needs.
with said as (
  select org_id, 'works-on' as kind, label as theme from activity where scheme = 'words'
  union all
  select host_id, 'offers', unnest(string_split(tags, ';')) from facility where host_id is not null and tags is not null
  union all
  select org_id, case kind when 'need' then 'needs' else 'offers' end, unnest(string_split(theme, ';')) from need where theme is not null
)
select distinct org_id, kind, regexp_replace(trim(lower(theme)), '\s+', ' ', 'g') as theme from said where trim(theme) <> ''
