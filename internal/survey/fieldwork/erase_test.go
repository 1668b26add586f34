package fieldwork

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

const (
	interviewMake = `insert into interview (workspace, interview_id, client_key, survey_id, org_id, org_name, day, who, consent, notes, answers, state, version, made_at, made_by, changed_at, changed_by, erased_at)
values ($1, $2, $2, $3, $4, 'Firm', '2026-03-01', 'Zora the chief', '{}', 'Zora said', '{}', 'done', 1, '', '', '', '', '')`
	excerptMake = `insert into excerpt (workspace, excerpt_id, interview_id, text, permission, made_at, made_by, version, erased_at) values ($1, $2, $3, 'Zora word for word', 'named', '', '', 1, '')`
	codingMake  = `insert into coding (workspace, excerpt_id, coder, codes, at) values ($1, $2, 'me', '["x"]', '')`
)

// interviewed keeps an interview with an excerpt and a code.
func interviewed(t *testing.T, b Book, survey, org string) {
	t.Helper()
	must(t, b.DB.Update(ctx, func(q store.Querier) error {
		id := store.NewID("i")
		for _, s := range []struct {
			query string
			args  []any
		}{{interviewMake, []any{b.Workspace, id, survey, org}}, {excerptMake, []any{b.Workspace, "e" + id, id}}, {codingMake, []any{b.Workspace, "e" + id}}} {
			if _, err := q.ExecContext(ctx, s.query, s.args...); err != nil {
				return err
			}
		}
		return nil
	}))
}

// After a firm's erasure nothing that it said is anywhere in the store, of others all is there, and the log says who did it.
func TestErase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor, manager := who[auth.Editor], who[auth.Manager]
		var ids []string
		for _, level := range []survey.Level{survey.Confidential, survey.Attributable} {
			id := asked(t, b, editor, Survey{Level: level}, 12)
			ids = append(ids, id)
			links := sent(t, b, editor, id, Invite)
			must(t, b.Submit(ctx, links["org-0-001"], 0, said("zora lathes"), survey.Consent{Named: true, By: "Zora"}))
			must(t, b.Submit(ctx, links["org-0-002"], 0, said("other lathes"), survey.Consent{Named: true}))
		}
		begun := asked(t, b, editor, Survey{Level: survey.Confidential}, 12)
		_, err := b.Save(ctx, sent(t, b, editor, begun, Invite)["org-0-001"], 0, said("zora begins"))
		must(t, err)
		units, err := b.Units(ctx, editor, begun, UnitFilter{Text: "org-0-001"})
		must(t, err)
		must(t, b.SetContact(ctx, editor, begun, units[0].ID, units[0].Version, "zora@example.org", "Zora"))
		anon := asked(t, b, editor, Survey{Title: "The anonymous one", Level: survey.Anonymous}, 12)
		interviewed(t, b, "", "org-0-001")
		interviewed(t, b, ids[0], "org-0-002")
		_, err = b.Erase(ctx, manager, "org-0-001", "because they said so on the telephone")
		if bad := (*typed.InputError)(nil); !errors.As(err, &bad) {
			t.Errorf("a reason in words: %v", err)
		}
		got, err := b.Erase(ctx, manager, "org-0-001", "request")
		must(t, err)
		if diff := cmp.Diff(Erased{Responses: 2, Drafts: 1, Units: 4, Interviews: 1, Excerpts: 1, Surveys: slices.Sorted(slices.Values(append(ids, begun))), Anonymous: []string{"The anonymous one"}}, got); diff != "" {
			t.Error(diff)
		}
		dump := dumped(t, db)
		for _, word := range []string{"zora", "Zora"} {
			for _, table := range holds(dump, word) {
				for _, r := range dump[table] {
					if strings.Contains(fmt.Sprint(r), word) && !strings.Contains(fmt.Sprint(r), "org-0-002") && r["interview_id"] == "" {
						t.Errorf("%q stands in %s: %v", word, table, r)
					}
				}
			}
		}
		if n := len(dump["excerpt"]); n != 2 || len(dump["coding"]) != 1 {
			t.Errorf("%d excerpts, %d codings", n, len(dump["coding"]))
		}
		for _, id := range ids {
			rs, err := b.Responses(ctx, manager, id)
			if err != nil || len(rs) != 1 || rs[0].OrgID != "org-0-002" {
				t.Errorf("what is left: %+v, %v", rs, err)
			}
		}
		c, err := b.Collected(ctx, manager, ids[1])
		if err != nil || len(c.Rows) != 1 || c.Progress.Total.Erased != 1 || c.Progress.Total.Done != 1 {
			t.Errorf("results: %+v, %v", c.Progress, err)
		}
		if left := sent(t, b, editor, begun, Remind); left["org-0-001"] != "" || len(left) != 11 {
			t.Errorf("it is asked again: %v", left["org-0-001"])
		}
		if n := len(sent(t, b, editor, anon, Invite)); n != 11 {
			t.Errorf("%d firms are asked by the anonymous survey", n)
		}
		events, err := audit.List(ctx, db.Read(), "w", audit.Filter{Action: "answers.erase", Limit: 10})
		if err != nil || len(events) != 1 || events[0].Actor != manager.PersonID || events[0].Subject != "org-0-001" || events[0].Detail["responses"] != "2" {
			t.Errorf("the log: %+v, %v", events, err)
		}
	})
}

