package appraisal

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
)

func jobs(n float64) portfolio.Outcome {
	return portfolio.Outcome{Outcome: "jobs", Per: "once", Quantity: real(n), Low: real(n), High: real(n)}
}

// Amounts whose source names no year of prices are cash of the year in which each part is spent, and the page says so.
func TestCosts_cash(t *testing.T) {
	i, c, o := scheme("a", "skills", 20_000_000, jobs(10))
	i.Stage = "in-delivery"
	c.From, c.To, c.PriceYear = whole(2026), whole(2027), whole(0)
	c.PriceYear.Valid = false
	item, _ := appraised(t, made(t, params(t), with(i, c, o)), Settings{}).Item("a")
	near(t, "first year", item.Costs[0].Real, 10_000_000, 1e-6)
	near(t, "second year", item.Costs[1].Real, 10_000_000/1.02, 1e-6)
	near(t, "present value", item.Measure(KeyCost).Net, 10_000_000+10_000_000/1.02/1.035, 1e-6)
	if !slices.Contains(item.Assumed(), "an even spread over its years, prices of its year on record") {
		t.Errorf("assumed: %q", item.Assumed())
	}
	c.PriceYear = whole(2026)
	item, _ = appraised(t, made(t, params(t), with(i, c, o)), Settings{}).Item("a")
	near(t, "second year in stated prices", item.Costs[1].Real, 10_000_000, 0)
}

// What has not begun and whose years have passed begins in the base year; what is under way keeps its years, which are neither
// discounted nor compounded. Parts add up to sums.
func TestAppraise_past(t *testing.T) {
	set := params(t)
	for stage, first := range map[string]int{"idea": 2026, "proposed": 2026, "bid": 2026, "in-delivery": 2016, "delivered": 2016, "paused": 2016} {
		i, c, o := scheme("a", "skills", 10_000_000, jobs(100))
		i.Stage, i.Start, c.From, c.PriceYear = stage, whole(2016), whole(2016), whole(2026)
		j, d, p := scheme("b", "skills", 5_000_000, jobs(50))
		r := appraised(t, made(t, set, with(i, c, o), with(j, d, p)), Settings{})
		item, _ := r.Item("a")
		if item.First != first || item.Recorded != 2016 || item.Year0 != 2026 || !item.Hindsight() || !hasWarning(item, WarnAgo) && !hasWarning(item, WarnDelivered) {
			t.Errorf("%s begins in %d, record %d: %v", stage, item.First, item.Recorded, item.Warnings)
		}
		near(t, stage+": cost", item.Measure(KeyCost).Net, 10_000_000, 1e-6)
		total, err := r.Total([]string{"a", "b"})
		if err != nil {
			t.Fatal(err)
		}
		other, _ := r.Item("b")
		for _, key := range []string{KeyCost, KeyPublic, KeyJobs, KeyJobYears} {
			near(t, stage+": sum of "+key, total.Sum(key).Net, item.Measure(key).Net+other.Measure(key).Net, 1e-6)
		}
		near(t, stage+": cost of a job", total.PerJob.Value, (item.Measure(KeyPublic).Net+other.Measure(KeyPublic).Net)/(item.Measure(KeyJobs).Net+other.Measure(KeyJobs).Net), 1e-6)
	}
	i, c, o := scheme("a", "skills", 10_000_000, jobs(100))
	i.Start, c.From = whole(2016), whole(2016)
	moved, _ := appraised(t, made(t, set, with(i, c, o)), Settings{Starts: []portfolio.Start{{ID: "a", Year: 2029}}}).Item("a")
	if moved.First != 2029 || moved.Hindsight() {
		t.Errorf("moved to 2029, it begins in %d", moved.First)
	}
}

