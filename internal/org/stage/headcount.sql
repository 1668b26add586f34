-- table: headcount
-- inputs: ev_headcount, alias
-- grain: one row an organisation and accounting period
-- Several accounts of one period and company differ only by resubmission; the last line is kept.
select coalesce(a.org_id, h.key) as org_id, h.period_end,
  arg_max(h.employees, h.line) as employees, arg_max(h.employees_before, h.line) as employees_before,
  arg_max(h.source, h.line) as source, arg_max(h.file, h.line) as file, max(h.line) as line
from ev_headcount h
left join alias a on a.key = h.key
group by coalesce(a.org_id, h.key), h.period_end
order by org_id, period_end
