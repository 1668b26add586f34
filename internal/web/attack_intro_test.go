package web

import (
	"fmt"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/network/ledger"
	"milieu/internal/store"
)

const partner = "university-of-sheffield"

func (w *teamWorld) ledger() ledger.Book {
	b, _ := w.site.ledger()
	return b
}

// introduced is an accepted introduction of the example, with an outcome of number 2.
func (w *teamWorld) introduced() string {
	w.t.Helper()
	ed := w.people[auth.Editor]
	i, err := w.ledger().Judge(w.t.Context(), ed, ledger.Draft{A: hub, B: store.NewID("zz"), State: ledger.Accepted, Note: "said by Ada"})
	if err == nil {
		err = w.ledger().Record(w.t.Context(), ed, i.ID, 1, "met", "", "at the open day")
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return "/introductions/" + i.ID
}

// consented is a recorded consent.
func (w *teamWorld) consented() string {
	w.t.Helper()
	id, err := w.ledger().Consent(w.t.Context(), w.people[auth.Editor], ledger.Consent{Org: store.NewID("zz"), OrgName: "AMRC", Listed: ledger.ListedPublic, Scope: "to be named", Contact: "Ada"})
	if err != nil {
		w.t.Fatal(err)
	}
	return "/champions/" + id
}

const trialCall = "[[need]]\nrole = \"firm\"\n"

// keptSet is a consortium that is kept.
func (w *teamWorld) keptSet() string {
	w.t.Helper()
	id, err := w.ledger().Save(w.t.Context(), w.people[auth.Editor], ledger.Consortium{Name: "Trial", Call: trialCall, Members: []ledger.Partner{{Org: hub, Name: "AMRC"}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return "/consortia/" + id
}

// introDeeds are what the forms of introductions, champions and consortia do.
func introDeeds() []deed {
	on := func(at func(*teamWorld) string, what string, pairs ...string) func(*teamWorld) letter {
		return func(w *teamWorld) letter { return letter{path: at(w) + what, fields: fields(pairs...)} }
	}
	intro, consent, set := (*teamWorld).introduced, (*teamWorld).consented, (*teamWorld).keptSet
	return []deed{
		{"/introductions", auth.Editor, plain("/introductions", "a", hub, "b", partner, "version", "0", "state", "put_off", "reason", because, "until", "2027-05-01", "back", "/introductions?theme=metal")},
		{"/introductions/{id}/assign", auth.Editor, on(intro, "/assign", "version", "2", "person", "", "due", "2026-12-24", "note", because)},
		{"/introductions/{id}/outcome", auth.Editor, on(intro, "/outcome", "version", "2", "outcome", "project", "day", "2020-03-01", "note", because)},
		{"/introductions/{id}/reopen", auth.Editor, on(intro, "/reopen", "version", "2", "reason", because)},
		{"/introductions/{id}/take-back", auth.Editor, on(intro, "/take-back", "version", "2", "entry", "2", "reason", because)},
		{"/introductions/{id}/erase", auth.Editor, on(intro, "/erase", "version", "2", "entry", "1")},
		{"/champions", auth.Editor, plain("/champions", "organisation", partner, "contact", "Bea, by phone", "scope", "to be named", "listed", "team")},
		{"/champions/{id}/withdraw", auth.Editor, on(consent, "/withdraw", "reason", because)},
		{"/champions/{id}/erase", auth.Editor, on(consent, "/erase")},
		{"/consortia", auth.Editor, plain("/consortia", "name", "Bid", "call", trialCall, "with", hub+"\n"+partner, "notes", because)},
		{"/consortia/{id}/change", auth.Editor, on(set, "/change", "version", "1", "name", "Better bid", "notes", because, "with", partner)},
		{"/consortia/{id}/delete", auth.Editor, on(set, "/delete", "version", "1")},
		{"/consortia/{id}/restore", auth.Editor, func(w *teamWorld) letter {
			at := w.keptSet()
			if err := w.ledger().Delete(w.t.Context(), w.people[auth.Editor], strings.TrimPrefix(at, "/consortia/"), 1); err != nil {
				w.t.Fatal(err)
			}
			return letter{path: at + "/restore", fields: fields("version", "2")}
		}},
	}
}

// hostileLedger puts every payload into what people write about introductions, champions and consortia.
func (w *teamWorld) hostileLedger() {
	w.t.Helper()
	intro, set := w.introduced(), w.keptSet()
	for i, p := range payloads {
		w.typed(auth.Editor, intro+"/outcome", fields("version", fmt.Sprint(2+i), "outcome", "met", "day", "2020-03-01", "note", p))
		w.typed(auth.Editor, intro+"/outcome", fields("version", p, "outcome", p, "day", p, "note", p))
		w.typed(auth.Editor, set+"/change", fields("version", fmt.Sprint(1+i), "name", p, "notes", p))
		w.typed(auth.Editor, set+"/change", fields("version", "1", "with", p))
		w.typed(auth.Editor, "/consortia", fields("name", p, "call", trialCall, "with", hub, "notes", p))
		w.typed(auth.Editor, "/consortia", fields("name", p, "call", p, "with", p))
		w.typed(auth.Editor, "/champions", fields("organisation", p, "contact", p, "scope", p, "listed", p))
		if _, err := w.ledger().Consent(w.t.Context(), w.people[auth.Editor], ledger.Consent{Org: fmt.Sprintf("zz-%d", i), OrgName: p, Listed: ledger.ListedPublic, Scope: p, Contact: p}); err != nil {
			w.t.Fatal(err)
		}
		d := ledger.Draft{A: hub, B: fmt.Sprintf("zz-%d", i), AName: p, BName: p, State: ledger.Accepted, Reasons: []ledger.Reason{{Key: p, Text: p, Weight: 1, Refs: []string{p}}}, Note: p}
		if _, err := w.ledger().Judge(w.t.Context(), w.people[auth.Editor], d); err != nil {
			w.t.Fatal(err)
		}
	}
}
