-- table: node
-- inputs: ev_organisation, edge
-- grain: one row a record that others are joined with and that a source holds
-- key: key
-- sorted: key
-- kind: private
-- rank orders the records of an organisation: the team's own first, then what the team says under the id of
-- a company, then the register, then lists.
select o.key, min(case o.origin when 'register' then 2 when 'team' then case when starts_with(o.key, 'GB-COH-') then 1 else 0 end else 3 end) as rank,
  bool_or(o.origin = 'register') as registered
from ev_organisation o
semi join (select a as key from edge union select b from edge) e on e.key = o.key
group by o.key
