select file, line, 'grant-' || trim(regexp_replace(lower(department), '[^a-z0-9]+', '-', 'g'), '-') as key, 'funder' as role
from {{raw}}
where department is not null
qualify row_number() over (partition by key order by file, line) = 1
