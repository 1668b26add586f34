package portfolio

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat"

	"milieu/internal/portfolio/choice"
)

func yes(v int64) sql.NullInt64 { return sql.NullInt64{Int64: v, Valid: true} }

func TestPhase(t *testing.T) {
	i := Intervention{ID: "a", CostP: yes(1000), Start: yes(2027), End: yes(2028)}
	for _, c := range []struct {
		name  string
		costs []Cost
		start int
		want  []Spend
		says  string
	}{
		{"no rows: evenly over its years", nil, 0, []Spend{{2027, "", 500}, {2028, "", 500}}, "spread evenly"},
		{"a row of one year, and the rest without a funder", []Cost{{Intervention: "a", AmountP: 400, From: yes(2026), Funder: "X"}, {Intervention: "b", AmountP: 9, From: yes(2026)}}, 0,
			[]Spend{{2026, "X", 400}, {2027, "", 300}, {2028, "", 300}}, "has no row by year and funder"},
		{"what cannot be halved adds up", []Cost{{Intervention: "a", AmountP: 1001, From: yes(2026), To: yes(2027), Funder: NotNamed}}, 0, []Spend{{2026, "", 501}, {2027, "", 500}}, "the rows count"},
		{"moved", []Cost{{Intervention: "a", AmountP: 1000, From: yes(2026), To: yes(2027)}}, 2030, []Spend{{2030, "", 500}, {2031, "", 500}}, ""},
	} {
		got := Phase(i, c.costs, c.start)
		if d := cmp.Diff(c.want, got.Lines); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
		if !strings.Contains(strings.Join(got.Assumed, "\n"), c.says) {
			t.Errorf("%s: assumed %v, want %q", c.name, got.Assumed, c.says)
		}
	}
	undated := Phase(Intervention{ID: "a", CostP: yes(7)}, nil, 0)
	if d := cmp.Diff([]Spend{{0, "", 7}}, undated.Lines); d != "" || undated.Years() != nil {
		t.Error(d, undated.Years())
	}
	if set := Phase(Intervention{ID: "a", CostP: yes(7)}, nil, 2029); set.Lines[0].Year != 2029 {
		t.Errorf("a beginning that was set where none is on record: %v", set.Lines)
	}
}

func planInput(relations []Relation, all ...Intervention) Input {
	return Input{All: all, Register: Register{Relations: relations}, Worth: LensWorth(all, Growth)}
}

func chosen(p Plan) []string {
	var out []string
	for _, i := range p.Chosen {
		out = append(out, i.ID)
	}
	slices.Sort(out)
	return out
}

// By hand: what each kind of relation does to three options of 10 pounds under a budget of 20.
func TestSolve_relations(t *testing.T) {
	a, b, c := option("a", 10, 0.9, 0.8, 1, "existing"), option("b", 10, 0.5, 0.4, 0.6, "existing"), option("c", 10, 0.2, 0.1, 0.3, "new")
	gone := option("gone", 10, 0.5, 0.4, 0.6, "new")
	gone.Stage = "ended"
	done := gone
	done.ID, done.Stage = "done", "delivered"
	for _, k := range []struct {
		name string
		rel  Relation
		want []string
	}{
		{"none", Relation{}, []string{"a", "b"}},
		{"needs", Relation{From: "a", To: "c", Kind: Needs}, []string{"a", "c"}},
		{"excludes", Relation{From: "b", To: "a", Kind: Excludes}, []string{"a", "c"}},
		{"part-of", Relation{From: "a", To: "b", Kind: PartOf}, []string{"a", "c"}},
		{"adds the smaller value twice over", Relation{ID: "r", From: "a", To: "c", Kind: Adds, Bonus: 2}, []string{"a", "c"}},
		{"after and pilots are for the sequence", Relation{From: "a", To: "c", Kind: PilotOf}, []string{"a", "b"}},
		{"needs what is done", Relation{From: "a", To: "done", Kind: Needs}, []string{"a", "b"}},
		{"needs what cannot be had", Relation{From: "a", To: "gone", Kind: Needs}, []string{"b", "c"}},
		{"ruled out by what is done", Relation{From: "done", To: "b", Kind: Excludes}, []string{"a", "c"}},
	} {
		in := planInput([]Relation{k.rel}, a, b, c, gone, done)
		p, err := Solve(t.Context(), in, Ask{BudgetP: 20_00, Lens: Growth, Stages: []string{""}})
		if err != nil {
			t.Fatal(k.name, err)
		}
		if got := chosen(p); !slices.Equal(got, k.want) {
			t.Errorf("%s: %v, want %v", k.name, got, k.want)
		}
	}
}

