-- The lists number nothing: a grant is known by what its row says, and rows that say the same are counted. A total of nothing
-- stands for one that is not known; where the list gives what others pay, the total is the sum. Some titles hold characters
-- of Windows-1252 in disguise.
with granted as (
  select file, line, title, regexp_replace(coalesce(fund, {{option.fund}}), '\s*[\[(]\s*inc YEI\s*[\])]', ' with YEI') || ' ' || {{option.period}} as programme, start_date, end_date,
    'esif-' || left(md5(concat_ws('|',
      {{option.period}}, recipient, coalesce(title, ''), coalesce(fund, {{option.fund}}),
      coalesce(round(coalesce(amount_gbp, amount_points) * 100)::bigint, -1), coalesce(round(coalesce(cost_gbp, cost_points) * 100)::bigint, -1), coalesce(round(match_gbp * 100)::bigint, -1),
      coalesce(start_date::varchar, ''), coalesce(end_date::varchar, ''), coalesce(postcode, district, ''))), 12) as id,
    coalesce(amount_gbp, amount_points) as amount,
    coalesce(nullif(coalesce(cost_gbp, cost_points), 0), case when match_gbp > 0 then coalesce(amount_gbp, amount_points, 0) + match_gbp end) as cost
  from {{raw}}
),
clean as (
  select file, line, programme, start_date, end_date, id, amount, cost,
    trim(regexp_replace(replace(replace(replace(translate(title, chr(145) || chr(146) || chr(147) || chr(148) || chr(149) || chr(150), '‘’“”•–'), chr(173) || ' ', '-'), 'â€“', '–'), 'â€™', '’'), '\s+', ' ', 'g')) as title,
    row_number() over (partition by id order by file, line) as nth
  from granted
)
select file, line, id || case when nth > 1 then '-' || nth else '' end as project_id, case when upper(title) <> 'N/A' then title else programme end as title, programme,
  'European Union' as funder, null as funder_key, null as reference, null as status, start_date, end_date,
  round(amount * 100)::bigint as amount_p, round(cost * 100)::bigint as cost_p, {{option.currency}} as currency, nullif({{option.page}}, '') as source_url
from clean
