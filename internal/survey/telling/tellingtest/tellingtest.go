// Package tellingtest makes surveys with answers in a store, for tests of what shows results. It owns no rule of surveys: it goes
// through package fieldwork, and its answers are made by package invent over firms that do not exist.
package tellingtest

import (
	"fmt"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/frame"
	"milieu/internal/survey/invent"
)

// Survey says what is made.
type Survey struct {
	Title, Series, Wave string
	Level               survey.Level // Anonymous where it is not given
	Firms               int          // 90 where it is not given; half of them large
	Seed                uint64
	Public              bool
	StayOpen            bool // left open
	Real                bool // not marked as invented: answers come in on paper
}

// Instrument is the instrument that comes with the program, with two interventions.
func Instrument(t testing.TB) survey.Instrument {
	t.Helper()
	in, err := survey.Parse(survey.Shipped()[0].Text)
	if err != nil {
		t.Fatal(err)
	}
	return in.Fill("interventions", []survey.Option{{ID: "tram", Label: "A tram"}, {ID: "club", Label: "A club"}, {ID: "lab", Label: "A lab"}})
}

// Frame is firms that do not exist, in two strata by size.
func Frame(firms int) frame.Frame {
	f := frame.Frame{ReleaseID: "none", Query: frame.Query{Role: "firm", Strata: []string{frame.Size}},
		Groupings: []frame.Grouping{{Key: frame.Size, Label: "Size", Categories: []frame.Category{{Key: "small", Label: "10 to 49"}, {Key: "large", Label: "250 or more"}}}},
		Strata:    []frame.Stratum{{Key: "small", Label: "10 to 49", Units: (firms + 1) / 2}, {Key: "large", Label: "250 or more", Units: firms / 2}}}
	for i := range firms {
		size := f.Strata[i%2].Key
		f.Units = append(f.Units, frame.Unit{OrgID: fmt.Sprintf("firm-%04d", i), Name: fmt.Sprintf("Firm %d", i), Stratum: size, Groups: map[string]string{frame.Size: size}, Employees: 20, DistanceKM: -1})
	}
	return f
}

// Make makes an invented survey and gives its id.
func Make(t testing.TB, b fieldwork.Book, s Survey) string {
	t.Helper()
	if s.Level == "" {
		s.Level = survey.Anonymous
	}
	if s.Firms == 0 {
		s.Firms = 90
	}
	ctx, a := t.Context(), auth.Machine(b.Workspace)
	id, err := b.New(ctx, a, fieldwork.Survey{Title: s.Title, Series: s.Series, Wave: s.Wave, Level: s.Level, Invented: !s.Real, Threshold: 5})
	must(t, err)
	step := func(do func(version int64) error) {
		t.Helper()
		one, err := b.Survey(ctx, a, id)
		must(t, err)
		must(t, do(one.Version))
	}
	in, f := Instrument(t), Frame(s.Firms)
	step(func(v int64) error { _, err := b.Publish(ctx, a, id, v, in, ""); return err })
	step(func(v int64) error { return b.Freeze(ctx, a, id, v, f) })
	step(func(v int64) error { return b.Draw(ctx, a, id, v, f.ByStratum(), s.Seed) })
	step(func(v int64) error { return b.Open(ctx, a, id, v) })
	answer(t, b, id, in, f, s)
	if !s.StayOpen {
		step(func(v int64) error { return b.Close(ctx, a, id, v) })
	}
	if s.Public {
		step(func(v int64) error {
			one, err := b.Survey(ctx, a, id)
			must(t, err)
			set := one.Settings()
			set.Results = fieldwork.Public
			return b.Change(ctx, a, id, v, set)
		})
	}
	return id
}

func answer(t testing.TB, b fieldwork.Book, id string, in survey.Instrument, f frame.Frame, s Survey) {
	t.Helper()
	m, _, err := invent.Shipped()
	must(t, err)
	units, err := b.Units(t.Context(), auth.Machine(b.Workspace), id, fieldwork.UnitFilter{})
	must(t, err)
	var firms []invent.Firm
	for _, u := range units {
		one, _ := f.Find(u.OrgID)
		firms = append(firms, invent.Firm{Key: u.OrgID, Stratum: u.Stratum, Groups: one.Groups, Employees: one.Employees})
	}
	replies, err := invent.Replies(in, firms, m, s.Seed)
	must(t, err)
	var made []fieldwork.Invention
	for _, r := range replies {
		if s.Real {
			if r.Outcome == invent.Done {
				u := units[r.Firm]
				if s.Level == survey.Anonymous {
					u.OrgID, u.Name = "", ""
				}
				_, err := b.AddResponse(t.Context(), auth.Machine(b.Workspace), id, u.OrgID, u.Name, u.Stratum, fieldwork.ModePaper, r.Answers, survey.Consent{})
				must(t, err)
			}
			continue
		}
		one := fieldwork.Invention{UnitID: units[r.Firm].ID, State: fieldwork.UnitSent}
		if r.Outcome == invent.Done {
			one.State, one.Answers = fieldwork.UnitDone, r.Answers
		}
		made = append(made, one)
	}
	if s.Real {
		return
	}
	_, err = b.Invent(t.Context(), auth.Machine(b.Workspace), id, made)
	must(t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