func TestExpire(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b, who := newBook(t, db, "w")
		editor, manager := who[auth.Editor], who[auth.Manager]
		id := asked(t, b, editor, Survey{Title: "Old", Level: survey.Attributable, KeepUntil: "2027-03-01", Contact: "Zora"}, 12, 4)
		links := sent(t, b, editor, id, Invite)
		for _, org := range []string{"org-0-001", "org-0-002", "org-1-001"} {
			must(t, b.Submit(ctx, links[org], 0, said("zora "+org), survey.Consent{Named: true, Ties: true, By: "Zora"}))
		}
		_, err := b.AddResponse(ctx, editor, id, "", "Zora Ltd", "", ModePaper, said("zora"), survey.Consent{})
		must(t, err)
		_, err = b.Save(ctx, links["org-0-004"], 0, said("zora begins"))
		must(t, err)
		interviewed(t, b, id, "org-0-002")
		kept := asked(t, b, editor, Survey{Title: "New", Level: survey.Confidential, KeepUntil: "2027-03-02"}, 12)
		for day, want := range map[string]int{"2027-03-01": 0} {
			got, err := b.Expire(ctx, manager, day)
			if err != nil || len(got.Surveys) != want {
				t.Errorf("%s: %+v, %v", day, got, err)
			}
		}
		before := len(dumped(t, db)["audit_event"])
		_, err = b.Expire(ctx, manager, "2027-02-01")
		if err != nil || len(dumped(t, db)["audit_event"]) != before {
			t.Errorf("nothing to do was written down, or failed: %v", err)
		}
		got, err := b.Expire(ctx, manager, "2027-03-02")
		must(t, err)
		if diff := cmp.Diff(Expired{Surveys: []string{"Old"}, Responses: 2, Emptied: 2}, got); diff != "" {
			t.Error(diff)
		}
		dump := dumped(t, db)
		for _, word := range []string{"zora", "Zora", "begins"} {
			if found := holds(dump, word); len(found) > 0 {
				t.Errorf("%q stands in %v", word, found)
			}
		}
		for _, table := range []string{"survey_unit", "survey_response", "survey_link", "survey_draft"} {
			for _, r := range dump[table] {
				if r["survey_id"] == id && strings.Contains(fmt.Sprint(r), "org-") {
					t.Errorf("%s names a firm: %v", table, r)
				}
			}
		}
		c, err := b.Collected(ctx, who[auth.Reader], id)
		must(t, err)
		if len(c.Rows) != 2 || c.Rows[0].Answers["why"].Choices[0] != "rent" || c.Rows[0].Answers["words"].State != survey.NotAsked || !c.Rows[0].Drawn || c.Rows[0].Groups["size"] != "small" {
			t.Errorf("what stays: %+v", c.Rows)
		}
		if c.Progress.Strata[0].Done != 2 {
			t.Errorf("progress: %+v", c.Progress.Strata)
		}
		var bad *typed.InputError
		if err := b.Reopen(ctx, editor, id, version(t, b, id)); !errors.As(err, &bad) {
			t.Errorf("opened again: %v", err)
		}
		if said, err := b.SaidBy(ctx, "org-0-001"); err != nil || len(said) > 0 {
			t.Errorf("still said: %+v, %v", said, err)
		}
		if s, err := b.Survey(ctx, editor, kept); err != nil || s.ExpiredAt != "" {
			t.Errorf("the other: %+v, %v", s, err)
		}
	})
}

// What was erased is not left in free pages of the file either.
func TestErase_file(t *testing.T) {
	file := filepath.Join(t.TempDir(), "workspace.db")
	db, err := store.Open(ctx, store.Options{File: file, Now: storetest.Clock()})
	must(t, err)
	b, who := newBook(t, db, "w")
	id := asked(t, b, who[auth.Editor], Survey{Level: survey.Confidential}, 12)
	link := sent(t, b, who[auth.Editor], id, Invite)["org-0-001"]
	long := said("zora")
	long["words"] = survey.Answer{State: survey.Answered, Text: strings.Repeat("zora", 700)}
	n, err := b.Save(ctx, link, 0, long)
	must(t, err)
	must(t, b.Submit(ctx, link, n, long, survey.Consent{By: "zora"}))
	_, err = b.Erase(ctx, who[auth.Manager], "org-0-001", "request")
	must(t, err)
	must(t, db.Close()) // which also empties the log beside the file
	data, err := os.ReadFile(file)
	must(t, err)
	if bytes.Contains(data, []byte("zora")) {
		t.Error("the file still holds what was erased")
	}
}
