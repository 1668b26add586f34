-- table: decision_effect
-- inputs: decision_line, moved, agent, ev_site, postcode, site
-- grain: one row a site or address of which a decision says something else than the sources
-- kind: view
-- A verdict on an address stands beside the first of the records that it changes.
with place as (
  select 'sites' as table_name, m.subject, 'position' as field,
    case when s.lon is not null and s.lat is not null then s.lon || ' ' || s.lat || ' (' || coalesce(s.located_by, 'source') || ')'
      else p.lon || ' ' || p.lat || ' (postcode)' end as source_value,
    m.lon || ' ' || m.lat as team_value, m.decision_id, s.source, s.file, s.line
  from moved m
  join ev_site s on s.key = m.key and s.kind = m.kind
  left join postcode p on p.postcode = s.postcode
),
address as (
  select a.subject, a.decision_id, a.agent, min({'source': s.source, 'file': s.file, 'line': s.line}) as first
  from agent a
  join site s on s.postcode = a.postcode and (a.address is null or s.address = a.address)
  where s.kind = 'registered-office' and (s.registered_here is not null) <> a.agent
    and (a.address is not null or s.address is null or (s.postcode, s.address) not in (select (postcode, address) from agent where address is not null))
  group by a.subject, a.decision_id, a.agent
),
changed as (
  select table_name, subject, field, source_value, team_value, decision_id, source, file, line from place
  union all
  select 'addresses', subject, 'agent', case when agent then 'no' else 'yes' end, case when agent then 'yes' else 'no' end, decision_id,
    first.source, first.file, first.line from address
)
select c.table_name, c.subject, c.field, c.source_value, c.team_value, c.decision_id, c.source, c.file, c.line,
  l.source as decision_source, l.file as decision_file, l.line as decision_line
from changed c
join (
  select subject, kind, decision_id, min(source) as source, arg_min(file, nth) as file, min(line) as line
  from decision_line where stands and kind in ('move', 'agent') group by subject, kind, decision_id
) l on l.subject = c.subject and l.decision_id = c.decision_id and l.kind = case when c.table_name = 'sites' then 'move' else 'agent' end
