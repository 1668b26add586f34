package predict

import (
	"cmp"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write golden files")

// yearOf is a date as a year with its fraction.
func yearOf(t time.Time) float64 {
	start := time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	return float64(t.Year()) + t.Sub(start).Hours()/start.AddDate(1, 0, 0).Sub(start).Hours()
}

// h2020 reads the Norwegian participations in Horizon 2020 (Research Council of Norway; not part of the repository).
func h2020(t testing.TB) Input {
	t.Helper()
	dir := os.Getenv("MILIEU_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "cordis", "norway_eu_h2020_participations.csv"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("real data is absent: set MILIEU_TESTDATA")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = ';', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, h := range rows[0] {
		at[strings.TrimPrefix(h, "\ufeff")] = i
	}
	return participations(t, rows[1:], func(row []string, column string) string { return row[at[column]] })
}

func participations(t testing.TB, rows [][]string, get func([]string, string) string) Input {
	type project struct {
		start   float64
		members map[string]bool
		lead    string
		themes  []string
	}
	projects, role := map[string]*project{}, map[string]string{}
	for _, row := range rows {
		org, start := get(row, "Organisasjonsnummer"), get(row, "Kontrakt startdato")
		if org == "" || start == "" {
			continue
		}
		when, err := time.Parse("02.01.2006 15:04", start)
		if err != nil {
			t.Fatal(err)
		}
		p := projects[get(row, "Prosjektnr")]
		if p == nil {
			p = &project{start: yearOf(when), members: map[string]bool{}}
			for _, c := range []string{"Programkortnavn (H2020)", "Overordnet utlysnings-id"} {
				if v := get(row, c); v != "" {
					p.themes = append(p.themes, c+" "+v)
				}
			}
			projects[get(row, "Prosjektnr")] = p
		}
		p.members[org], role[org] = true, get(row, "FoU sektorkode")
		if get(row, "Organisasjon rolle") == "COORDINATOR" {
			p.lead = org
		}
	}
	var in Input
	node := map[string]int32{}
	for _, org := range sorted(role) {
		node[org] = int32(in.Nodes)
		in.Nodes++
		in.Roles = append(in.Roles, role[org])
	}
	for _, id := range sorted(projects) {
		p := projects[id]
		e := Event{At: p.start, Lead: -1, Themes: p.themes}
		for _, org := range sorted(p.members) {
			e.Members = append(e.Members, node[org])
		}
		if p.lead != "" {
			e.Lead = node[p.lead]
		}
		in.Events = append(in.Events, e)
	}
	return in
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K {
	var out []K
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (q Quality) lines() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s pairs, ties that begin in [%.2f, %.2f): %d organisations, %d pairs, %d ties; learnt on %d ties of [%.2f, %.2f)\n",
		q.For, q.At, q.To, q.Nodes, q.Pairs, q.Ties, q.Learnt.Ties, q.Learnt.From, q.Learnt.To)
	fmt.Fprintf(&b, "  %-24s %6s %6s %7s %7s %7s %7s  %s\n", "method", "AUC", "AP", "P@10", "P@20", "P@50", "P@100", "P@50, 90 %")
	for _, r := range q.Results {
		fmt.Fprintf(&b, "  %-24s %6.3f %6.4f %7.4f %7.4f %7.4f %7.4f  %.2f-%.2f\n", r.Key, r.AUC, r.Average, r.Precision[0], r.Precision[1], r.Precision[2], r.Precision[3], r.Lo[2], r.Hi[2])
	}
	fmt.Fprintf(&b, "  at 50 %.2f times the precision of adamic-adar\n", q.Of("ours").At(50)/q.Of("adamic-adar").At(50))
	return b.String()
}
