package predict

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"

	"milieu/internal/lake"
	"milieu/internal/stat"
)

// ruled is 80 organisations that all begin equally often, half of them drivers, half firms, each with one of four themes. Each does one thing of
// its own on its theme every year, and every joint project is of two, a driver and a firm of one theme in nine of ten cases: themes and roles
// alone foretell ties.
func ruled(seed uint64) Input {
	r := rand.New(rand.NewPCG(seed, 4))
	in := Input{Nodes: 80}
	theme := func(v int32) string { return fmt.Sprint("theme ", v/2%4) }
	for v := range in.Nodes {
		in.Roles = append(in.Roles, []string{"driver", "firm"}[v%2])
	}
	for year := 2010; year < 2020; year++ {
		for v := range int32(in.Nodes) {
			in.Events = append(in.Events, Event{At: float64(year) + r.Float64(), Members: []int32{v}, Lead: -1, Themes: []string{theme(v)}})
		}
		for range 30 {
			a, b := int32(r.IntN(80)), int32(r.IntN(80))
			for r.IntN(10) > 0 && (theme(a) != theme(b) || a%2 == b%2) || a == b {
				a, b = int32(r.IntN(80)), int32(r.IntN(80))
			}
			in.Events = append(in.Events, Event{At: float64(year) + r.Float64(), Members: []int32{a, b}, Lead: -1})
		}
	}
	return in
}

// TestLearn_rules: the rules that ties were made by are found, and the pairs they speak of stand first.
func TestLearn_rules(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		in := ruled(seed)
		q, err := Judge(in, 2016, New)
		if err != nil {
			t.Fatal(err)
		}
		odds := map[string]float64{}
		for _, term := range q.Ours.Terms {
			odds[term.Key] = term.OddsRatio
		}
		if likeness := odds["themes"] * odds["likeness"]; !(likeness > 1.2) || !(odds["roles driver firm"] > 1.05) {
			t.Errorf("seed %d: themes multiply the odds by %.2f, a driver with a firm by %.2f", seed, likeness, odds["roles driver firm"])
		}
		for _, m := range []string{"adamic-adar", "preferential-attachment", "chance"} {
			if ours := q.Of("ours"); !(ours.AUC > q.Of(m).AUC+0.1) {
				t.Errorf("seed %d: AUC %.3f, %s %.3f", seed, ours.AUC, m, q.Of(m).AUC)
			}
		}
		past, ruled := PastAt(in, 2016), 0
		for _, l := range q.Ours.Top(past, 50) {
			if l.A/2%4 == l.B/2%4 && l.A%2 != l.B%2 {
				ruled++
			}
		}
		if ruled < 45 {
			t.Errorf("seed %d: %d of the 50 first are pairs of the rules", seed, ruled)
		}
	}
}

// TestScore_symmetric: no score depends on which of two stands first, and of no pair of the new ones is there a tie.
func TestScore_symmetric(t *testing.T) {
	in := madeUp(3)
	past := PastAt(in, 2018)
	before := in.pairsBetween(0, 2018)
	for _, w := range []Which{New, Every} {
		m, err := Learn(in, 2018, w)
		if err != nil {
			t.Fatal(err)
		}
		set := past.pairs(w, nil)
		for _, k := range set.pairs {
			if m.Score(past, k.a, k.b) != m.Score(past, k.b, k.a) {
				t.Fatalf("%s pairs: %v of %d and %d, %v the other way", w, m.Score(past, k.a, k.b), k.a, k.b, m.Score(past, k.b, k.a))
			}
			if w == New && before[k] {
				t.Fatalf("%d and %d are tied and among the new pairs", k.a, k.b)
			}
		}
		known := set.nodes * (set.nodes - 1) / 2
		if w == New {
			known -= len(before)
		}
		if len(set.pairs) != known {
			t.Errorf("%s pairs: %d, want %d", w, len(set.pairs), known)
		}
	}
}

// TestFitExpected_correction: on a sample of the pairs each coefficient, and the corrected constant, is that of all pairs within the error.
func TestFitExpected_correction(t *testing.T) {
	nodes, tied := planted(1000, 8)
	m, err := FitExpected(nodes, tied)
	if err != nil || !m.Fit.Sampled() {
		t.Fatalf("sampled %v, %v", m.Fit.Sampled(), err)
	}
	is := map[pairKey]bool{}
	for _, p := range tied {
		is[keyOf(p[0], p[1])] = true
	}
	width := len(m.Terms) - 1
	var x []float64
	var y []bool
	fixedAt := map[string]int{}
	for j, f := range fixedTerms {
		fixedAt[f.key] = j
	}
	for b := range int32(len(nodes)) {
		for a := range b {
			var all [8]float64
			fixed(&nodes[a], &nodes[b], all[:])
			for _, term := range m.Terms[1:] {
				if j, ok := fixedAt[term.Key]; ok {
					x = append(x, all[j])
					continue
				}
				roles := rolesOf(nodes[a].Role, nodes[b].Role)
				x = append(x, float64(one(term.Key == termRoles+roles[0]+"/"+roles[1])))
			}
			y = append(y, is[pairKey{a, b}])
		}
	}
	fit, err := stat.FitLogit(x, width, y, stat.LogitOptions{Ridge: tinyPenalty})
	if err != nil {
		t.Fatal(err)
	}
	for j, term := range m.Terms {
		if math.Abs(term.Coefficient-fit.Coef[j]) > 3*term.SE {
			t.Errorf("%s: %.4f of a sample with standard error %.4f, %.4f of all pairs", term.Key, term.Coefficient, term.SE, fit.Coef[j])
		}
	}
}

// TestLoad_roundTrip: what the stage writes is what Load reads.
func TestLoad_roundTrip(t *testing.T) {
	ctx := context.Background()
	nodes, tied := planted(200, 5)
	m, err := FitExpected(nodes, tied)
	if err != nil {
		t.Fatal(err)
	}
	db, err := lake.Open(lake.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, want := range []Model{m, {}} {
		dir := t.TempDir()
		if err := writeTable(ctx, lake.Work{DB: db, Dir: dir}, modelColumns, want.rows()); err != nil {
			t.Fatal(err)
		}
		if err := db.Exec(ctx, "create or replace view network_model as from read_parquet("+lake.Literal(filepath.Join(dir, lake.TableFile))+")"); err != nil {
			t.Fatal(err)
		}
		got, found, err := Load(ctx, db)
		if err != nil || found != want.Found() {
			t.Fatalf("found %v, %v", found, err)
		}
		if !found {
			continue
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("read back %+v\nwritten %+v", got, want)
		}
	}
}
