-- table: public_award
-- inputs: ev_public_award, alias, organisation
-- grain: one row an award from public funds to an organisation
-- key: award_id
-- sorted: award_id
-- The year is the financial year that begins in it (1 April): that of the day where the day is known, which no stated
-- year may contradict. What the source does not say of basis and publication is unknown, which is not "none" or "no".
with first as (
  select award_id, key, granter, scheme, amount_p, day, year, basis, published, intervention_id, note, source_url, source, file, line
  from ev_public_award
  qualify row_number() over (partition by award_id order by source, file, line) = 1
)
select w.award_id, o.org_id, o.name as org_name, w.granter, w.scheme, w.amount_p, w.day,
  coalesce(year(w.day)::integer - (month(w.day) < 4)::integer, w.year) as year,
  coalesce(w.basis, 'unknown') as basis, coalesce(w.published, 'unknown') as published, w.intervention_id, w.note, w.source_url, w.source, w.file, w.line
from first w
left join alias a on a.key = w.key
join organisation o on o.org_id = coalesce(a.org_id, w.key)
