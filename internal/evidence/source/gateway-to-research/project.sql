-- Money is that of the project's funds, or what its participants were offered. Times are milliseconds; the
-- midnight of a British summer's day is 23:00 of the day before.
with fund as (
  select file, line, id, starts, ends, pounds, from_json(links, '[{"rel":"VARCHAR","href":"VARCHAR"}]') as x from {{raw}} where title is null and name is null
), joined as (
  select p.id as project, regexp_extract(l.href, '([^/]+)/?$', 1) as fund
  from (select id, unnest(from_json(links, '[{"rel":"VARCHAR","href":"VARCHAR"}]')) as l from {{raw}} where title is not null) p where l.rel = 'FUND'
  union
  select regexp_extract(l.href, '([^/]+)/?$', 1) as project, f.id as fund from (select id, unnest(x) as l from fund) f where l.rel = 'FUNDED'
), funded as (
  select j.project, sum(f.pounds) as pounds, min(f.starts) as starts, max(f.ends) as ends,
    arg_min(regexp_extract(list_filter(f.x, lambda l: l.rel = 'FUNDER')[1].href, '([^/]+)/?$', 1), (f.file, f.line)) as funder_id
  from joined j join fund f on f.id = j.fund
  group by j.project
), dated as (
  select id, min(case when regexp_full_match(l.start, '[0-9]{12,14}') then make_timestamp((l.start::bigint + 3600000) * 1000)::date else try_cast(left(l.start, 10) as date) end) as starts, max(case when regexp_full_match(l."end", '[0-9]{12,14}') then make_timestamp((l."end"::bigint + 3600000) * 1000)::date else try_cast(left(l."end", 10) as date) end) as ends
  from (select id, unnest(from_json(links, '[{"rel":"VARCHAR","start":"VARCHAR","end":"VARCHAR"}]')) as l from {{raw}} where title is not null) t
  where l.rel = 'FUND'
  group by id
), offered as (
  select id, sum(try_cast(r.grantOffer as double)) as pounds, sum(try_cast(r.projectCost as double)) as cost
  from (
    select id, unnest(from_json(participants, '[{"projectCost":"VARCHAR","grantOffer":"VARCHAR"}]')) as r from {{raw}}
    union all
    select id, unnest(x.role) as r from (select id, unnest(from_json(roles, '[{"role":[{"projectCost":"VARCHAR","grantOffer":"VARCHAR"}]}]')) as x from {{raw}} where participants is null) t
  ) u
  group by id
)
select p.file, p.line, 'gtr-' || regexp_replace(p.id, '[^A-Za-z0-9._-]+', '-', 'g') as project_id, p.title, p.category as programme, p.funder,
  'gtr-' || regexp_replace(coalesce(p.funder_id, f.funder_id), '[^A-Za-z0-9._-]+', '-', 'g') as funder_key, p.reference, p.status,
  coalesce(p.starts, f.starts, d.starts) as start_date, coalesce(p.ends, f.ends, d.ends) as end_date,
  round(coalesce(p.pounds, f.pounds, o.pounds) * 100)::bigint as amount_p, round(o.cost * 100)::bigint as cost_p, 'GBP' as currency,
  'https://gtr.ukri.org/projects?ref=' || url_encode(p.reference) as source_url
from {{raw}} p left join funded f on f.project = p.id left join dated d on d.id = p.id left join offered o on o.id = p.id
where p.title is not null
