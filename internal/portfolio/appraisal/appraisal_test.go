package appraisal

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milieu/internal/cash"
	"milieu/internal/chance"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
)

// day is a fixed day: which parameters are in force must not hang on the day of the test.
const day = "2026-11-27"

func params(t testing.TB) parameter.Set {
	t.Helper()
	s, err := parameter.Shipped(day)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func whole(v int64) sql.NullInt64    { return sql.NullInt64{Int64: v, Valid: true} }
func real(v float64) sql.NullFloat64 { return sql.NullFloat64{Float64: v, Valid: true} }

// scheme is an intervention with one cost and one outcome.
func scheme(id, category string, pounds int64, o portfolio.Outcome) (portfolio.Intervention, portfolio.Cost, portfolio.Outcome) {
	i := portfolio.Intervention{ID: id, Name: "Scheme " + id, Category: category, Stage: "proposed", Start: whole(2026)}
	c := portfolio.Cost{ID: "c" + id, Intervention: id, AmountP: pounds * 100, From: whole(2026), Funder: "Department", Status: "expected", Asset: "none"}
	o.ID, o.Intervention, o.Kind = "o"+id, id, "outcome"
	return i, c, o
}

func made(t testing.TB, set parameter.Set, add ...func(*Inputs)) Inputs {
	t.Helper()
	in := Inputs{Params: set, Priors: map[string]portfolio.Prior{}}
	for _, f := range add {
		f(&in)
	}
	return in
}

func with(i portfolio.Intervention, c portfolio.Cost, o portfolio.Outcome) func(*Inputs) {
	return func(in *Inputs) {
		in.All = append(in.All, i)
		in.Register.Costs = append(in.Register.Costs, c)
		in.Register.Outcomes = append(in.Register.Outcomes, o)
	}
}

func appraised(t testing.TB, in Inputs, s Settings) Result {
	t.Helper()
	if s.Draws == 0 {
		s.Draws = 400
	}
	r, err := Appraise(context.Background(), in, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %.6f, want %.6f", what, got, want)
	}
}

func assume(pairs ...string) []portfolio.Assume {
	var out []portfolio.Assume
	for k := 0; k+1 < len(pairs); k += 2 {
		out = append(out, portfolio.Assume{Parameter: pairs[k], Value: pairs[k+1]})
	}
	return out
}

// The end-to-end case of the shared methods: £1.0m with 24 % optimism bias, £150k a year for 15 years. The golden net figure holds a
// multiplier of 1.25, which the national view does not count, so it is taken out here: 1,020,370.62 / 1.25.
func TestAppraise_golden(t *testing.T) {
	i, c, o := scheme("a", "any", 1_000_000, portfolio.Outcome{Outcome: "travel-time", Per: "year", Quantity: real(150_000), Low: real(150_000), High: real(150_000), From: whole(2027), To: whole(2041), Additional: "gross"})
	c.Asset = "standard-building"
	r := appraised(t, made(t, params(t), with(i, c, o)), Settings{Assume: assume("default/any/deadweight", "30%", "default/any/leakage-national", "10%", "default/any/displacement-national", "25%", "default/any/substitution", "0")})
	item, _ := r.Item("a")
	near(t, "gross benefits", item.Measure(KeyBenefits).Gross, 1_727_611.63, 0.005)
	near(t, "net benefits", item.Measure(KeyBenefits).Net, 1_020_370.62/1.25, 0.01)
	near(t, "gross cost", item.Measure(KeyCost).Gross, 1_000_000, 1e-6)
	near(t, "net cost", item.Measure(KeyCost).Net, 1_240_000, 1e-6)
	near(t, "gross ratio", item.Measure(KeyBCR).Gross, 1.727612, 1e-5)
	near(t, "net ratio", item.Measure(KeyBCR).Net, 0.822880/1.25, 1e-5)
	near(t, "net present social value", item.Measure(KeyNPSV).Net, 1_020_370.62/1.25-1_240_000, 0.01)
	if item.Measure(KeyNPSV).Low >= item.Measure(KeyNPSV).High {
		t.Error("a cost that can overrun leaves no range")
	}
}

// Against the formula by hand: net jobs are stated jobs times the five levels of the category.
func TestAppraise_jobs(t *testing.T) {
	i, c, o := scheme("a", "inward investment", 10_000_000, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(1000), Additional: "unknown"})
	set := params(t)
	r := appraised(t, made(t, set, with(i, c, o)), Settings{})
	item, _ := r.Item("a")
	levels, err := set.Additionality("inward investment", parameter.Local)
	if err != nil {
		t.Fatal(err)
	}
	m := item.Measure(KeyJobs)
	near(t, "net jobs", m.Net, 1000*levels.Cash().Factor(), 1e-9)
	near(t, "gross jobs", m.Gross, 1000, 0)
	per := item.Measure(KeyCostPerJob)
	near(t, "cost of a gross job", per.Gross, 10_000, 1e-9)
	near(t, "cost of a net job", per.Net, 10_000_000/m.Net, 1e-6)
	if npsv := item.Measure(KeyNPSV); npsv.Known || npsv.Why == "" {
		t.Errorf("jobs got a national value: %+v", npsv)
	}
	if item.Chance.Known || m.Counted {
		t.Error("a chance was counted that no study tells of")
	}
}