// A part whose cost another of the set holds is left out of sums of money, and by how much is said; a circle loses all but one.
func TestTotal_held(t *testing.T) {
	in := made(t, params(t), with(scheme("a", "skills", 10_000_000, jobs(100))), with(scheme("b", "skills", 3_000_000, jobs(20))), with(scheme("c", "skills", 1_000_000, jobs(5))))
	in.Register.Relations = []portfolio.Relation{{ID: "r", From: "b", To: "a", Kind: portfolio.PartOf}}
	r := appraised(t, in, Settings{})
	total, err := r.Total([]string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "cost", total.Sum(KeyPublic).Net, 11_000_000, 1e-6)
	near(t, "jobs", total.Sum(KeyJobs).Gross, 125, 1e-9)
	if len(total.Twice) != 1 || total.Twice[0].Part != "b" || total.Twice[0].Whole != "a" || total.Twice[0].Net != 3_000_000 || !slices.Equal(total.Sum(KeyPublic).Held, []string{"b"}) || total.PerJob.N != 2 {
		t.Errorf("left out: %+v", total.Twice)
	}
	item, _ := r.Item("b")
	for _, w := range item.Warnings {
		if w.Key == WarnHolds && !strings.Contains(w.Reason, "Scheme a") {
			t.Errorf("the other is not called by its name: %s", w.Reason)
		}
	}
	alone, err := r.Total([]string{"b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "cost without the whole", alone.Sum(KeyPublic).Net, 4_000_000, 1e-6)
	in.Register.Relations = append(in.Register.Relations, portfolio.Relation{ID: "s", From: "a", To: "b", Kind: portfolio.PartOf})
	circle, err := appraised(t, in, Settings{}).Total([]string{"a", "b", "c"})
	if err != nil || len(circle.Twice) != 1 || circle.Sum(KeyPublic).N != 2 {
		t.Errorf("a circle of parts leaves %d of 3 (%v)", circle.Sum(KeyPublic).N, err)
	}
}

// Jobs that are net by a claim have no gross, and for the country displacement is taken from them still.
func TestAppraise_claimedForCountry(t *testing.T) {
	i, c, o := scheme("a", "skills", 10_000_000, jobs(100))
	o.Additional = "net"
	in := made(t, params(t), with(i, c, o))
	levels := assume("default/any/leakage-national", "0", "default/any/displacement-national", "75%", "default/any/substitution", "0")
	item, _ := appraised(t, in, Settings{Assume: levels}).Item("a")
	half, _ := appraised(t, in, Settings{Assume: assume("default/any/leakage-national", "0", "default/any/displacement-national", "50%", "default/any/substitution", "0")}).Item("a")
	near(t, "what a job must be worth at half the share that is left", item.Switches[0].Value, 2*half.Switches[0].Value, 1e-6)
	for _, key := range []string{KeyJobs, KeyJobYears, KeyCostPerJob} {
		if m := item.Measure(key); m.HasGross || !m.Known {
			t.Errorf("%s has a gross of %g", key, m.Gross)
		}
	}
	turned, _ := appraised(t, in, Settings{Assume: append(assume("worth/jobs/national", exact(item.Switches[0].Value)), levels...)}).Item("a")
	near(t, "net present social value there", turned.Measure(KeyNPSV).Net, 0, 1e-3)
}

// A cost that is committed or spent can overrun and not fall below what is stated.
func TestDraws_floor(t *testing.T) {
	i, c, o := scheme("a", "transport", 10_000_000, jobs(70))
	c.Asset, i.Stage = "standard-civil", "in-delivery"
	low := func() Measure {
		item, _ := appraised(t, made(t, params(t), with(i, c, o)), Settings{Draws: 5000}).Item("a")
		return item.Measure(KeyCost)
	}
	c.Status = "expected"
	free := low()
	if free.Low >= 10_000_000 {
		t.Errorf("what is only expected does not fall below %g", free.Low)
	}
	c.Status = "committed"
	bound := low()
	if bound.Low != 10_000_000 || bound.High != free.High || bound.Net != free.Net || bound.Mean <= free.Mean {
		t.Errorf("committed: %g to %g about %g, expected alone: %g to %g", bound.Low, bound.High, bound.Net, free.Low, free.High)
	}
	c.Status, c.From, i.Start = "expected", whole(2024), whole(2024)
	c.PriceYear = whole(2026)
	if passed := low(); passed.Low != 10_000_000 {
		t.Errorf("the money of a year that has passed falls to %g", passed.Low)
	}
}

// Without an upper end: draws in which nothing is gained stand above all others.
func TestOpenEnded(t *testing.T) {
	nan := math.NaN()
	low, high, nothing := openEnded([]float64{3, nan, 1, 2, nan})
	if low != 1.2 || !math.IsInf(high, 1) || nothing != 0.4 {
		t.Errorf("%g to %g, %g", low, high, nothing)
	}
	if low, high, nothing := openEnded([]float64{nan, nan}); !math.IsInf(low, 1) || !math.IsInf(high, 1) || nothing != 1 {
		t.Errorf("%g to %g, %g", low, high, nothing)
	}
	m := Measure{Key: KeyCostPerJob, ExpectedLow: math.Inf(1), ExpectedHigh: math.Inf(1), Nothing: 1}
	if got := m.ExpectedSpan(); got != "no upper end: nothing is gained in 100 of 100 draws" {
		t.Error(got)
	}
}

// pounds is an outcome that comes as an amount of money in all, over stated years.
func pounds(key string, amount float64, from, to int64) portfolio.Outcome {
	o := portfolio.Outcome{Outcome: key, Per: "total", Quantity: real(amount), Low: real(amount), High: real(amount), Additional: "net"}
	if from != 0 {
		o.From = whole(from)
	}
	if to != 0 {
		o.To = whole(to)
	}
	return o
}

// changed are the parameters with those of a workspace's file over them.
func changed(t *testing.T, text string) parameter.Set {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, parameter.Folder), 0o700); err != nil {
		t.Fatal(err)
	}
	head := "owner = \"Team\"\nreview_by = \"2030-01-01\"\nin_force = \"2026-01-01\"\nreference = \"A paper\"\n"
	if err := os.WriteFile(filepath.Join(dir, parameter.Folder, "own.toml"), []byte(head+text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := parameter.Load(dir, day)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// An amount of pounds comes once, also under a key that only the worth of a workspace calls money.
func TestOutcomes_money(t *testing.T) {
	set := changed(t, `
[[parameter]]
id = "worth/rent-saved/national"
name = "Rent saved"
value = 1.0
unit = "£ a £"
`)
	for _, key := range []string{"cost-saving", "travel-time", "land-value", "rent-saved"} {
		for _, per := range []string{"", "once"} {
			o := pounds(key, 1_000_000, 2026, 0)
			o.Per = per
			item, _ := appraised(t, made(t, set, with(scheme("a", "any", 1, o))), Settings{}).Item("a")
			near(t, key+" "+per, item.Measure(KeyBenefits).Net, 1_000_000, 1e-6)
		}
	}
}

// A total begins after the delay, but not after the last year that is stated, and the years that are shown are those that count.
func TestOutcomes_total(t *testing.T) {
	assumed := assume("persistence/any/delay", "2", "persistence/any/ramp-up", "1")
	for _, c := range []struct{ from, to, first, last int }{{0, 0, 2028, 2029}, {0, 2031, 2028, 2031}, {0, 2027, 2027, 2027}, {2029, 2030, 2029, 2030}} {
		item, _ := appraised(t, made(t, params(t), with(scheme("a", "any", 1, pounds("travel-time", 1_000_000, int64(c.from), int64(c.to))))), Settings{Assume: assumed}).Item("a")
		o := item.Outcomes[0]
		if o.From != c.first || o.To != c.last {
			t.Errorf("%+v: from %d to %d", c, o.From, o.To)
		}
		want := 0.0
		for y := c.first; y <= c.last; y++ {
			want += 1_000_000 / float64(c.last-c.first+1) / math.Pow(1.035, float64(y-2026))
		}
		near(t, "present value", item.Measure(KeyBenefits).Net, want, 1e-3)
	}
}
