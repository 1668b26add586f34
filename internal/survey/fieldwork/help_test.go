package fieldwork

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
	"milieu/internal/survey/frame"
)

var ctx = context.Background()

// people are the actors of a workspace, by role.
type people map[auth.Role]auth.Actor

// newBook is the book of a workspace with one person of each role.
func newBook(t testing.TB, db *store.DB, workspace string) (Book, people) {
	t.Helper()
	actors := people{auth.Nobody: {Workspace: workspace}}
	err := db.Update(ctx, func(q store.Querier) error {
		for _, r := range auth.Roles {
			a := auth.Actor{Workspace: workspace, PersonID: string(r) + "-" + workspace, Role: r, Via: auth.ViaWeb}
			actors[r] = a
			if _, err := q.ExecContext(ctx, `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $1, $1, '', '', '', '')`, a.PersonID); err != nil {
				return err
			}
			if _, err := q.ExecContext(ctx, `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ($1, $2, $3, '', '', '')`, workspace, a.PersonID, a.Role); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return Book{DB: db, Workspace: workspace, Now: storetest.Clock()}, actors
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const questions = `id = "test"
title = "A test"
about = "What it is for"

[[section]]
id = "one"
title = "Here"

[[section.question]]
id = "why"
kind = "single"
text = "Why are you here?"
topic = "reason"
required = true
other = true
[[section.question.option]]
id = "people"
label = "The people"
[[section.question.option]]
id = "rent"
label = "The rent"

[[section.question]]
id = "rent_high"
kind = "scale"
text = "How high is it?"
min = 1
max = 5
[section.question.show_if]
question = "why"
any = ["rent"]

[[section.question]]
id = "staff"
kind = "number"
text = "How many work here?"
prefill = "employees"

[[section.question]]
id = "words"
kind = "text"
text = "What else?"

[[section.question]]
id = "buys"
kind = "organisations"
text = "From whom do you buy?"
relation = "supplies"
`

func testInstrument(t testing.TB) survey.Instrument {
	t.Helper()
	in, err := survey.Parse([]byte(questions))
	must(t, err)
	return in
}

// testFrame is a frame of strata with so many firms each. Firms of the first stratum are small, the others are not.
func testFrame(sizes ...int) frame.Frame {
	f := frame.Frame{ReleaseID: "r1", Groupings: []frame.Grouping{
		{Key: "size", Label: "Size", Categories: []frame.Category{{Key: "small", Label: "Small"}, {Key: "large", Label: "Large"}}},
		{Key: "section", Label: "Section", Categories: []frame.Category{{Key: "c", Label: "Manufacturing"}, {Key: "m", Label: "Research"}}},
	}}
	for k, n := range sizes {
		key := fmt.Sprintf("s%d", k)
		f.Strata = append(f.Strata, frame.Stratum{Key: key, Label: "Stratum " + key, Units: n})
		for i := range n {
			id := fmt.Sprintf("org-%d-%03d", k, i)
			size, section := "large", "c"
			if k == 0 {
				size = "small"
			}
			if i%2 == 1 {
				section = "m"
			}
			f.Units = append(f.Units, frame.Unit{OrgID: id, Name: "Firm " + id, Stratum: key, Groups: map[string]string{"size": size, "section": section}, Employees: 10 + i, DistanceKM: -1,
				Known: map[string]string{"name": "Firm " + id, "employees": fmt.Sprint(10 + i)}, Source: map[string]string{"name": "the register", "employees": "the register"}})
		}
	}
	return f
}

// version is the survey's version now.
func version(t testing.TB, b Book, id string) int64 {
	t.Helper()
	s, err := b.Survey(ctx, auth.Machine(b.Workspace), id)
	must(t, err)
	return s.Version
}

// asked is a survey that is open, with a frame of these strata of which all firms are drawn.
func asked(t testing.TB, b Book, editor auth.Actor, s Survey, sizes ...int) string {
	t.Helper()
	if s.Title == "" {
		s.Title = "Firms"
	}
	id, err := b.New(ctx, editor, s)
	must(t, err)
	_, err = b.Publish(ctx, editor, id, version(t, b, id), testInstrument(t), "first")
	must(t, err)
	must(t, b.Freeze(ctx, editor, id, version(t, b, id), testFrame(sizes...)))
	plan := map[string]int{}
	for k, n := range sizes {
		plan[fmt.Sprintf("s%d", k)] = n
	}
	must(t, b.Draw(ctx, editor, id, version(t, b, id), plan, 7))
	must(t, b.Open(ctx, editor, id, version(t, b, id)))
	return id
}

// sent sends links and gives the secrets by the organisation.
func sent(t testing.TB, b Book, editor auth.Actor, id, kind string) map[string]string {
	t.Helper()
	out := map[string]string{}
	_, err := b.Links(ctx, editor, id, kind, SenderFunc(func(_ context.Context, to Addressee, secret string) error {
		out[to.OrgID] = secret
		return nil
	}))
	must(t, err)
	return out
}

// said are answers with words of their own.
func said(words string) survey.Answers {
	return survey.Answers{
		"why":   {State: survey.Answered, Choices: []string{"rent"}},
		"words": {State: survey.Answered, Text: words},
		"buys":  {State: survey.Answered, Orgs: []survey.Named{{Name: "Maker of " + words}}},
	}
}

// came is what has come in, whoever may see it.
func came(t testing.TB, b Book, id string) Collected {
	t.Helper()
	var c Collected
	must(t, b.DB.View(ctx, func(q store.Querier) error {
		s, err := b.surveyIn(ctx, q, id)
		if err == nil {
			c, err = b.collectedIn(ctx, q, s)
		}
		return err
	}))
	return c
}

// dumped are all rows of the store as text, by table.
func dumped(t testing.TB, db *store.DB) map[string][]map[string]string {
	t.Helper()
	out := map[string][]map[string]string{}
	must(t, db.View(ctx, func(q store.Querier) error {
		return store.Dump(ctx, q, func(table string, columns []string, row []any) error {
			one := map[string]string{}
			for i, c := range columns {
				if data, ok := row[i].([]byte); ok {
					one[c] = string(data)
					continue
				}
				one[c] = fmt.Sprint(row[i])
			}
			out[table] = append(out[table], one)
			return nil
		})
	}))
	return out
}

// holds are the tables in which a text stands.
func holds(dump map[string][]map[string]string, text string) []string {
	var out []string
	for table, rows := range dump {
		if slices.ContainsFunc(rows, func(r map[string]string) bool {
			for _, v := range r {
				if strings.Contains(v, text) {
					return true
				}
			}
			return false
		}) {
			out = append(out, table)
		}
	}
	slices.Sort(out)
	return out
}
