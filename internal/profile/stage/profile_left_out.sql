-- table: profile_left_out
-- inputs: organisation, site
-- grain: one row a basis, whether addresses of mass registration count, and a reason for which organisations are left out
-- key: basis, mass, reason
-- sorted: basis, mass, reason
with known as (
  select org_id, bool_or(kind <> 'registered-office') as work, bool_or(kind <> 'registered-office' and lon is not null) as work_placed,
    bool_or(kind = 'registered-office') as office, bool_or(kind = 'registered-office' and lon is not null) as office_placed,
    bool_or(kind = 'registered-office' and not mass_registration) as clean, bool_or(kind = 'registered-office' and not mass_registration and lon is not null) as clean_placed
  from site group by org_id
),
every as (
  select coalesce(k.work, false) as work, coalesce(k.work_placed, false) as work_placed, coalesce(k.office, false) as office, coalesce(k.office_placed, false) as office_placed,
    coalesce(k.clean, false) as clean, coalesce(k.clean_placed, false) as clean_placed, count(*) as n
  from organisation o left join known k on k.org_id = o.org_id
  group by all
),
asked as (
  select 'any' as basis, false as mass, case when work then if(work_placed, '', 'no-position') when clean_placed then '' when clean or not office then 'no-position' else 'only-mass' end as reason, n from every
  union all
  select 'any', true, case when work then if(work_placed, '', 'no-position') when office_placed then '' else 'no-position' end, n from every
  union all
  select 'office', false, case when clean_placed then '' when clean then 'no-position' when office then 'only-mass' else 'no-office' end, n from every
  union all
  select 'office', true, case when office_placed then '' when office then 'no-position' else 'no-office' end, n from every
  union all
  select 'work', false, case when work_placed then '' when work then 'no-position' else 'no-work' end, n from every
  union all
  select 'work', true, case when work_placed then '' when work then 'no-position' else 'no-work' end, n from every
)
select basis, mass, reason, sum(n)::bigint as organisations from asked where reason <> '' group by basis, mass, reason
