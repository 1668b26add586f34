package web

import (
	"errors"
	"net/http"
	"net/url"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/typed"
)

// VoiceHead is what every page of one survey has: the survey, and the way to its other pages.
type VoiceHead struct {
	Base
	Survey fieldwork.Survey
	Level  string // in a word
	State  string
	Tabs   []Choice
	Runs   bool // the visitor may change the survey
}

// voiceNotices are what a page of a survey says after something was done, by the key that see gives.
var voiceNotices = map[string]string{
	"voice-made":      "The survey has been made. Look at its questions, then publish them.",
	"draft-kept":      "The draft has been kept. Nobody is asked anything new until it is published.",
	"published":       "Published. This version never changes; who has begun to answer an older one goes on with that.",
	"frozen":          "The frame has been frozen. It stays as it is, whatever later releases say.",
	"drawn":           "The firms have been drawn.",
	"voice-open":      "The survey is open: whoever has a link can answer.",
	"voice-closed":    "The survey is closed: no answers are taken.",
	"results-public":  "The results are public now.",
	"results-team":    "The results are for the team only.",
	"evidence-on":     "Releases take from this survey what firms agreed to, from the next build on.",
	"evidence-off":    "Releases take nothing from this survey, from the next build on.",
	"marked":          "Kept.",
	"contact-kept":    "Kept.",
	"voice-erased":    "Erased. That something was there, and who erased it, stays in the audit log.",
	"nothing-erased":  "There was nothing of this firm.",
	"links-sent":      "The links have been handed to the mail server.",
	"settings-kept":   "Kept.",
	"voice-unchanged": "Nothing was changed.",
}

func voicePath(id string) string { return "/voices/" + url.PathEscape(id) }

// voiceLevels and voiceStates are how levels and states are called in a word or two.
var (
	voiceLevels = map[survey.Level]string{survey.Anonymous: "Anonymous", survey.Confidential: "Confidential", survey.Attributable: "Attributable"}
	voiceStates = map[string]string{fieldwork.Drafted: "being made", fieldwork.Open: "open", fieldwork.Closed: "closed"}
)

// voiceTabs are the pages of a survey that the visitor may see; current is the last part of the address of the page, "" for the
// survey's own.
func voiceTabs(r *http.Request, v fieldwork.Survey, current string) []Choice {
	a := actorOf(r)
	var out []Choice
	for _, t := range []struct {
		key, label string
		needs      auth.Action
	}{{"", "Status", auth.ReadSurveys}, {"instrument", "Questions", auth.ReadSurveys}, {"frame", "Whom to ask", auth.ReadSurveys}, {"people", "Links and replies", auth.ReadSurveys}, {"results", "Results", ""}, {"ties", "Named ties", auth.ReadAnswers}, {"method", "Method", ""}} {
		if t.needs != "" && !a.May(t.needs) || t.key == "ties" && v.Level == survey.Anonymous {
			continue
		}
		path := voicePath(v.ID)
		if t.key != "" {
			path += "/" + t.key
		}
		out = append(out, Choice{Label: t.label, Path: path, Current: t.key == current})
	}
	return out
}

// voiceHead reads the survey of an address for one of its pages; tab is the last part of that page's address.
func (s *Server) voiceHead(r *http.Request, snap *live.Snapshot, tab, title string) (fieldwork.Book, VoiceHead, error) {
	b, ok := s.voices()
	if !ok {
		return b, VoiceHead{}, notFound("This site can be read only: surveys are made on the team's own server.")
	}
	v, err := b.Survey(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return b, VoiceHead{}, err
	}
	h := VoiceHead{Base: s.base(r, snap, v.Title+": "+title, "/voices"), Survey: v, Level: voiceLevels[v.Level], State: voiceStates[v.State], Tabs: voiceTabs(r, v, tab), Runs: actorOf(r).May(auth.RunSurvey)}
	h.Notice = orText(h.Notice, voiceNotices[r.URL.Query().Get("said")])
	return b, h, nil
}

// voiceFaults are the faults of an error by the field that they belong to; false when it is no fault of what was typed.
func voiceFaults(err error) (map[string]string, bool) {
	var input *typed.InputError
	if !errors.As(err, &input) {
		return nil, false
	}
	return input.Fields, true
}

// faultList puts faults into the order of the fields of a form, those of the whole first.
func faultList(faults map[string]string, fields ...string) []FaultLink {
	var out []FaultLink
	if whole := faults[""]; whole != "" {
		out = append(out, FaultLink{"main", capital(whole) + "."})
	}
	for _, f := range fields {
		if faults[f] != "" {
			out = append(out, FaultLink{f, capital(columnLabel(f)) + " " + faults[f] + "."})
		}
	}
	return out
}
