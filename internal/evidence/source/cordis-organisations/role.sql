select file, line, 'cordis-' || organisation as key, unnest(case left(activity_type, 3) when 'HES' then ['driver', 'education'] when 'REC' then ['driver'] when 'PRC' then ['firm'] when 'PUB' then ['agency'] end) as role
from {{raw}}
qualify row_number() over (partition by organisation order by file, line) = 1
