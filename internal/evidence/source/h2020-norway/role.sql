select file, line, 'h2020-' || number as key,
  unnest(case sector when 'UoH' then ['driver', 'education'] when 'INS' then ['driver'] when 'NÆR' then ['firm'] when 'HEL' then ['agency'] when 'NFR' then ['funder'] end) as role
from {{raw}}
where number is not null
qualify row_number() over (partition by number order by file, line) = 1
