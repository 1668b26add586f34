-- table: alias
-- inputs: ev_identifier, ev_organisation
-- grain: one row a register entry that is an organisation of the team
-- key: key
-- kind: private
-- The company number decides: what the team calls by it is the register's company.
select 'GB-COH-' || i.value as key, min(i.key) as org_id
from ev_identifier i
semi join (select key from ev_organisation where origin = 'team') t on t.key = i.key
where i.scheme = 'GB-COH'
group by i.value
order by key
