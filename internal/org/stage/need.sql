-- table: need
-- inputs: ev_need, alias, organisation
-- grain: one row a need or offer of an organisation
-- key: need_id
-- sorted: need_id
with first as (
  select need_id, key, kind, theme, what, source_url, source_year, source, file, line
  from ev_need
  qualify row_number() over (partition by need_id order by source, file, line) = 1
)
select n.need_id, o.org_id, o.name as org_name, n.kind, n.theme, n.what, n.source_url, n.source_year, n.source, n.file, n.line
from first n
left join alias a on a.key = n.key
join organisation o on o.org_id = coalesce(a.org_id, n.key)
