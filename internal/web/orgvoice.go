package web

import (
	"net/http"
	"slices"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/voices"
)

// OrgVoices is what an organisation said in surveys, and how it came here.
type OrgVoices struct {
	Said   []SaidView
	Quotes []OrgQuote // of conversations, with its name
	Talks  []OrgTalk  // conversations that are on record, for those who may read them
	Ways   []OrgWay   // for people of the workspace
}

// SaidView is what an organisation said in a survey, where it agreed to be named.
type SaidView struct {
	Survey, Day string
	Path        string // of the survey's results
	Answers     []voices.Said
}

// OrgQuote is what somebody of an organisation said in a conversation and agreed to have quoted with its name.
type OrgQuote struct{ Text, Day string }

// OrgTalk is a conversation with an organisation.
type OrgTalk struct{ Path, Day string }

// OrgWay is the way of a prospect that became the organisation.
type OrgWay struct {
	Path  string
	Steps []ProspectStep
}

// voices reads what the release has of the organisation's answers, and its way here for those who may read it.
func (p *OrganisationPage) voices(s *Server, r *http.Request, snap *live.Snapshot) error {
	said, err := voices.SaidBy(r.Context(), snap.DB, p.ID)
	if err == nil {
		said, err = s.standing(r, said)
	}
	if err != nil {
		return err
	}
	for _, x := range said {
		if n := len(p.Voices.Said); n == 0 || p.Voices.Said[n-1].Answers[0].SurveyID != x.SurveyID {
			v := SaidView{Survey: x.Survey, Day: daySay(x.Day), Path: s.surveyLink(r, x.SurveyID)}
			if x.Wave != "" {
				v.Survey += ", " + x.Wave
			}
			p.Voices.Said = append(p.Voices.Said, v)
		}
		last := &p.Voices.Said[len(p.Voices.Said)-1]
		last.Answers = append(last.Answers, x)
	}
	if err := p.Voices.talked(s, r, p.ID); err != nil {
		return err
	}
	if s.cfg.Team == nil || !actorOf(r).May(auth.ReadSurveys) {
		return nil
	}
	ways, err := s.prospectBook().Of(r.Context(), actorOf(r), p.ID)
	if err != nil {
		return err
	}
	for _, x := range ways {
		steps, err := s.prospectWay(r, x)
		if err != nil {
			return err
		}
		p.Voices.Ways = append(p.Voices.Ways, OrgWay{prospectPath(x.ID), steps})
	}
	return nil
}

// talked reads what was said in conversations: words that may be quoted with the organisation's name for everybody, and where they
// stand for those who may read interviews.
func (v *OrgVoices) talked(s *Server, r *http.Request, orgID string) error {
	b, ok := s.interviewBook()
	if !ok {
		return nil
	}
	quotes, err := b.SaidIn(r.Context(), orgID)
	if err != nil {
		return err
	}
	for _, q := range quotes {
		if !q.Invented {
			v.Quotes = append(v.Quotes, OrgQuote{q.Text, daySay(q.Day)})
		}
	}
	if !actorOf(r).May(auth.ReadAnswers) {
		return nil
	}
	talks, err := b.InterviewsOf(r.Context(), actorOf(r), orgID)
	if err != nil {
		return err
	}
	for _, i := range talks {
		v.Talks = append(v.Talks, OrgTalk{"/interviews/" + i.ID, daySay(i.Day)})
	}
	return nil
}

// standing are the answers whose firms' words are still kept: what was erased since the release was made is shown no more, before
// the next build leaves it out. Of surveys that the store does not have the release is all that there is.
func (s *Server) standing(r *http.Request, said []voices.Said) ([]voices.Said, error) {
	b, ok := s.voices()
	if !ok || len(said) == 0 {
		return said, nil
	}
	all, err := b.Surveys(r.Context(), auth.Machine(b.Workspace))
	if err != nil {
		return nil, err
	}
	gone := map[[2]string]bool{}
	for _, x := range said {
		if slices.ContainsFunc(all, func(v fieldwork.Survey) bool { return v.ID == x.SurveyID }) {
			gone[[2]string{x.OrgID, x.SurveyID}] = true
		}
	}
	for key := range gone {
		kept, err := b.SaidBy(r.Context(), key[0])
		if err != nil {
			return nil, err
		}
		gone[key] = !slices.ContainsFunc(kept, func(one fieldwork.Response) bool { return one.SurveyID == key[1] })
	}
	return slices.DeleteFunc(said, func(x voices.Said) bool { return gone[[2]string{x.OrgID, x.SurveyID}] }), nil
}

// surveyLink is the page of a survey's results; "" where the visitor may not see it, or nobody has it any more.
func (s *Server) surveyLink(r *http.Request, id string) string {
	b, ok := s.voices()
	if !ok {
		return ""
	}
	if _, err := b.Survey(r.Context(), actorOf(r), id); err != nil {
		return "" // a release outlives what it was made from
	}
	return voicePath(id) + "/results"
}
