package voices

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milieu/internal/evidence"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/result"
)

var tram = []survey.Option{{ID: "tram", Label: "A tram"}, {ID: "fund", Label: "A fund"}, {ID: "park", Label: "A park"}}

func budget() survey.Question {
	return survey.Question{ID: "budget", Kind: survey.Budget, Topic: "demand", From: "interventions", Text: "Share out 100 points", Options: tram}
}

func item(option, measure string, value, lo, hi float64) result.Item {
	return result.Item{Option: option, Label: strings.ToUpper(option), Measure: measure, Estimate: result.Estimate{Value: value, Lower: lo, Upper: hi, N: 40}}
}

// TestDemand: points become shares, hidden figures and other measures stay out, groups are called as people read them.
func TestDemand(t *testing.T) {
	hidden := item("park", result.Points, 0, 0, 0)
	hidden.Hidden = true
	r := result.Report{Breakdowns: []result.Breakdown{{Key: "size", Label: "Size"}}, Questions: []result.Question{
		{Question: budget(), Whole: result.Part{Items: []result.Item{item("tram", result.Points, 60, 50, 71), item("fund", result.Points, 40, 29, 104), hidden}},
			By: map[string][]result.Part{"size": {{Key: "small", Label: "Small", Items: []result.Item{item("tram", result.Points, 70, 55, 85)}}}}},
		{Question: survey.Question{ID: "want", Kind: survey.Rank, Topic: "demand", From: "interventions", Options: tram},
			Whole: result.Part{Items: []result.Item{item("tram", result.Share, 0.5, 0.4, 0.6), item("tram", result.First, 0.2, 0.1, 0.3)}}},
		{Question: survey.Question{ID: "again", Kind: survey.Budget, Topic: "demand", From: "interventions"}, Whole: result.Part{Items: []result.Item{item("tram", result.Points, 1, 0, 2)}}},
		{Question: survey.Question{ID: "own", Kind: survey.Multi, Topic: "demand"}, Whole: result.Part{Items: []result.Item{item("tram", result.Share, 1, 1, 1)}}},
	}}
	var got []string
	ids := map[string]bool{}
	for _, l := range Demand(fieldwork.Survey{ID: "s1", Title: "Firms", Wave: "2026", Evidence: "2026-11-20", Invented: true}, r) {
		got = append(got, fmt.Sprintf("%s %s %s/%s %.2f (%.2f-%.2f) of %d %v %s", l.Subject, l.Measure, l.Grouping, l.Category, l.Value, l.Lower, l.Upper, l.Base, l.Invented, l.Day))
		ids[l.ID] = true
	}
	want := []string{"tram points / 0.60 (0.50-0.71) of 40 true 2026-11-20", "fund points / 0.40 (0.29-1.00) of 40 true 2026-11-20", "tram points Size/Small 0.70 (0.55-0.85) of 40 true 2026-11-20", "tram rank / 0.50 (0.40-0.60) of 40 true 2026-11-20"}
	if d := cmp.Diff(want, got); d != "" || len(ids) != len(want) {
		t.Errorf("%d ids (-want +got)\n%s", len(ids), d)
	}
}

