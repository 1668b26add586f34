-- Each answer is a tie in the direction in which it was given, unless its question asks for the other one.
with rule as (
  select lower(trim(split_part(r, '=', 1))) as word, trim(split_part(r, '=', 2)) as kind, i
  from (select unnest(string_split({{option.kinds}}, ';')) as r, generate_subscripts(string_split({{option.kinds}}, ';'), 1) as i) t
  where trim(split_part(r, '=', 1)) <> ''
),
asked as (
  select question, min({'i': i, 'kind': rule.kind}).kind as kind
  from (select distinct question from {{raw}} where question is not null) q
  join rule on contains(lower(q.question), rule.word)
  group by question
),
keyed as (
  select r.file, r.line, coalesce(a.kind, {{option.kind}}) as kind, r.year, try_cast(r.answer as double) as strength,
    case when r.respondent_id is not null then case when {{option.ids}} = 'own' then 'edge-' || {{source}} || '-' || r.respondent_id else r.respondent_id end
      when r.respondent is not null then 'edge-' || {{source}} || '-' || trim(regexp_replace(lower(strip_accents(r.respondent)), '[^\p{L}\p{N}]+', '-', 'g'), '-') end as one,
    case when r.named_id is not null then case when {{option.ids}} = 'own' then 'edge-' || {{source}} || '-' || r.named_id else r.named_id end
      when r.named is not null then 'edge-' || {{source}} || '-' || trim(regexp_replace(lower(strip_accents(r.named)), '[^\p{L}\p{N}]+', '-', 'g'), '-') end as other
  from {{raw}} r
  left join asked a on a.question = r.question
  where coalesce(lower(trim(r.answer)), '') not in ('no', 'none', 'never', 'nobody', 'not at all', 'n/a', '-', 'false') and coalesce(try_cast(r.answer as double), 1) > 0
)
select file, line, 'edge-' || {{source}} || '-' || regexp_replace(lower(file), '[^a-z0-9]+', '-', 'g') || '-' || line as tie_id,
  case when starts_with(kind, '<') then other else one end as from_key, case when starts_with(kind, '<') then one else other end as to_key, ltrim(kind, '< ') as kind,
  year as start_year, null as end_year, null as amount_p, null as project, null as source_url, null as source_year, strength as weight
from keyed
where one <> other
