select file, line, id as key, 'GB-COH' as scheme, company_number as value from {{raw}} where company_number is not null
union all
select file, line, id as key, 'ROR' as scheme, regexp_extract(ror_id, '([0-9a-z]+)/?$', 1) as value from {{raw}} where ror_id is not null
