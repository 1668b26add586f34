-- Keys are made as in organisation.sql, ids of grants as in project.sql.
with read as (
  select file, line,
    coalesce(postcode, case when regexp_full_match(district, '[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}') then left(district, -3) || ' ' || right(district, 3) end) as postcode,
    regexp_extract(recipient, ' ([0-9]{6})$', 1) as upin,
    regexp_replace(replace(replace(regexp_replace(recipient, '\s+', ' ', 'g'), 'â€“', '–'), 'â€™', '’'), ' [0-9]{6}$', '') as said
  from {{raw}}
),
parted as (
  select file, line, postcode, upin, said,
    regexp_extract(said, '(?i)^(.+?) (?:\((?:t ?[/!] ?a|trading as) (.+)\)|(?:t ?[/!] ?a|trading as) (.+))$', ['before', 'inside', 'behind']) as p
  from read
),
named as (
  select file, line, postcode, upin, p.inside || p.behind as trading,
    case
      when p.before = '' and regexp_matches(said, '(?i)^(mr|mrs|ms|miss|dr|sir|prof|messrs)\.? ') and not regexp_matches(said, '(?i)\b(ltd|limited|plc|llp|lp|association|centre|college|company|council|partnership|school|services|society|solutions|trust|university)\b') then null
      when p.before = '' then said
      when regexp_matches(p.before, '(?i)\b(ltd|limited|plc|llp|lp|association|centre|college|company|council|partnership|school|services|society|solutions|trust|university)\b') and not contains(p.before, ',') then p.before
      else p.inside || p.behind
    end as name
  from parted
),
keyed as (
  select file, line, postcode, upin, trading, name,
    trim(regexp_replace(lower(strip_accents(replace(name, '&', ' and '))), '[^a-z0-9]+', ' ', 'g')) as folded
  from named
  where name is not null
),
ready as (
  select file, line, postcode, upin, trading, name,
    case when upin <> '' then 'esif-upin-' || upin
      else 'esif-' || trim(left(replace(folded, ' ', '-'), 40), '-') || '-' || left(md5(folded || '|' || coalesce(postcode, '')), 8) end as key
  from keyed
)
,
granted as (
  select file, line, start_date, end_date,
    'esif-' || left(md5(concat_ws('|',
      {{option.period}}, recipient, coalesce(title, ''), coalesce(fund, {{option.fund}}),
      coalesce(round(coalesce(amount_gbp, amount_points) * 100)::bigint, -1), coalesce(round(coalesce(cost_gbp, cost_points) * 100)::bigint, -1), coalesce(round(match_gbp * 100)::bigint, -1),
      coalesce(start_date::varchar, ''), coalesce(end_date::varchar, ''), coalesce(postcode, district, ''))), 12) as id,
    coalesce(amount_gbp, amount_points) as amount,
    coalesce(nullif(coalesce(cost_gbp, cost_points), 0), case when match_gbp > 0 then coalesce(amount_gbp, amount_points, 0) + match_gbp end) as cost
  from {{raw}}
),
counted as (
  select file, line, start_date, end_date, id, amount, cost, row_number() over (partition by id order by file, line) as nth from granted
)
select c.file, c.line, c.id || case when c.nth > 1 then '-' || c.nth else '' end as participation_id, c.id || case when c.nth > 1 then '-' || c.nth else '' end as project_id,
  r.key, 'beneficiary' as role, round(c.amount * 100)::bigint as amount_p, round(c.cost * 100)::bigint as cost_p, {{option.currency}} as currency,
  c.start_date, c.end_date, nullif({{option.page}}, '') as source_url
from counted c
join ready r on r.file = c.file and r.line = c.line
