-- table: participation
-- inputs: ev_participation, alias, organisation, project
-- grain: one row a part that an organisation takes in a project
-- key: participation_id
-- sorted: org_id, participation_id
-- Names and what the project is stand beside the ids, so that what an organisation takes part in
-- is read from one table. Dates are those of the part, or else the project's.
with first as (
  select participation_id, project_id, key, role, amount_p, cost_p, currency, start_date, end_date, source_url, source, file, line
  from ev_participation
  qualify row_number() over (partition by participation_id order by source, file, line) = 1
)
select p.participation_id, p.project_id, o.org_id, o.name as org_name, p.key, p.role, p.amount_p, p.cost_p, coalesce(p.currency, j.currency) as currency,
  coalesce(p.start_date, j.start_date) as start_date, coalesce(p.end_date, j.end_date) as end_date,
  j.title, j.programme, j.funder, j.funder_id, j.reference, j.status, coalesce(p.source_url, j.source_url) as source_url, p.source, p.file, p.line
from first p
left join alias a on a.key = p.key
join organisation o on o.org_id = coalesce(a.org_id, p.key)
left join project j on j.project_id = p.project_id
