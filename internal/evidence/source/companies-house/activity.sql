-- Codes of four digits are classes of the SIC of 2003, which old entries still carry.
select file, line, 'GB-COH-' || company_number as key,
  case when length(split_part(t, ' - ', 1)) = 4 then 'SIC2003' else 'SIC2007' end as scheme,
  split_part(t, ' - ', 1) as code, split_part(t, ' - ', 2) as label, i as position
from (select file, line, company_number, unnest([sic_1, sic_2, sic_3, sic_4]) as t, unnest([1, 2, 3, 4]) as i from {{raw}}) s
where regexp_matches(t, '^[0-9]{4,5} - ')
