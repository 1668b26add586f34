-- Where there is no tax number, the files say so in many words: a number begins with its country.
select file, line, 'cordis-' || organisation as key, 'EU-PIC' as scheme, organisation::varchar as value
from {{raw}}
qualify row_number() over (partition by organisation order by file, line) = 1
union all
select file, line, 'cordis-' || organisation as key, 'VAT' as scheme, vat as value
from {{raw}}
where regexp_full_match(vat, '[A-Z]{2}[0-9A-Z]*[0-9]{4,}[0-9A-Z]*')
qualify row_number() over (partition by organisation, vat order by file, line) = 1
