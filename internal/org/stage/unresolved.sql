-- table: unresolved
-- inputs: ev_tie, ev_facility, ev_headcount, ev_meeting, ev_attendance, ev_need, ev_voice, ev_public_award, ev_intervention, ev_intervention_cost, ev_intervention_outcome, ev_intervention_relation, ev_intervention_risk, ev_delivery, meeting, alias, organisation
-- grain: one row a record that names an organisation, a meeting or an intervention which no source lists
with named as (
  select source, file, line, from_key as key, 'tie from' as what from ev_tie
  union all select source, file, line, to_key, 'tie to' from ev_tie
  union all select source, file, line, host_key, 'host of a facility' from ev_facility where host_key is not null
  union all select source, file, line, key, 'employees of' from ev_headcount
  union all select source, file, line, organiser_key, 'organiser of a meeting' from ev_meeting where organiser_key is not null
  union all select source, file, line, key, 'at a meeting' from ev_attendance
  union all select source, file, line, key, 'need or offer of' from ev_need
  union all select source, file, line, key, 'voice of' from ev_voice
  union all select source, file, line, key, 'award to' from ev_public_award
),
meant as (
  select source, file, line, intervention_id as id, 'cost of the intervention' as what from ev_intervention_cost
  union all select source, file, line, intervention_id, 'outcome of the intervention' from ev_intervention_outcome
  union all select source, file, line, from_id, 'relation from the intervention' from ev_intervention_relation
  union all select source, file, line, to_id, 'relation to the intervention' from ev_intervention_relation
  union all select source, file, line, intervention_id, 'risk of the intervention' from ev_intervention_risk
  union all select source, file, line, intervention_id, 'delivery of the intervention' from ev_delivery
  union all select source, file, line, intervention_id, 'award for the intervention' from ev_public_award where intervention_id is not null
)
select n.source, n.file, n.line, n.what, n.key as found
from named n
left join alias a on a.key = n.key
anti join organisation o on o.org_id = coalesce(a.org_id, n.key)
union all
select e.source, e.file, e.line, 'at the meeting' as what, e.meeting_id as found from ev_attendance e anti join meeting m on m.meeting_id = e.meeting_id
union all
select n.source, n.file, n.line, n.what, n.id as found from meant n anti join ev_intervention i on i.intervention_id = n.id
order by source, file, line, what