func TestSolve_settings(t *testing.T) {
	a, b := option("a", 10, 0.9, 0.8, 1, "existing"), option("b", 10, 0.5, 0.4, 0.6, "new")
	a.Place, b.Place = "AMP; Waverley", "Tinsley"
	a.Start, a.End, b.Start = yes(2027), yes(2027), yes(2028)
	in := planInput(nil, a, b)
	for _, k := range []struct {
		name string
		ask  Ask
		want []string
	}{
		{"all", Ask{}, []string{"a", "b"}},
		{"leave", Ask{Leave: []string{"a"}}, []string{"b"}},
		{"a cap of a year", Ask{Caps: []Cap{{Year: 2027, AmountP: 9_00}}}, []string{"b"}},
		{"a cap that a move gets round", Ask{Caps: []Cap{{Year: 2027, AmountP: 9_00}}, Starts: []Start{{"a", 2029}}}, []string{"a", "b"}},
		{"a share of a place: half of the dearer is there", Ask{Places: []PlaceShare{{"AMP", 0.5}}}, []string{"a"}},
		{"over", Ask{Now: 2028}, []string{"a", "b"}},
	} {
		k.ask.BudgetP, k.ask.Lens = 20_00, Growth
		p, err := Solve(t.Context(), in, k.ask)
		if err != nil {
			t.Fatal(k.name, err)
		}
		if got := chosen(p); !slices.Equal(got, k.want) {
			t.Errorf("%s: %v, want %v", k.name, got, k.want)
		}
	}
	for field, ask := range map[string]Ask{"include": {Take: []string{"z"}}, "leave": {Leave: []string{"z"}}, "start": {Starts: []Start{{"z", 2027}}}, "place": {Places: []PlaceShare{{"Mars", 0.1}}}} {
		var fe FieldError
		if _, err := Solve(t.Context(), in, ask); !errors.As(err, &fe) || fe.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	clash, err := Solve(t.Context(), in, Ask{Lens: Growth, BudgetP: 5_00, Take: []string{"a"}})
	if err != nil || !slices.Equal(clash.Conflict, []string{"budget", "take a"}) {
		t.Errorf("conflict %v, %v", clash.Conflict, err)
	}
}

// What was approved long ago, or has ended by its record, is not recommended, unless somebody takes it in.
func TestSolve_over(t *testing.T) {
	old, runs, late := option("old", 1, 0.5, 0.4, 0.6, ""), option("runs", 1, 0.5, 0.4, 0.6, ""), option("late", 1, 0.5, 0.4, 0.6, "")
	old.Stage, old.Start = "approved", yes(2018)
	runs.Stage, runs.Start = "in-delivery", yes(2018)
	late.Stage, late.Start, late.End = "in-delivery", yes(2020), yes(2025)
	in := planInput(nil, old, runs, late)
	p, err := Solve(t.Context(), in, Ask{BudgetP: 10_00, Lens: Growth, Now: 2026})
	if err != nil || !slices.Equal(chosen(p), []string{"runs"}) || len(p.Over) != 2 || !strings.Contains(p.Over[1].Reason, "ended in 2025") {
		t.Errorf("%v, over %+v, %v", chosen(p), p.Over, err)
	}
	if p, err = Solve(t.Context(), in, Ask{BudgetP: 10_00, Lens: Growth, Now: 2026, Take: []string{"late"}}); err != nil || !slices.Equal(chosen(p), []string{"late", "runs"}) {
		t.Errorf("%v, %v", chosen(p), err)
	}
}

// Interventions of one type share the draw: who has the same evidence is chosen or not together.
func TestRobust(t *testing.T) {
	a, b, c := option("a", 10, 0.7, 0.5, 0.9, ""), option("b", 10, 0.7, 0.5, 0.9, ""), option("c", 20, 1.3, 1, 1.5, "")
	for k, i := range []*Intervention{&a, &b, &c} {
		i.EffectType = []string{"one", "one", "two"}[k]
		i.effect = effect{kind: i.EffectType, positive: 7 - 5*(k/2), studies: 10}
	}
	for _, i := range []*Intervention{&a, &b} { // 7 of 10, three of them one's own
		i.effect.positive, i.effect.studies, i.local = 4, 7, LocalEffect{EffectType: "one", Positive: 3, Studies: 3}
	}
	c.Growth.Value = 0.3
	p, err := Solve(t.Context(), planInput(nil, a, b, c), Ask{BudgetP: 20_00, Lens: Growth, Draws: 100, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Robust(t.Context(), nil)
	if err != nil || d.Done != 100 || d.Options[0].Share != d.Options[1].Share || d.Options[0].Class != choice.Core || d.Options[2].Class != choice.Exterior {
		t.Errorf("%+v, %v", d, err)
	}
	again, err := p.Robust(t.Context(), nil)
	if diff := cmp.Diff(d, again); diff != "" || err != nil {
		t.Error("two runs differ:", diff, err)
	}
	// The draws are those of the score, own evaluations in it: Beta(8, 4), whose mean is 2/3.
	draws, err := p.Worth.Draws(t.Context(), 4000, 3)
	if mean := stat.Mean(draws["a"], nil); math.Abs(mean-2.0/3) > 0.01 || err != nil {
		t.Errorf("mean of the draws %g, %v", mean, err)
	}
	p.Worth.Draws = func(context.Context, int, uint64) (map[string][]float64, error) { return nil, errors.New("worn") }
	if d, err := p.Robust(t.Context(), nil); err == nil {
		t.Errorf("draws that failed make %+v", d)
	}
	if share, ok := p.Keeps(); ok {
		t.Errorf("costs that cannot be drawn keep the budget in %g", share)
	}
	p.Worth.Overruns = func(_ context.Context, n int, _ uint64) (map[string][]float64, error) {
		out := make([]float64, n)
		for k := range out {
			out[k] = 0.9 + 0.2*float64(k%2)
		}
		return map[string][]float64{"a": out}, nil
	}
	if share, ok := p.Keeps(); !ok || share != 0.5 { // a and b cost 20 of 20: only where a is no dearer
		t.Errorf("keeps %g, %v", share, ok)
	}
}

// By hand: prices of 2026 are twice those of 2016 and as those of all later years; the money of firms and what lies before the
// year of the plan is not held against the budget; a proposal whose year has passed begins next year at the prices of its record.
func TestInput_Phase(t *testing.T) {
	in := Input{Counting: Counting{Base: 2026, Real: func(y int) float64 {
		if y == 2016 {
			return 2
		}
		return 1
	}, Private: func(f string) bool { return f == "firm" }}}
	in.Register.Costs = []Cost{
		{Intervention: "runs", AmountP: 300, From: yes(2025), To: yes(2027), Funder: "city"},
		{Intervention: "runs", AmountP: 90, From: yes(2026), To: yes(2026), Funder: "firm"},
		{Intervention: "runs", AmountP: 7, From: yes(2026), To: yes(2026), Funder: "city", Status: "spent"},
	}
	// A row a year, without a last one: each stays in its year, whatever else is not on record.
	for k, v := range []int64{5, 7, 1} {
		in.Register.Costs = append(in.Register.Costs, Cost{Intervention: "yearly", AmountP: v, From: yes(int64(2026 + k)), Funder: "city"})
	}
	for _, c := range []struct {
		i             Intervention
		lines         []Spend
		past, private int64
	}{
		{Intervention{ID: "runs", Stage: "in-delivery"}, []Spend{{2026, "city", 100}, {2027, "city", 100}}, 107, 90},
		{Intervention{ID: "runs", Stage: "proposed"}, []Spend{{2027, "city", 100}, {2028, "city", 107}, {2029, "city", 100}}, 0, 90},
		{Intervention{ID: "old", Stage: "proposed", CostP: yes(300), Start: yes(2016)}, []Spend{{2027, "", 200}, {2028, "", 200}, {2029, "", 200}}, 0, 0},
		{Intervention{ID: "open", Stage: "in-delivery", CostP: yes(400), Start: yes(2024)}, []Spend{{2026, "", 100}, {2027, "", 100}}, 200, 0},
		{Intervention{ID: "yearly", Stage: "in-delivery", Start: yes(2026)}, []Spend{{2026, "city", 5}, {2027, "city", 7}, {2028, "city", 1}}, 0, 0},
		{Intervention{ID: "yearly", Stage: "proposed"}, []Spend{{2027, "city", 5}, {2028, "city", 7}, {2029, "city", 1}}, 0, 0},
		{Intervention{ID: "undated", Stage: "approved", CostP: yes(400)}, []Spend{{0, "", 400}}, 0, 0},
	} {
		ph := in.Phase(c.i, Ask{Now: 2026})
		if d := cmp.Diff(c.lines, ph.Lines); d != "" || ph.PastP != c.past || ph.PrivateP != c.private || !ph.Known {
			t.Errorf("%s, %s: past %d, private %d, lines (-want +got):\n%s", c.i.ID, c.i.Stage, ph.PastP, ph.PrivateP, d)
		}
	}
	if ph := in.Phase(Intervention{ID: "none"}, Ask{Now: 2026}); ph.Known {
		t.Errorf("a cost that nobody states is known: %+v", ph)
	}
}

// What to do where nothing is chosen: a greater budget, or none of them.
func TestPlan_Empty(t *testing.T) {
	a, b := option("a", 10, -0.9, -1, -0.8, ""), option("b", 30, -0.5, -1, 0, "")
	in := planInput(nil, a, b)
	for budget, want := range map[int64]string{5_00: "Raise the budget to at least £10", 20_00: "The best is to do none of them"} {
		p, err := Solve(t.Context(), in, Ask{Lens: Growth, BudgetP: budget})
		if err != nil || !strings.Contains(p.Empty(), want) {
			t.Errorf("%d: %q, want %q; %v", budget, p.Empty(), want, err)
		}
	}
	p, err := Solve(t.Context(), in, Ask{Lens: Growth, BudgetP: 5_00, Caps: []Cap{{Funder: "Treasury", AmountP: 1}}})
	if err != nil || !strings.Contains(strings.Join(p.Notes, "\n"), "The cap on “Treasury” holds nothing back") {
		t.Errorf("%v, %v", p.Notes, err)
	}
}
