-- table: voice
-- inputs: ev_voice, alias, organisation
-- grain: one row an answer of a firm that agreed to be named
-- key: voice_id
-- sorted: voice_id
with first as (
  select voice_id, key, survey_id, survey, wave, question_id, topic, question, answer, chose, day, source, file, line
  from ev_voice
  qualify row_number() over (partition by voice_id order by source, file, line) = 1
)
select v.voice_id, o.org_id, o.name as org_name, v.survey_id, v.survey, v.wave, v.question_id, v.topic, v.question, v.answer, v.chose, v.day, v.source, v.file, v.line
from first v
left join alias a on a.key = v.key
join organisation o on o.org_id = coalesce(a.org_id, v.key)
