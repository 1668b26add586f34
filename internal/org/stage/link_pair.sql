-- table: link_pair
-- inputs: link_edge, link_scored, alias, organisation, ev_organisation, participation
-- grain: one row a pair of records that were compared and may be one organisation
-- key: a, b
-- sorted: a, b
-- effect is how much hangs on the pair: 1, and the orders of magnitude of the money that both
-- organisations were given (of any currency) and of their employees. question orders the review: the uncertainty
-- in bits (binary entropy) times the effect. Of several pairs that ask about the same two
-- organisations only the most probable has a question, and an organisation is in no more questions than the
-- three most probable on each side of it: a name that is like a hundred others is not asked about a hundred times.
with pair as (
  select e.a, e.b, e.weight, e.probability, e.verdict, e.reason, e.bridge,
    case when e.rivals is null then s.why
      else substr(s.why, 1, length(s.why) - 1) || ',{"part":"rivals","detail":"other records of ' || e.rivals_in || ' fit as well, and it holds no organisation twice","weight":' || e.rivals || '}]' end as why
  from link_edge e
  join link_scored s on s.kind = 'pair' and s.a = e.a and s.b = e.b
  where e.scored
),
name as (
  select key, min({'rank': case origin when 'team' then 0 when 'register' then 1 else 2 end, 'source': source, 'name': name}) as first
  from ev_organisation o semi join (select a as key from pair union select b from pair) p on p.key = o.key group by key
),
money as (select org_id, sum(amount_p) / 100 as paid from participation where role is distinct from 'funder' group by org_id),
known as (
  select p.a, p.b, n.first.name as a_name, m.first.name as b_name, coalesce(x.org_id, p.a) as a_org, coalesce(y.org_id, p.b) as b_org,
    n.first.source as a_source, m.first.source as b_source, p.weight, p.probability, p.verdict, p.reason, p.bridge, p.why
  from pair p
  join name n on n.key = p.a
  join name m on m.key = p.b
  left join alias x on x.key = p.a
  left join alias y on y.key = p.b
),
org as (
  select o.org_id, coalesce(m.paid, 0) as paid, coalesce(o.employees, 0) as employees
  from organisation o
  semi join (select a_org as org_id from known union select b_org from known) k on k.org_id = o.org_id
  left join money m on m.org_id = o.org_id
),
weighed as (
  select k.a, k.b, k.a_name, k.b_name, k.a_org, k.b_org, k.a_source, k.b_source, k.weight, k.probability, k.verdict, k.reason, k.bridge, k.why,
    1 + log10(1 + case when k.a_org = k.b_org then coalesce(p.paid, 0) else coalesce(p.paid, 0) + coalesce(q.paid, 0) end)
      + log10(1 + case when k.a_org = k.b_org then coalesce(p.employees, 0) else coalesce(p.employees, 0) + coalesce(q.employees, 0) end) as effect,
    row_number() over (partition by least(k.a_org, k.b_org), greatest(k.a_org, k.b_org), k.verdict order by k.probability desc, k.a, k.b) as nth
  from known k
  left join org p on p.org_id = k.a_org
  left join org q on q.org_id = k.b_org
),
placed as (
  select a, b, a_name, b_name, a_org, b_org, a_source, b_source, weight, probability, verdict, reason, bridge, why, effect, nth,
    row_number() over (partition by a_org, verdict, nth = 1 order by probability desc, a, b) as a_nth, row_number() over (partition by b_org, verdict, nth = 1 order by probability desc, a, b) as b_nth
  from weighed
)
select a, b, a_name, b_name, a_org, b_org, a_source, b_source, round(weight, 6) as weight, round(probability, 9) as probability, verdict, reason, why, round(effect, 6) as effect,
  case when verdict = 'review' and nth = 1 and a_nth <= 3 and b_nth <= 3 and probability > 0 and probability < 1
    then round(effect * -(probability * log2(probability) + (1 - probability) * log2(1 - probability)), 6) else 0 end as question, bridge
from placed
