-- table: network_record
-- inputs: tie, participation, project, attendance, meeting
-- grain: one row a record that ties two organisations
-- kind: view
-- The truth of joint projects is who took part in which (participation). Read as ties between two, each project of k members gives every
-- pair 1/(k-1), so that a member's projects count once each however many partners it had there (Newman 2001). A tie that the team
-- keeps by hand of two partners and a project that the participations hold is the same tie and is not counted twice. Who was paid by
-- whom is a tie with the funder where the funder is on record. Who was at one meeting has met, and is tied by it only where that is asked for.
with member as (
  select project_id, org_id, min(year(start_date)) as first, max(year(end_date)) as last
  from participation where project_id is not null group by project_id, org_id
),
size as (select project_id, count(*) as k from member group by project_id having count(*) > 1),
joint as (
  select a.org_id as from_id, b.org_id as to_id, a.project_id, 1.0 / (s.k - 1) as weight,
    greatest(a.first, b.first) as first, least(a.last, b.last) as last
  from member a
  join member b on b.project_id = a.project_id and b.org_id > a.org_id
  join size s on s.project_id = a.project_id
),
kept as (
  select t.from_id, t.to_id, t.kind, t.start_year, t.end_year, case when t.weight > 0 then t.weight else 1.0 end as weight
  from tie t
  where t.from_id <> t.to_id and not (t.kind = 'partner_in_project' and t.project is not null and exists (
    select 1 from joint j join project p on p.project_id = j.project_id
    where j.from_id = least(t.from_id, t.to_id) and j.to_id = greatest(t.from_id, t.to_id)
      and (lower(p.title) = lower(t.project) or lower(p.reference) = lower(t.project) or starts_with(lower(p.title), lower(t.project) || ':'))))
),
paid as (
  select org_id as from_id, funder_id as to_id, year(start_date) as first, year(end_date) as last
  from participation where funder_id is not null and funder_id <> org_id
),
there as (select a.meeting_id, a.org_id, m.year, count(*) over (partition by a.meeting_id) as k from attendance a join meeting m on m.meeting_id = a.meeting_id),
met as (
  select a.org_id as from_id, b.org_id as to_id, a.year, 1.0 / (a.k - 1) as weight
  from there a
  join there b on b.meeting_id = a.meeting_id and b.org_id > a.org_id
)
select from_id, to_id, 'partner_in_project' as kind, first, last, weight from joint
union all
select from_id, to_id, kind, start_year, end_year, weight from kept
union all
select from_id, to_id, 'funded_by', first, last, 1.0 from paid
union all
select from_id, to_id, 'met', year, year, weight from met
