select file, line, replace(replace(code, '.', ''), '/', '') as code, label,
  nullif(regexp_replace(parent, '^.*:|[./]', '', 'g'), '') as parent
from {{raw}}
