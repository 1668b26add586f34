select file, line, 'GB-COH-' || company_number as key, period_end, round(employees)::bigint as employees, round(employees_before)::bigint as employees_before from {{raw}} where employees is not null
