-- A project stands on a row for each participant; its first row gives what is the same on all.
with summed as (
  select file, line, project, title, programme, competition, status, start_date, end_date,
    sum(case when not coalesce(regexp_matches(withdrawn, '(?i)withdr|^yes$'), false) then offered end) over (partition by project) as offered,
    sum(case when not coalesce(regexp_matches(withdrawn, '(?i)withdr|^yes$'), false) then cost end) over (partition by project) as cost,
    row_number() over (partition by project order by file, line) as nth
  from {{raw}}
)
select file, line, 'iuk-' || regexp_replace(project, '[^A-Za-z0-9._-]+', '-', 'g') as project_id, title, coalesce(programme, competition) as programme,
  'Innovate UK' as funder, 'iuk-innovate-uk' as funder_key, project as reference, status, start_date, end_date,
  round(offered * 100)::bigint as amount_p, round(cost * 100)::bigint as cost_p, 'GBP' as currency, 'https://gtr.ukri.org/projects?ref=' || project as source_url
from summed
where nth = 1
