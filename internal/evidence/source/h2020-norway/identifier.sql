select file, line, 'h2020-' || number as key, 'NO-BRC' as scheme, number::varchar as value
from {{raw}}
where number is not null
qualify row_number() over (partition by number order by file, line) = 1
