-- table: link_record
-- inputs: link_pair, ev_organisation, ev_name, ev_site, ev_identifier, ev_participation, alias, organisation
-- grain: one row a record that stands in a pair, with what it was compared by
-- key: key
-- sorted: key
with asked as (select a as key from link_pair union select b from link_pair),
held as (
  select o.key, o.origin, o.name, o.source, o.file, o.line from ev_organisation o semi join asked k on k.key = o.key
  qualify row_number() over (partition by o.key order by case o.origin when 'team' then 0 when 'register' then 1 else 2 end, o.source, o.file, o.line) = 1
),
names as (select n.key, string_agg(distinct n.name, '; ' order by n.name) as names from ev_name n semi join asked k on k.key = n.key group by n.key),
site as (
  select s.key, min({'rank': case s.kind when 'registered-office' then 0 when 'address' then 1 else 2 end, 'source': s.source, 'line': s.line,
    'address': nullif(s.address, ''), 'town': s.town, 'postcode': s.postcode}) as first
  from ev_site s semi join asked k on k.key = s.key group by s.key
),
numbers as (select i.key, string_agg(distinct i.scheme || ' ' || i.value, '; ' order by i.scheme || ' ' || i.value) as identifiers from ev_identifier i semi join asked k on k.key = i.key group by i.key),
paid as (
  select key, sum(n)::bigint as projects, string_agg(currency || ' ' || amount_p, '; ' order by currency) filter (where currency is not null and amount_p is not null) as amounts
  from (select p.key, p.currency, count(*) as n, sum(p.amount_p)::bigint as amount_p from ev_participation p semi join asked k on k.key = p.key group by p.key, p.currency) t group by key
)
select h.key, h.origin, h.name, o.org_id, o.name as org_name, n.names, s.first.address as address, s.first.town as town, s.first.postcode as postcode,
  i.identifiers, coalesce(p.projects, 0) as projects, p.amounts, h.source, h.file, h.line
from held h
left join alias a on a.key = h.key
left join organisation o on o.org_id = coalesce(a.org_id, h.key)
left join names n on n.key = h.key
left join site s on s.key = h.key
left join numbers i on i.key = h.key
left join paid p on p.key = h.key
