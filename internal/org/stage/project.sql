-- table: project
-- inputs: ev_project, alias, organisation
-- grain: one row a project that was paid for
-- key: project_id
-- sorted: project_id
-- Of several lines on one project the first is taken.
with first as (
  select project_id, title, programme, funder, funder_key, reference, status, start_date, end_date, amount_p, cost_p, currency, source_url, source, file, line
  from ev_project
  qualify row_number() over (partition by project_id order by source, file, line) = 1
)
select p.project_id, p.title, p.programme, p.funder, o.org_id as funder_id, p.reference, p.status, p.start_date, p.end_date, p.amount_p, p.cost_p, p.currency,
  p.source_url, p.source, p.file, p.line
from first p
left join alias a on a.key = p.funder_key
left join organisation o on o.org_id = coalesce(a.org_id, p.funder_key)
