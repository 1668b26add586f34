-- The number of a provider of training (UPIN) stands behind the name.
select file, line, 'esif-upin-' || regexp_extract(recipient, ' ([0-9]{6})$', 1) as key, 'UPIN' as scheme, regexp_extract(recipient, ' ([0-9]{6})$', 1) as value
from {{raw}}
where regexp_matches(recipient, ' [0-9]{6}$')
qualify row_number() over (partition by key order by file, line) = 1
