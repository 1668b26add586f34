-- table: identifier_pair
-- inputs: ev_identifier, ev_organisation
-- grain: one row a record and the record with which an identifier joins it
-- key: a, b, joined_by
-- sorted: a, b, joined_by
-- kind: private
-- Records that carry the same number of an official register or list are joined in a star. The
-- register's company stands in the middle of those that give its number, whether a source holds it or
-- not; of other numbers the least of the records does. strength orders the numbers: what a lesser one
-- joins, a greater one may keep apart. Companies of one group may share a VAT number, so that it is evidence
-- (link_scored) and joins nothing by itself.
with said as (
  select distinct i.key, i.scheme, i.value, o.origin from ev_identifier i
  join (select distinct key, origin from ev_organisation where origin <> 'register') o on o.key = i.key
  where i.value <> '' and i.scheme not in ('WIKIDATA', 'CROSSREF') and not starts_with(i.scheme, 'VAT')
),
number as (select key, 'GB-COH-' || value as hub, scheme, origin from said where scheme = 'GB-COH'),
other as (select key, min(key) over (partition by scheme, value) as hub, scheme, origin from said where scheme <> 'GB-COH'),
pair as (
  select least(key, hub) as a, greatest(key, hub) as b, scheme, origin from number where key <> hub
  union all
  select least(key, hub), greatest(key, hub), scheme, origin from other where key <> hub
),
worded as (
  select a, b, origin,
    case scheme when 'GB-COH' then 'company number' when 'GB-CHC' then 'charity number' when 'GB-SC' then 'Scottish charity number'
      when 'GB-NIC' then 'Northern Irish charity number' when 'ROR' then 'ROR identifier' when 'UKPRN' then 'UKPRN' when 'EU-PIC' then 'participant code'
      when 'NO-BRC' then 'Norwegian organisation number' else scheme || ' identifier' end as joined_by,
    case scheme when 'GB-COH' then 9 when 'GB-CHC' then 8 when 'GB-SC' then 8 when 'GB-NIC' then 8 when 'NO-BRC' then 7 when 'UKPRN' then 6 when 'ROR' then 5
      when 'EU-PIC' then 4 else 3 end as strength
  from pair
)
select a, b, joined_by, max(strength) as strength, bool_or(origin = 'team') as team from worded group by a, b, joined_by
