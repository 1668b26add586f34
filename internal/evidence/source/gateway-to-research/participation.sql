-- One row for each organisation of a project: the strongest of its roles, with the money of all. Who gave the money is
-- a row of its own.
with said as (
  select file, line, id as project, regexp_extract(l.href, '([^/]+)/?$', 1) as org, l.rel as role, case when regexp_full_match(l.start, '[0-9]{12,14}') then make_timestamp((l.start::bigint + 3600000) * 1000)::date else try_cast(left(l.start, 10) as date) end as starts, case when regexp_full_match(l."end", '[0-9]{12,14}') then make_timestamp((l."end"::bigint + 3600000) * 1000)::date else try_cast(left(l."end", 10) as date) end as ends, null::double as pounds, null::double as cost
  from (select file, line, id, unnest(from_json(links, '[{"rel":"VARCHAR","href":"VARCHAR","start":"VARCHAR","end":"VARCHAR"}]')) as l from {{raw}} where title is not null) t
  where l.rel like '%\_ORG' escape '\'
  union all
  select file, line, id, coalesce(r.organisationId, lower(r.organisationName)), r.role, null, null, try_cast(r.grantOffer as double), try_cast(r.projectCost as double)
  from (select file, line, id, unnest(from_json(participants, '[{"organisationId":"VARCHAR","organisationName":"VARCHAR","role":"VARCHAR","projectCost":"VARCHAR","grantOffer":"VARCHAR"}]')) as r from {{raw}}) t
  union all
  select file, line, id, org, p.name, null, null, try_cast(p.grantOffer as double), try_cast(p.projectCost as double)
  from (select file, line, id, coalesce(r.id, lower(r.name)) as org, unnest(r.role) as p
    from (select file, line, id, unnest(from_json(roles, '[{"id":"VARCHAR","name":"VARCHAR","role":[{"name":"VARCHAR","projectCost":"VARCHAR","grantOffer":"VARCHAR"}]}]')) as r from {{raw}} where participants is null) t) u
  union all
  select file, line, id, coalesce(r.id, lower(r.name)), 'LEAD_RO', null, null, null, null
  from (select file, line, id, unnest(from_json(lead, '[{"id":"VARCHAR","name":"VARCHAR"}]')) as r from {{raw}}) t
  union all
  select file, line, id, funder_id, 'FUNDER', null, null, null, null from {{raw}} where title is not null and funder_id is not null
  union all
  select f.file, f.line, regexp_extract(list_filter(f.x, lambda l: l.rel = 'FUNDED')[1].href, '([^/]+)/?$', 1), regexp_extract(list_filter(f.x, lambda l: l.rel = 'FUNDER')[1].href, '([^/]+)/?$', 1), 'FUNDER', f.starts, f.ends, null, null
  from (select file, line, starts, ends, from_json(links, '[{"rel":"VARCHAR","href":"VARCHAR"}]') as x from {{raw}} where title is null and name is null) f
), ranked as (
  select file, line, project, org, starts, ends, pounds, cost,
    case when role like 'LEAD%' then 1 when role like '%FUND%' then 4 when role like '%PARTNER%' or role like 'COLLAB%' or role like '%PP\_%' escape '\' then 3 else 2 end as rank
  from said where project <> '' and org <> ''
), one as (
  select min({'file': file, 'line': line}) as spot, project, org, rank = 4 as gives, min(rank) as rank, min(starts) as starts, max(ends) as ends, sum(pounds) as pounds, sum(cost) as cost
  from ranked group by project, org, rank = 4
), keyed as (
  select spot, starts, ends, pounds, cost, case rank when 1 then 'lead' when 2 then 'participant' when 3 then 'partner' else 'funder' end as role,
    'gtr-' || regexp_replace(project, '[^A-Za-z0-9._-]+', '-', 'g') as project_id, 'gtr-' || regexp_replace(org, '[^A-Za-z0-9._-]+', '-', 'g') as key
  from one
)
select spot.file as file, spot.line as line, project_id || ':' || role || ':' || key as participation_id, project_id, key, role,
  round(pounds * 100)::bigint as amount_p, round(cost * 100)::bigint as cost_p, 'GBP' as currency, starts as start_date, ends as end_date, null as source_url
from keyed
