select file, line, id as voice_id, key, survey_id, survey, coalesce(wave, '') as wave, subject as question_id, coalesce(topic, '') as topic, question, text as answer, coalesce(chose, '') as chose, day::date as day
from {{raw}} where kind = 'voice' and invented = '0' and key is not null and subject is not null and text is not null
