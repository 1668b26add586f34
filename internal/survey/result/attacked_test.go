package result

import (
	"fmt"
	"strings"
	"testing"

	"milieu/internal/disclosure"
	"milieu/internal/survey"
)

// TestReport_attacked publishes made-up surveys of many sizes and attacks each with all of its tables together: by linear algebra,
// and by the bounds that follow. It must recover no hidden figure; and with nothing hidden but what is small itself it must
// recover many, or it would prove nothing.
func TestReport_attacked(t *testing.T) {
	hidden, found := 0, 0
	for seed := range uint64(4) {
		in := made(t, seed, 30+int(seed)*30, 0.5)
		r, err := Reckon(in)
		if err != nil {
			t.Fatal(seed, err)
		}
		hidden += r.Hidden
		for _, l := range leaks(t, in, r, nil, disclosure.Deduce) {
			t.Errorf("seed %d, %d answers: %s", seed, len(in.Rows), l)
		}
		if seed%3 > 0 {
			continue
		}
		if r, err = reckon(in, rule{protect: unprotected}); err != nil {
			t.Fatal(seed, err)
		}
		found += len(leaks(t, in, r, nil, disclosure.Deduce))
	}
	if found < 25 {
		t.Errorf("without protection only %d figures came out: the attack is too weak to prove anything", found)
	}
	t.Logf("%d hidden figures, none came out; %d did of two of these surveys without protection", hidden, found)
}

// TestReport_attackedByBounds attacks one breakdown after the other with everything that whole numbers from 0 tell.
func TestReport_attackedByBounds(t *testing.T) {
	hidden, undecided := 0, 0
	for k := range uint64(13) {
		seed, firms, rate := 100+k, 30+int(k)*25, 0.5
		if k == 12 { // a group of which nobody was asked a question whose table cannot be protected
			seed, firms, rate = 11_007, 72, 0.6
		}
		in := made(t, seed, firms, rate)
		r, err := Reckon(in)
		if err != nil {
			t.Fatal(seed, err)
		}
		hidden += r.Hidden
		for _, b := range r.Breakdowns {
			only := func(breakdown string) bool { return breakdown == "" || breakdown == b.Key }
			for _, l := range leaks(t, in, r, only, func(p disclosure.Problem, h []bool) (disclosure.Attack, error) {
				got, err := disclosure.Recover(p, h)
				undecided += len(got.Undecided)
				return got, err
			}) {
				t.Errorf("seed %d, %d answers: %s", seed, len(in.Rows), l)
			}
		}
	}
	t.Logf("%d hidden figures, none came out, %d not settled", hidden, undecided)
}

// unprotected hides what is sensitive itself and nothing else.
func unprotected(p disclosure.Problem) (disclosure.Pattern, error) {
	t := disclosure.Pattern{Hidden: make([]bool, len(p.Cells))}
	for i, c := range p.Cells {
		t.Hidden[i] = (c.Sensitive || c.Given) && c.Kind == disclosure.Table
	}
	return t, nil
}

// leaks are the figures that are hidden in the report and that the intruder works out from its table. That nobody of a group
// said what nobody at all said is no figure of the group.
func leaks(t *testing.T, in Input, r Report, only func(breakdown string) bool, try func(disclosure.Problem, []bool) (disclosure.Attack, error)) []string {
	s, err := newSample(in, rule{threshold: r.Threshold})
	if err != nil {
		t.Fatal(err)
	}
	newest, _ := in.Newest()
	table, nobody := [][]string{nil}, map[string]bool{}
	for _, row := range r.Table()[1:] {
		if only == nil || only(row[4]) {
			table = append(table, row)
		}
		if row[4] == "" && (row[9] == "0" && row[11] != "" || row[9] == "" && row[13] == "0") && nobodySaid(s, newest, row) {
			nobody[row[2]+" "+row[6]+" "+row[7]+" in "] = true
		}
	}
	var out []string
	for _, q := range newest.Questions() {
		a := newAttack(in, table)
		a.response(table)
		group := []survey.Question{q}
		if came, ok := newest.Find("came"); ok && q.ID != "came" && (q.ShowIf.Question == "came" || a.merged[Arrival] != nil) {
			group = []survey.Question{came, q}
		}
		if stops, ok := newest.Find("stops"); ok && q.ID == "first" { // asked by what was said there
			group = append([]survey.Question{stops}, group...)
		}
		for _, q := range group {
			a.question(q, table, s)
		}
		found, err := try(a.Problem, a.hidden)
		if err != nil {
			t.Fatal(q.ID, err)
		}
		for _, l := range found.Leaks {
			name := a.Cells[l.Cell].Name
			what, _, _ := strings.Cut(name, " in ")
			if l.Value != 0 || !nobody[what+" in "] {
				out = append(out, fmt.Sprintf("%s: %s came out as %d by %s", q.ID, name, l.Value, l.By))
			}
		}
	}
	return out
}

// nobodySaid says that the figure of all answers is of none.
func nobodySaid(s sample, in survey.Instrument, row []string) bool {
	q, ok := in.Find(row[2])
	return ok && (row[9] == "" || s.truth(&attack{}, q, "", "", row[6], row[7]) == 0)
}
