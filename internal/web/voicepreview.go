package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"milieu/internal/live"
	"milieu/internal/survey"
)

// VoicePreviewPage shows an instrument as those who answer see it, all pages below each other, for people of the workspace.
// Nothing of what is typed into it is kept.
type VoicePreviewPage struct {
	VoiceHead
	Instrument survey.Instrument
	Version    string // which text it is, in words
	Draft      bool
	N          int
	All        bool // also what is asked of some only
	Faults     []string
	Sections   []SectionView
	Promise    Promise
	Texts      []Choice // the texts that can be looked at
	Ways       []Choice // all questions, or those that are asked
	Asked      int
	Of         int
}

// SectionView is a page of questions.
type SectionView struct {
	survey.Section
	Route     string // the condition of the section, for the script
	When      string // the same in words
	Hidden    bool
	Questions []QuestionView
}

// sectionView draws a section's questions with what was answered so far. Questions that are not asked are drawn and hidden,
// so that a script can show them.
func sectionView(in survey.Instrument, sec survey.Section, asked map[string]bool, answers survey.Answers, known, sources map[string]string) SectionView {
	v := SectionView{Section: sec, Route: routeOf(sec.ShowIf)}
	any := false
	for _, q := range sec.Questions {
		one := questionView(q, answers[q.ID], known[q.Prefill], sources[q.Prefill])
		one.Hidden = !asked[q.ID]
		any = any || asked[q.ID]
		v.Questions = append(v.Questions, one)
	}
	v.Hidden = !any
	return v
}

func (s *Server) voicePreview(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, head, err := s.voiceHead(r, snap, "instrument", "preview")
	if err != nil {
		return err
	}
	query := r.URL.Query()
	p := VoicePreviewPage{VoiceHead: head, Draft: query.Has("draft"), All: query.Get("show") == "all", Promise: promiseOf(head.Survey)}
	if n := query.Get("n"); n != "" {
		if p.N, err = strconv.Atoi(n); err != nil || p.N < 1 {
			return badRequest("The version %.20q is not a number from 1.", n)
		}
	}
	if head.Survey.Published == 0 {
		p.Draft = true
	}
	if p.Draft {
		in, err := survey.Parse([]byte(head.Survey.Draft))
		var pe *survey.ParseError
		if err != nil && !errors.As(err, &pe) {
			return err
		}
		if pe != nil {
			for _, f := range pe.Faults {
				p.Faults = append(p.Faults, capital(f.String())+".")
			}
		}
		p.Instrument, p.Version = in, "The draft, which is not published"
	} else if p.Instrument, p.N, err = b.Instrument(r.Context(), head.Survey.ID, p.N); err != nil {
		return err
	} else {
		p.Version = "Version " + strconv.Itoa(p.N) + ", as published"
	}
	p.choices(query)
	if len(p.Faults) == 0 {
		p.draw(query)
	}
	return s.render(w, r, "voicepreview", p)
}

// choices are the texts of the survey, and the two ways to look at one.
func (p *VoicePreviewPage) choices(query url.Values) {
	path := voicePath(p.Survey.ID) + "/preview"
	show := ""
	if p.All {
		show = "&show=all"
	}
	for n := p.Survey.Published; n > 0; n-- {
		p.Texts = append(p.Texts, Choice{Label: "Version " + strconv.Itoa(n), Path: path + "?n=" + strconv.Itoa(n) + show, Current: !p.Draft && n == p.N})
	}
	if p.Survey.Draft != "" {
		p.Texts = append(p.Texts, Choice{Label: "Draft", Path: path + "?draft=1" + show, Current: p.Draft})
	}
	this := "?n=" + strconv.Itoa(p.N)
	if p.Draft {
		this = "?draft=1"
	}
	p.Ways = []Choice{{Label: "As it is asked", Path: path + this, Current: !p.All}, {Label: "All questions, with their conditions", Path: path + this + "&show=all", Current: p.All}}
}

// draw lays the questions out; what stands in the address counts as answered, so that conditions can be tried without a script.
func (p *VoicePreviewPage) draw(query url.Values) {
	in := p.Instrument
	answers := survey.Answers{}
	for _, q := range in.Questions() {
		if a, _ := readAnswer(q, query, survey.Answer{}); a.State != survey.Blank {
			answers[q.ID] = a
		}
	}
	asked := in.Asked(answers)
	for _, sec := range in.Sections {
		v := sectionView(in, sec, asked, answers, nil, nil)
		for k := range v.Questions {
			q := &v.Questions[k]
			if q.Kind() != survey.Note {
				p.Of++
				if asked[q.Question.ID] {
					p.Asked++
				}
			}
			if p.All {
				q.Hidden, q.Route, q.When = false, "", conditionWords(in, q.Question.ShowIf)
			}
			if q.Question.From != "" && len(q.Question.Options) == 0 {
				q.Question.Help = "The options are the interventions of the place; they are filled in when a version is published."
			}
		}
		if p.All {
			v.Hidden, v.Route, v.When = false, "", conditionWords(in, sec.ShowIf)
		}
		p.Sections = append(p.Sections, v)
	}
}
