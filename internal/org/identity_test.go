package org

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lived writes "key was main" lines as records; main - is the record itself, alone.
// A key with a star is held by no source.
func lived(t *testing.T, lines ...string) []life {
	t.Helper()
	var out []life
	for _, l := range lines {
		f := strings.Fields(l)
		if len(f) != 3 {
			t.Fatalf("%q has not three words", l)
		}
		v := life{key: strings.TrimSuffix(f[0], "*"), held: !strings.HasSuffix(f[0], "*"), main: f[2], joined: f[2] != "-"}
		if f[1] != "-" {
			v.was, v.wasOrigin = f[1], "list"
			if strings.HasPrefix(f[1], "GB-COH-") {
				v.wasOrigin = "register"
			} else if !strings.HasPrefix(f[1], "ror-") {
				v.wasOrigin = "team"
			}
		}
		if !v.joined {
			v.main = v.key
		}
		out = append(out, v)
	}
	return out
}

func TestLives(t *testing.T) {
	merge := Event{N: 1, Kind: EventMerge, OrgID: "a", OtherID: "b", Records: 2, Why: "told before"}
	split := Event{N: 1, Kind: EventSplit, OrgID: "a", OtherID: "b", Records: 1, Why: "told before"}
	for _, c := range []struct {
		name    string
		records []string
		before  []Event
		edges   [][3]string
		want    []string
	}{
		{"first build", []string{"a - a", "GB-COH-1 - a"}, nil, nil, nil},
		{"nothing changed", []string{"a a a", "GB-COH-1 a a"}, nil, nil, nil},
		{"a new record beside", []string{"a a a", "GB-COH-1 a a", "ror-1 - a"}, nil, nil, nil},
		{"a new main record", []string{"GB-COH-1 GB-COH-1 a", "a - a"}, nil, nil,
			[]string{"id a GB-COH-1", "kept GB-COH-1 a 2"}},
		{"two become one: the team's id", []string{"a a a", "GB-COH-1 GB-COH-1 a"}, nil, [][3]string{{"GB-COH-1", "a", "company number"}},
			[]string{"gone GB-COH-1 a", "merge a GB-COH-1 1 GB-COH-1 and a are joined by company number"}},
		{"two become one: the id of more records", []string{"a a a", "b b a", "ror-1 b a"}, nil, [][3]string{{"a", "b", "decision D1"}},
			[]string{"gone a b", "id a b", "kept b a 3", "merge b a 1 a and b are joined by decision D1"}},
		{"the least of equals", []string{"a a a", "b b a"}, nil, nil, []string{"gone b a", "merge a b 1 its records are part of it now"}},
		{"undone: the merge is gone", []string{"a a -", "b a b", "ror-1 a b"}, []Event{merge}, nil, nil},
		{"merged still: the event is carried", []string{"a a a", "b a a", "ror-1 a a"}, []Event{merge}, nil, []string{"gone b a", "merge a b 2 told before"}},
		{"a split: the founder keeps the id", []string{"a a a", "x a a", "b a -"}, nil, nil, []string{"split a b 1 nothing joins them any more"}},
		{"a split still", []string{"a a a", "x a a", "b b -"}, []Event{split}, nil, []string{"split a b 1 told before"}},
		{"a split taken back", []string{"a a a", "x a a", "b b a"}, []Event{split}, nil, []string{"gone b a"}},
		{"a split without the founder: the larger part", []string{"x a x", "y a x", "z a -"}, nil, nil, []string{"id x a", "kept a x 2", "split a z 1 nothing joins them any more"}},
		{"the founder went elsewhere: the rest gets an id of its own", []string{"a a c", "c c c", "d c c", "x a x", "y a x"}, nil, nil,
			[]string{"gone a c", "merge c a 1 its records are part of it now", "split a x 2 nothing joins them any more"}},
		{"an id that was merged away comes back with its record", []string{"a a -", "ror-9 a GB-COH-1", "GB-COH-1 a GB-COH-1"}, []Event{{N: 1, Kind: EventMerge, OrgID: "a", OtherID: "ror-9", Records: 2}}, nil,
			[]string{"id GB-COH-1 ror-9", "kept ror-9 GB-COH-1 2"}},
		{"old ids lead on through others", []string{"c c c", "b b c", "a b c", "d c c", "e c c"}, []Event{{N: 1, Kind: EventMerge, OrgID: "b", OtherID: "a", Records: 1, Why: "told before"}}, nil,
			[]string{"gone a c", "gone b c", "merge b a 1 told before", "merge c b 2 its records are part of it now"}},
		{"all records gone", []string{"a a -", "q* b -"}, nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := lives{before: c.before, edges: c.edges}
			for _, v := range lived(t, c.records...) {
				if v.joined || v.held {
					l.records = append(l.records, v)
				}
			}
			l.decide()
			var got []string
			for _, id := range slices.Sorted(maps.Keys(l.gone)) {
				got = append(got, fmt.Sprintf("gone %s %s", id, l.gone[id]))
			}
			for _, m := range slices.Sorted(maps.Keys(l.id)) {
				if l.id[m] != m {
					got = append(got, fmt.Sprintf("id %s %s", m, l.id[m]))
				}
			}
			var events []string
			for i, e := range l.events {
				if e.N != i+1 {
					t.Errorf("event %d has the number %d", i+1, e.N)
				}
				s := fmt.Sprintf("%s %s %s %d", e.Kind, e.OrgID, e.OtherID, e.Records)
				if e.Kind != EventKept {
					s += " " + e.Why
				}
				events = append(events, s)
			}
			slices.Sort(events)
			got = append(got, events...)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}
