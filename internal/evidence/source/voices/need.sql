select file, line, id as need_id, key, 'need' as kind, subject as theme, text as what, null as source_url, year(day::date) as source_year
from {{raw}} where kind = 'need' and invented = '0' and key is not null and subject is not null
