-- Only types that say a role are one: a facility serves the research of others, which is what
-- drivers do; archives, care and not-for-profits may be anything.
select file, line, key, role from (
  select file, line, 'ror-' || regexp_extract(id, '([0-9a-z]+)/?$', 1) as key,
    case unnest(string_split(types, ';')) when 'education' then 'education' when 'funder' then 'funder' when 'company' then 'firm'
      when 'facility' then 'driver' when 'government' then 'agency' end as role
  from {{raw}}
  where {{option.country}} = 'all' or contains(locations, '"country_code":"' || {{option.country}} || '"')
) t where role is not null
