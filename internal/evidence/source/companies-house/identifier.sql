select file, line, 'GB-COH-' || company_number as key, 'GB-COH' as scheme, company_number as value from {{raw}}