// TestStatements: each kind of line, and what consent lets through.
func TestStatements(t *testing.T) {
	s := fieldwork.Survey{ID: "s1", Title: "Firms", Evidence: "2026-11-20"}
	suppliers := survey.Question{ID: "sup", Kind: survey.Organisations, Topic: "links", Text: "Suppliers?", Relation: "<supplies"}
	named := survey.Answer{State: survey.Answered, Orgs: []survey.Named{{OrgID: "hub", Name: "Hub"}, {Name: "My brother"}, {OrgID: "me", Name: "Me"}, {OrgID: "hub", Name: "The hub"}}}
	skills := survey.Question{ID: "sk", Kind: survey.Multi, Topic: "skills", Text: "Which skills?", Other: true, Options: []survey.Option{{ID: "weld", Label: "Welders"}, {ID: "none", Label: "None", Alone: true}}}
	lacks := survey.Answer{State: survey.Answered, Choices: []string{"weld", survey.OtherOption}, Other: "Gear cutters; old ones"}
	points := survey.Answer{State: survey.Answered, Points: []survey.Point{{Option: "tram", Points: 30}, {Option: "fund", Points: 70}, {Option: "park"}}}
	for _, c := range []struct {
		name    string
		consent survey.Consent
		show    bool
		q       survey.Question
		a       survey.Answer
		want    []string
	}{
		{"a tie that may enter the network", survey.Consent{Ties: true}, false, suppliers, named, []string{"tie hub supplies me"}},
		{"one that may not", survey.Consent{Named: true}, true, suppliers, named, nil},
		{"named, with its ties", survey.Consent{Named: true, Ties: true}, true, suppliers, named, []string{"tie hub supplies me", "voice me: Hub, My brother, Me, The hub"}},
		{"needs", survey.Consent{Named: true}, true, skills, lacks, []string{"voice me: Welders, Gear cutters; old ones", "need me: welders", "need me: gear cutters, old ones"}},
		{"none is no need", survey.Consent{Named: true}, true, skills, survey.Answer{State: survey.Answered, Choices: []string{"none"}}, []string{"voice me: None"}},
		{"not shown", survey.Consent{}, false, skills, lacks, nil},
		{"demand", survey.Consent{Named: true}, true, budget(), points, []string{"voice me: A fund: 70 points; A tram: 30 points [tram;fund]"}},
		{"whom to ask is nobody's business", survey.Consent{Named: true}, true, survey.Question{ID: "c", Kind: survey.Text, Topic: "contact"}, survey.Answer{State: survey.Answered, Text: "Ada"}, nil},
	} {
		var got []string
		for _, l := range statements(s, fieldwork.Response{ID: "r1", OrgID: "me", Consent: c.consent, DoneAt: "2026-11-21T09:00:00Z"}, c.q, c.a, c.show) {
			switch l.Kind {
			case evidence.VoiceTie:
				got = append(got, "tie "+l.Key+" "+l.Relation+" "+l.Other)
			case evidence.VoiceNeed:
				got = append(got, "need "+l.Key+": "+l.Subject)
			default:
				says := "voice " + l.Key + ": " + l.Text
				if l.Chose != "" {
					says += " [" + l.Chose + "]"
				}
				got = append(got, says)
			}
			if l.Day != "2026-11-21" || l.ID == "" {
				t.Errorf("%s: %+v", c.name, l)
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", c.name, d)
		}
	}
}

func TestInWords(t *testing.T) {
	done := func(a survey.Answer) survey.Answer { a.State = survey.Answered; return a }
	for want, c := range map[string]struct {
		q survey.Question
		a survey.Answer
	}{
		"8 on a scale from 0 (never) to 10 (certainly)": {survey.Question{Kind: survey.Scale, Max: 10, Low: "never", High: "certainly"}, done(survey.Answer{Number: 8})},
		"25 people":            {survey.Question{Kind: survey.Number, Unit: "people"}, done(survey.Answer{Number: 25})},
		"1. A fund; 2. A tram": {survey.Question{Kind: survey.Rank, Options: tram}, done(survey.Answer{Choices: []string{"fund", "tram"}})},
		"A tram, By boat":      {survey.Question{Kind: survey.Multi, Other: true, Options: tram}, done(survey.Answer{Choices: []string{"tram", survey.OtherOption}, Other: " By boat "})},
		"":                     {survey.Question{Kind: survey.Single, Options: tram}, survey.Answer{State: survey.Refused, Choices: []string{"tram"}}},
		"What we should know":  {survey.Question{Kind: survey.Text}, done(survey.Answer{Text: "What we should know\n"})},
		"Other":                {survey.Question{Kind: survey.Single, Other: true, Options: tram}, done(survey.Answer{Choices: []string{survey.OtherOption}})},
		"Hub, Works":           {survey.Question{Kind: survey.Organisations}, done(survey.Answer{Orgs: []survey.Named{{Name: "Hub"}, {Name: "Works"}}})},
		"A park: 12.5 points":  {survey.Question{Kind: survey.Budget, Options: tram}, done(survey.Answer{Points: []survey.Point{{Option: "tram"}, {Option: "park", Points: 12.5}}})},
	} {
		if got := InWords(c.q, c.a); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestNameable: whoever is named, those who are not are none or enough among those that answered a question, in all firms and in
// every group; and with enough unnamed firms everywhere everybody who agreed is named.
func TestNameable(t *testing.T) {
	scale := survey.Question{ID: "stay", Kind: survey.Scale, Text: "Stay?", Max: 10}
	r := result.Report{Threshold: 5, Breakdowns: []result.Breakdown{{Key: "size", Groups: []result.Group{{Key: "small"}, {Key: "large"}, {Key: result.Together}}}, {Key: result.Arrival, Groups: []result.Group{{Key: "moved"}, {Key: "started"}}}},
		Questions: []result.Question{{Question: scale, Whole: result.Part{Items: []result.Item{{Measure: result.Mean}}}}, {Question: survey.Question{ID: "words", Kind: survey.Text}}}}
	other := scale
	other.Text = "Go?"
	in := map[int]survey.Instrument{1: {Sections: []survey.Section{{Questions: []survey.Question{{ID: "arr", Kind: survey.Single, Topic: "arrival"}, scale, {ID: "words", Kind: survey.Text}}}}},
		2: {Sections: []survey.Section{{Questions: []survey.Question{other}}}}}
	answer := func(i int, size, arrival string, named bool) fieldwork.Response {
		return fieldwork.Response{ID: fmt.Sprint(i), OrgID: fmt.Sprint("o", i), UnitID: fmt.Sprint("u", i), N: 1, Groups: map[string]string{"size": size}, Consent: survey.Consent{Named: named},
			Answers: survey.Answers{"arr": {State: survey.Answered, Choices: []string{arrival}}, "stay": {State: survey.Answered, Number: 5}, "words": {State: survey.Answered, Text: "x"}}}
	}
	rapid.Check(t, func(t *rapid.T) {
		var all []fieldwork.Response
		for i := range rapid.IntRange(0, 40).Draw(t, "answers") {
			x := answer(i, rapid.SampledFrom([]string{"small", "large", "micro", "medium"}).Draw(t, "size"), rapid.SampledFrom([]string{"moved", "started"}).Draw(t, "arrival"), rapid.IntRange(0, 2).Draw(t, "agrees") > 0)
			x.N = rapid.IntRange(1, 2).Draw(t, "version")
			x.Answers["stay"] = survey.Answer{State: rapid.SampledFrom([]survey.State{survey.Answered, survey.Answered, survey.Refused}).Draw(t, "state")}
			all = append(all, x)
		}
		show := nameable(all, r, in)
		var heard []fieldwork.Response // what the totals rest on
		for _, x := range all {
			if x.N == 1 && x.Answers["stay"].State == survey.Answered {
				heard = append(heard, x)
			}
			for _, q := range []string{"stay", "words"} {
				if show[answerKey{x.ID, q}] && !x.Consent.Named {
					t.Fatalf("%s is named and did not agree", x.ID)
				}
			}
			if x.N == 1 && show[answerKey{x.ID, "words"}] != x.Consent.Named {
				t.Fatal("words, of which there are no totals, hang on more than consent")
			}
		}
		for _, members := range groupsOf(heard, r, in) {
			shown := 0
			for _, id := range members {
				if show[answerKey{id, "stay"}] {
					shown++
				}
			}
			if rest := len(members) - shown; shown > 0 && rest > 0 && rest < 5 {
				t.Fatalf("%d of a group are named, so that %d are told by subtraction", shown, rest)
			}
		}
	})
	var all []fieldwork.Response
	for i := range 40 {
		x := answer(i, "small", "moved", i >= 25)
		x.Answers["stay"] = survey.Answer{State: survey.Answered, Number: float64(3 + i%2*4)}
		all = append(all, x)
	}
	for from, want := range map[int]int{0: 15, 24: 0, 25: 15} {
		n := 0
		for key, on := range nameable(all[from:], r, in) {
			if on && key.question == "stay" {
				n++
			}
		}
		if n != want {
			t.Errorf("%d not named: %d of 15 are named, want %d", 25-from, n, want)
		}
	}
	for i := range 25 { // all who are not named said the same: the totals less the named would tell each of them
		all[i].Answers["stay"] = survey.Answer{State: survey.Answered, Number: 3}
	}
	for key, on := range nameable(all[10:], r, in) { // 15 are not named
		if on && key.question == "stay" {
			t.Fatalf("%s is named, so that the rest, who all said 3, are told by subtraction", key.response)
		}
	}
}

// TestReady: nothing enters a release before the survey was let in and is closed.
func TestReady(t *testing.T) {
	ok := fieldwork.Survey{Evidence: "2026-11-20", Published: 1, State: fieldwork.Closed}
	for name, change := range map[string]func(*fieldwork.Survey){
		"not let in": func(s *fieldwork.Survey) { s.Evidence = "" }, "open": func(s *fieldwork.Survey) { s.State = fieldwork.Open },
		"open and invented": func(s *fieldwork.Survey) { s.State, s.Invented = fieldwork.Open, true }, "without an instrument": func(s *fieldwork.Survey) { s.Published = 0 },
	} {
		s := ok
		change(&s)
		if Ready(s) || !Ready(ok) {
			t.Errorf("a survey that is %s: %v", name, Ready(s))
		}
	}
}