// What a proposer calls net is left as it is, and said to be so.
func TestAppraise_claimedNet(t *testing.T) {
	i, c, o := scheme("a", "skills", 1_000_000, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(80), Additional: "net"})
	item, _ := appraised(t, made(t, params(t), with(i, c, o)), Settings{}).Item("a")
	near(t, "net jobs", item.Measure(KeyJobs).Net, 80, 0)
	if !hasWarning(item, WarnClaimedNet) {
		t.Error("nobody is told that net is only claimed")
	}
}

func hasWarning(item Item, key string) bool {
	for _, w := range item.Warnings {
		if w.Key == key {
			return true
		}
	}
	return false
}

// Unknown is never nothing: without a cost, without a quantity, without studies the figures are not known and say why.
func TestAppraise_unknown(t *testing.T) {
	i, c, o := scheme("a", "finance", 1, portfolio.Outcome{Outcome: "jobs", Per: "once"})
	in := made(t, params(t), with(i, c, o))
	in.Register.Costs = nil
	item, _ := appraised(t, in, Settings{}).Item("a")
	for _, key := range Keys() {
		if m := item.Measure(key); m.Known || m.Why == "" || m.Net != 0 {
			t.Errorf("%s of nothing: %+v", key, m)
		}
	}
	if len(item.Missing) == 0 {
		t.Error("nothing is said to be missing")
	}
	var none Inputs
	none.Params = params(t)
	if r := appraised(t, none, Settings{}); len(r.Items) != 0 {
		t.Error("items of nothing")
	}
}

// The chance counts in from studies; an evaluation of the team's own with a comparison group moves it, one without does not.
func TestAppraise_chance(t *testing.T) {
	i, c, o := scheme("a", "skills", 1_000_000, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(100), Low: real(100), High: real(100)})
	i.EffectType = "apprenticeships"
	prior := portfolio.Prior{EffectType: "apprenticeships", Label: "Apprenticeships", Positive: 7, Studies: 9, Reviewed: true}
	in := made(t, params(t), with(i, c, o))
	in.Priors["apprenticeships"] = prior
	r := appraised(t, in, Settings{Draws: 20000})
	item, _ := r.Item("a")
	near(t, "chance", item.Chance.Mean, 8.0/11, 1e-12)
	near(t, "its low end", item.Chance.Low, 0.493, 0.001)
	m := item.Measure(KeyJobs)
	near(t, "expected jobs", m.Expected, m.Net*8/11, 1e-9)
	drawn := summary(r.draws(0, KeyJobs, true))
	near(t, "mean of draws with the chance", drawn.Mean, m.Mean*8/11, 4*drawn.Error+4*m.Error)
	if r.Items[0].Measure(KeyNPSV).Known || NPSV(r)["a"].Known {
		t.Error("jobs have a national value")
	}
	given := appraised(t, in, Settings{Assume: assume("worth/jobs/national", "20000")})
	npsv, benefits, cost := given.Items[0].Measure(KeyNPSV), given.Items[0].Measure(KeyBenefits), given.Items[0].Measure(KeyCost)
	near(t, "net present social value with the chance", npsv.Expected, benefits.Net*8/11-cost.Net, 1e-6)
	near(t, "that a plan is given", NPSV(given)["a"].Value, npsv.Expected, 0)
	near(t, "net jobs that a plan is given", NetJobs(given)["a"].Value, m.Expected, 1e-9)
	near(t, "net jobs if it works", given.Items[0].Measure(KeyJobs).Net, m.Net, 1e-9)
	prior.Local = portfolio.LocalEffect{Positive: 0, Studies: 1}
	in.Priors["apprenticeships"] = prior
	moved, _ := appraised(t, in, Settings{}).Item("a")
	near(t, "chance after one that did not work", moved.Chance.Mean, 8.0/12, 1e-12)
	in.Priors["apprenticeships"] = portfolio.Prior{EffectType: "apprenticeships", Label: "Apprenticeships"}
	without, _ := appraised(t, in, Settings{}).Item("a")
	if w := NetJobs(appraised(t, in, Settings{}))["a"]; w.Known || w.Why == "" {
		t.Errorf("a plan is given jobs of which nobody knows the chance: %+v", w.Value)
	}
	if without.Chance.Known || !hasWarning(without, WarnNoStudies) || without.Measure(KeyJobs).Counted {
		t.Error("no studies were taken for a chance")
	}
}

