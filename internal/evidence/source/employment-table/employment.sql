select file, line, area as area_code, area, year, 'SIC2007-division' as scheme, division as industry_code, division_name as industry, jobs, lower, upper, 'none' as rounding, source_url from {{raw}}
