select file, line, 'GB-COH-' || company_number as key, 'SIC2007' as scheme, split_part(t, ' - ', 1) as code, split_part(t, ' - ', 2) as label, i as position
from (select file, line, company_number, unnest([sic_1, sic_2, sic_3, sic_4]) as t, unnest([1, 2, 3, 4]) as i from {{raw}}) s
where regexp_matches(t, '^[0-9]{4,5} - ')
