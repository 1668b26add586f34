-- table: headcount
-- inputs: ev_headcount, alias
-- grain: one row a record and accounting period
-- Several accounts of one period and company differ only by resubmission; the last line of the last file is kept.
select org_id, period_end, employees, employees_before, source, file, line
from (
  select coalesce(a.org_id, h.key) as org_id, h.key, h.period_end, h.employees, h.employees_before, h.source, h.file, h.line,
    row_number() over (partition by h.key, h.period_end order by h.source desc, h.file desc, h.line desc) as nth
  from ev_headcount h
  left join alias a on a.key = h.key
) t
where nth = 1
order by org_id, period_end, key
