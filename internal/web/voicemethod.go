package web

import (
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/invent"
	"milieu/internal/survey/result"
	"milieu/internal/survey/telling"
)

// VoiceMethodPage is the note on methods of a survey, with what was asked word for word.
type VoiceMethodPage struct {
	VoiceHead
	Why       string // why there are no results; the promise stands all the same
	Promise   string
	Notes     []string
	Frame     string // which firms could be asked
	Strata    []VoiceResponse
	Report    result.Report
	Ref       string
	Model     string // text of the model of invented answers
	ModelSays string
	N         int // version of the instrument
	Title     string
	About     string
	Sections  []VoiceAskedSection
}

// VoiceAskedSection is a section with what it asks.
type VoiceAskedSection struct {
	Title, Intro, When string
	Questions          []VoiceAsked
}

// VoiceAsked is a question as it was asked.
type VoiceAsked struct {
	ID, Text, Help, When, Kind string
	Options                    []string
	Note                       bool
}

func (s *Server) voiceMethod(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, head, err := s.voiceHead(r, snap, "method", "method")
	if err != nil {
		return err
	}
	p := VoiceMethodPage{VoiceHead: head, Promise: head.Survey.Level.Meaning(), Ref: telling.Ref(head.Survey.ID, "", "")}
	t, why, err := s.told(r, b, head.Survey.ID)
	if err != nil {
		return err
	}
	if p.Why = why; why == "" {
		p.Report, p.Notes, p.Strata = t.Report, t.Report.Method(), voiceResponse(t.Report)
		p.Frame = frameSays(snap, t.Frozen)
	}
	if head.Survey.Invented {
		m, text, err := invent.Shipped()
		if err != nil {
			return err
		}
		// A survey says which model made its answers; the text is at hand of the one that comes with the program only.
		if strings.Contains(head.Survey.About, m.About) {
			p.Model, p.ModelSays = text, m.About
		}
	}
	if head.Survey.Published > 0 {
		in, n, err := b.Instrument(r.Context(), head.Survey.ID, 0)
		if err != nil {
			return err
		}
		p.N, p.Title, p.About, p.Sections = n, in.Title, in.About, askedOf(in)
	}
	return s.render(w, r, "voicemethod", p)
}

// frameSays says which firms could be asked, and as of when.
func frameSays(snap *live.Snapshot, f fieldwork.Frozen) string {
	if f.At == "" {
		return ""
	}
	anchor := f.Query.Anchor
	if v, ok := snap.Network.Find(anchor); ok {
		anchor = snap.Network.Node(v).Name
	}
	return capital(strings.TrimSuffix(frameWords(f.Query, "", "", anchor), ".")) + ", as they stood in release " + f.ReleaseID + " when the frame was frozen on " + daySay(f.At[:min(len(f.At), len("2026-01-01"))]) + "."
}

// kindSays says how a question is answered.
func kindSays(q survey.Question) string {
	switch q.Kind {
	case survey.Single:
		return "one answer"
	case survey.Multi:
		if q.Most > 0 {
			return "up to " + counted(q.Most, "answer", "answers")
		}
		return "any number of answers"
	case survey.Scale:
		return "a step of a scale"
	case survey.Number:
		return "a number"
	case survey.Rank:
		return "up to " + counted(q.Fields(), "answer", "answers") + ", in order"
	case survey.Budget:
		return "100 points shared out"
	case survey.Organisations:
		return "names of organisations"
	case survey.Text:
		return "words"
	}
	return ""
}

// askedOf is an instrument as text.
func askedOf(in survey.Instrument) []VoiceAskedSection {
	var out []VoiceAskedSection
	for _, sec := range in.Sections {
		v := VoiceAskedSection{Title: sec.Title, Intro: sec.Intro, When: conditionWords(in, sec.ShowIf)}
		for _, q := range sec.Questions {
			a := VoiceAsked{ID: q.ID, Text: q.Text, Help: q.Help, When: conditionWords(in, q.ShowIf), Kind: kindSays(q), Note: q.Kind == survey.Note}
			for _, o := range q.Options {
				a.Options = append(a.Options, o.Label)
			}
			if q.Other {
				a.Options = append(a.Options, "Other, in own words")
			}
			if q.Kind == survey.Scale {
				a.Options = scaleEnds(q)
			}
			v.Questions = append(v.Questions, a)
		}
		out = append(out, v)
	}
	return out
}

func scaleEnds(q survey.Question) []string {
	end := func(v float64, word string) string {
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if word != "" {
			text += ": " + word
		}
		return text
	}
	return []string{end(q.Min, q.Low), end(q.Max, q.High)}
}
