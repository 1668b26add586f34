-- table: official
-- inputs: ev_identifier, ev_organisation, link_scored, identifier_pair, decision_line
-- grain: one row a record that may be joined and an official number of which an organisation has one
-- sorted: key, scheme, value
-- kind: private
-- Two records with other numbers of one of these registers are two organisations. Of a company that a
-- decision says the record is not, the number is not the record's.
with asked as (
  select a as key from link_scored where kind = 'pair' union select b from link_scored where kind = 'pair' union select a from identifier_pair union select b from identifier_pair
)
select distinct i.key, i.scheme, i.value
from ev_identifier i
semi join asked k on k.key = i.key
anti join (
  select subject, value from decision_line where stands and kind = 'different' union all select value, subject from decision_line where stands and kind = 'different'
) d on d.subject = i.key and d.value = i.scheme || '-' || i.value
where i.scheme in ('GB-COH', 'GB-CHC', 'GB-SC', 'GB-NIC', 'ROR', 'UKPRN', 'NO-BRC')
