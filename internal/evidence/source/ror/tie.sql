-- Parent and child are the two sides of one tie, and so is related. Organisations that the
-- source does not hold are nobody's ties here. Who came after whom is no tie.
with known as (
  select regexp_extract(id, '([0-9a-z]+)/?$', 1) as ror from {{raw}}
  where {{option.country}} = 'all' or contains(locations, '"country_code":"' || {{option.country}} || '"')
), said as (
  select file, line, regexp_extract(id, '([0-9a-z]+)/?$', 1) as own, x.type as type, regexp_extract(x.id, '([0-9a-z]+)/?$', 1) as other
  from (select file, line, id, unnest(from_json(relationships, '[{"type":"VARCHAR","id":"VARCHAR"}]')) as x from {{raw}}) t
), sided as (
  select file, line, own, case type when 'related' then 'related_to' else 'part_of' end as kind,
    case type when 'child' then other when 'related' then least(own, other) else own end as a,
    case type when 'child' then own when 'related' then greatest(own, other) else other end as b
  from said where type in ('parent', 'child', 'related') and own <> other and own in (select ror from known) and other in (select ror from known)
)
select file, line, 'ror-' || a || ':' || kind || ':ror-' || b as tie_id, 'ror-' || a as from_key, 'ror-' || b as to_key, kind, null as start_year, null as end_year,
  null as amount_p, null as project, 'https://ror.org/' || own as source_url, null as source_year, null as weight
from sided
qualify row_number() over (partition by a, b, kind order by file, line) = 1
