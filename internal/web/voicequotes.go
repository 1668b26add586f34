package web

import (
	"net/http"

	"milieu/internal/survey"
	"milieu/internal/survey/interview"
)

// VoiceQuotes are what was said word for word on a topic, where that may be shown.
type VoiceQuotes struct {
	Topic, Label string
	List         []VoiceQuote
}

// VoiceQuote is one of them.
type VoiceQuote struct{ Text, Who, Path, Day string }

// mostQuotes is how many quotes of a topic stand on a page.
const mostQuotes = 6

// voiceQuotes are quotes on the topics of the section that is shown. A survey of invented answers has only those of its own, so
// that nothing that somebody said stands among them.
func (s *Server) voiceQuotes(r *http.Request, p VoiceResultsPage) ([]VoiceQuotes, error) {
	b, ok := s.interviewBook()
	if !ok || p.Part == "" {
		return nil, nil
	}
	only := ""
	if p.Survey.Invented {
		only = p.Survey.ID
	}
	here := map[string]bool{}
	for _, q := range p.Report.Questions {
		if p.in[q.ID].ID == p.Part {
			here[q.Topic] = true
		}
	}
	var out []VoiceQuotes
	for _, t := range survey.Topics {
		if !here[t.Key] {
			continue
		}
		list, err := b.QuotesOf(r.Context(), interview.QuoteFilter{Topic: t.Key, SurveyID: only})
		if err != nil {
			return nil, err
		}
		one := VoiceQuotes{Topic: t.Key, Label: t.Label}
		for _, q := range list[:min(len(list), mostQuotes)] {
			v := VoiceQuote{Text: q.Text, Who: q.OrgName, Day: daySay(q.Day)}
			if q.OrgID != "" {
				v.Path = orgPath(q.OrgID)
			}
			one.List = append(one.List, v)
		}
		if len(one.List) > 0 {
			out = append(out, one)
		}
	}
	return out, nil
}
