-- table: agent
-- inputs: decision_line
-- grain: one row an address, or a whole postcode, that a decision says is or is not one of mass registration
-- kind: private
with said as (
  select split_part(subject, '|', 1) as postcode, nullif(trim(substr(subject, length(split_part(subject, '|', 1)) + 2)), '') as address,
    subject, decision_id, value = 'yes' as agent, nth
  from decision_line where stands and kind = 'agent'
)
select postcode, address, arg_max(subject, nth) as subject, arg_max(decision_id, nth) as decision_id, arg_max(agent, nth) as agent
from said
group by postcode, address
order by postcode, address