// Each switching value, put in the place of its parameter, turns its test.
func TestSwitches_turn(t *testing.T) {
	i, c, o := scheme("a", "business support", 50_000_000, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(1000)})
	in := made(t, params(t), with(i, c, o))
	value := func(item Item, ref string) Switch {
		for _, s := range item.Switches {
			if s.Ref == ref {
				return s
			}
		}
		t.Fatalf("no switching value %s", ref)
		return Switch{}
	}
	item, _ := appraised(t, in, Settings{}).Item("a")
	year := value(item, "job-year")
	if !year.OK || year.Low > year.Value || year.High < year.Value {
		t.Fatalf("what a job would have to be worth: %+v", year)
	}
	turned, _ := appraised(t, in, Settings{Assume: assume("worth/jobs/national", exact(year.Value))}).Item("a")
	near(t, "net present social value at the switching value", turned.Measure(KeyNPSV).Net, 0, 1e-3)
	near(t, "benefit-cost ratio there", turned.Measure(KeyBCR).Net, 1, 1e-9)

	given := assume("worth/jobs/local", "50000")
	item, _ = appraised(t, in, Settings{Assume: given}).Item("a")
	for ref, id := range map[string]string{"displacement": "default/business-support/displacement", "deadweight": "default/any/deadweight", "gva": "worth/jobs/local"} {
		s := value(item, ref)
		if !s.OK {
			t.Fatalf("no switching value of %s: %s", ref, s.Why)
		}
		set := Settings{Assume: append(assume(id, exact(s.Value)), given...)}
		if ref == "gva" {
			set.Assume = assume(id, exact(s.Value))
		}
		at, _ := appraised(t, in, set).Item("a")
		near(t, "output less cost at the switching value of "+ref, at.Measure(KeyGVA).Net-at.Measure(KeyPublic).Net, 0, 1)
	}
}

func exact(v float64) string {
	return strings.TrimRight(strings.TrimRight(cmpFloat(v), "0"), ".")
}

// The draws of an intervention are its own: others beside it, their order and the number of cores change nothing.
func TestAppraise_addressed(t *testing.T) {
	set := params(t)
	a := with(scheme("a", "transport", 9_000_000, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(70)}))
	b := with(scheme("b", "skills", 2_000_000, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(30)}))
	dear := func(in *Inputs) { in.Register.Costs[0].Asset = "standard-civil" }
	alone, _ := appraised(t, made(t, set, a, dear), Settings{}).Item("a")
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	r := appraised(t, made(t, set, a, dear, b), Settings{})
	runtime.GOMAXPROCS(before)
	among, _ := r.Item("a")
	if d := cmp.Diff(alone.Measures, among.Measures); d != "" {
		t.Errorf("another intervention changed this one:\n%s", d)
	}
	other, _ := appraised(t, made(t, set, a, dear), Settings{Seed: 5}).Item("a")
	if other.Measure(KeyCost).Low == alone.Measure(KeyCost).Low {
		t.Error("another seed gave the same draws")
	}
	total, err := r.Total([]string{"a", "b", "a"})
	if err != nil {
		t.Fatal(err)
	}
	second, _ := r.Item("b")
	near(t, "sum of net jobs", total.Sum(KeyJobs).Net, among.Measure(KeyJobs).Net+second.Measure(KeyJobs).Net, 1e-9)
	// What is shared widens the sum: its interval is wider than that of independent ones would be.
	x, y := among.Measure(KeyJobs), second.Measure(KeyJobs)
	apart := math.Hypot(x.High-x.Low, y.High-y.Low)
	if got := total.Sum(KeyJobs).High - total.Sum(KeyJobs).Low; got <= apart {
		t.Errorf("the interval of the sum is %g wide, and %g if nothing were shared", got, apart)
	}
}

// Optimism bias is the expected overrun: the mean of the draws is the central cost. Costs of two interventions hang together.
func TestDraws_costs(t *testing.T) {
	set := params(t)
	in := made(t, set, with(scheme("a", "transport", 10_000_000, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(70)})), with(scheme("b", "transport", 10_000_000, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(70)})))
	in.Register.Costs[0].Asset, in.Register.Costs[1].Asset = "standard-civil", "standard-civil"
	r := appraised(t, in, Settings{Draws: 20000})
	m := r.Items[0].Measure(KeyCost)
	near(t, "mean cost", m.Mean, m.Net, 4*m.Error)
	near(t, "cost with optimism bias", m.Net, 14_400_000, 1e-6)
	x, y := r.draws(0, KeyCost, false), r.draws(1, KeyCost, false)
	want, _ := set.Number(idCosts)
	near(t, "correlation of two costs", correlation(logs(x), logs(y)), want, 0.03)
}

func logs(v []float64) []float64 {
	out := make([]float64, len(v))
	for k := range v {
		out[k] = math.Log(v[k])
	}
	return out
}

func correlation(x, y []float64) float64 {
	sx, sy := chance.Summarise(x, Level), chance.Summarise(y, Level)
	sum := 0.0
	for k := range x {
		sum += (x[k] - sx.Mean) * (y[k] - sy.Mean)
	}
	return sum / float64(len(x)-1) / sx.SD / sy.SD
}

// Properties: money scales with money, net is below gross where nothing multiplies, years of costs add up to the pence, another name changes no figure
// but its own draws.
func TestAppraise_properties(t *testing.T) {
	set := params(t)
	rapid.Check(t, func(rt *rapid.T) {
		pounds := rapid.Int64Range(1000, 1_000_000_000).Draw(rt, "pounds")
		years := rapid.Int64Range(0, 12).Draw(rt, "years")
		jobs := float64(rapid.IntRange(1, 20_000).Draw(rt, "jobs"))
		category := rapid.SampledFrom([]string{"transport", "skills", "finance", "R&D facility", "place-making", "unheard of"}).Draw(rt, "category")
		i, c, o := scheme("a", category, pounds, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(jobs)})
		c.To = whole(2026 + years)
		item, _ := appraised(t, made(t, set, with(i, c, o)), Settings{Draws: 50}).Item("a")
		var sum cash.Pence
		for _, y := range item.Costs {
			sum += y.Stated
		}
		if int64(sum) != c.AmountP || len(item.Costs) != int(years)+1 {
			rt.Fatalf("%d years add up to %d of %d", len(item.Costs), sum, c.AmountP)
		}
		m := item.Measure(KeyJobs)
		if m.Net > 1.15*m.Gross || m.Low > m.High || m.Net <= 0 {
			rt.Fatalf("net %g of gross %g", m.Net, m.Gross)
		}
		c.AmountP *= 2
		twice, _ := appraised(t, made(t, set, with(i, c, o)), Settings{Draws: 50}).Item("a")
		if a, b := 2*item.Measure(KeyCost).Net, twice.Measure(KeyCost).Net; math.Abs(a-b) > 1e-4*b { // years are whole pence
			rt.Fatalf("twice the money costs %g, not %g", b, a)
		}
		if a, b := 2*item.Measure(KeyCostPerJob).High, twice.Measure(KeyCostPerJob).High; math.Abs(a-b) > 1e-4*b { // years are whole pence
			rt.Fatalf("twice the money costs %g a job, not %g", b, a)
		}
	})
}

func TestAppraise_refused(t *testing.T) {
	in := made(t, params(t))
	for _, s := range []Settings{{Draws: 1}, {Draws: MostDraws + 1}, {Assume: assume("no/such", "1")}, {Assume: assume("default/any/deadweight", "150%")}, {Assume: assume("discount/default", "purple")}} {
		if _, err := Appraise(t.Context(), in, s); err == nil {
			t.Errorf("%+v was taken", s)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Appraise(gone, made(t, params(t), with(scheme("a", "skills", 1, portfolio.Outcome{}))), Settings{}); err == nil {
		t.Error("a visitor who left was served")
	}
}

// A moved beginning moves costs and what they bring, and is discounted by the years between.
func TestAppraise_moved(t *testing.T) {
	in := made(t, params(t), with(scheme("a", "skills", 1_000_000, portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(10), From: whole(2027)})))
	now, _ := appraised(t, in, Settings{}).Item("a")
	later, _ := appraised(t, in, Settings{Starts: []portfolio.Start{{ID: "a", Year: 2030}}}).Item("a")
	if later.First != 2030 || later.Outcomes[0].From != 2031 {
		t.Errorf("moved to %d, effect from %d", later.First, later.Outcomes[0].From)
	}
	near(t, "present value of the moved cost", later.Measure(KeyCost).Net, now.Measure(KeyCost).Net/math.Pow(1.035, 4), 1e-6)
}

func cmpFloat(v float64) string { return fmt.Sprintf("%.12f", v) }
