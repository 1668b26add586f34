package sampling

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// school is a row of R's api data.
type school struct {
	cluster, stype, schwide, awards, stratum string
	numbers                                  map[string]float64
}

func readSchools(t testing.TB, name string) []school {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []school
	for _, r := range rows[1:] {
		s := school{cluster: r[0], stype: r[1], schwide: r[2], awards: r[3], stratum: r[9], numbers: map[string]float64{}}
		for k, column := range []string{"api99", "api00", "enroll", "weight", "size"} {
			if s.numbers[column], err = strconv.ParseFloat(r[4+k], 64); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		out = append(out, s)
	}
	return out
}

func column(schools []school, name string) []float64 {
	out := make([]float64, len(schools))
	for i, s := range schools {
		out[i] = s.numbers[name]
	}
	return out
}

func labels(schools []school, f func(school) string) []string {
	out := make([]string, len(schools))
	for i, s := range schools {
		out[i] = f(s)
	}
	return out
}

// apiMargins are those of R's own example of rake: all 6,194 schools.
func apiMargins(schools []school) []Margin {
	return []Margin{
		{"stype", labels(schools, func(s school) string { return s.stype }), map[string]float64{"E": 4421, "H": 755, "M": 1018}},
		{"sch.wide", labels(schools, func(s school) string { return s.schwide }), map[string]float64{"No": 1072, "Yes": 5122}},
	}
}

// apiDesign is the design that oracle/survey/survey.R calls by that name.
func apiDesign(t testing.TB, name string) ([]school, Design) {
	t.Helper()
	parts := strings.Fields(name)
	schools := readSchools(t, parts[0])
	s := Sampled{Weights: column(schools, "weight"), Sizes: map[string]float64{}, Strata: labels(schools, func(s school) string { return s.stratum })}
	if parts[0] == "apiclus1" || parts[0] == "apimade" {
		s.Clusters = labels(schools, func(s school) string { return s.cluster })
	}
	if !strings.HasSuffix(name, "nofpc") {
		for i, v := range schools {
			s.Sizes[at(s.Strata, i)] = v.numbers["size"]
		}
	}
	d, err := NewDesign(s)
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) == 3 {
		var told Raking
		if d, told, err = d.Rake(apiMargins(schools), RakeRule{Residuals: Residuals(parts[2]), Tolerance: 1e-13}); err != nil || !told.Converged {
			t.Fatalf("%s: %+v, %v", name, told, err)
		}
	}
	return schools, d
}

type rResult struct {
	Sample, Of, Y, Domain string
	Value, SE, Deff       *float64
	DF, N, Rows           int
	Weights               []float64
	Wald, Logit, Beta     []*float64
}

// TestR holds weights, means, totals, ratios, shares, their errors, intervals and design effects against R's survey to 1e-6.
func TestR(t *testing.T) {
	text, err := os.ReadFile("testdata/survey.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct{ Results []rResult }
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	worst, compared := 0.0, 0
	near := func(r rResult, what string, got float64, want *float64) {
		if want == nil {
			return
		}
		diff := math.Abs(got-*want) / max(1, math.Abs(*want))
		worst, compared = max(worst, diff), compared+1
		if !(diff <= 1e-6) {
			t.Errorf("%s, %s of %s in %q: %s is %.12g, R says %.12g", r.Sample, r.Of, r.Y, r.Domain, what, got, *want)
		}
	}
	for _, r := range want.Results {
		schools, d := apiDesign(t, r.Sample)
		if r.Of == "total" && strings.HasPrefix(r.Sample, "apimade") {
			continue // R takes the whole total of a stratum with one unit for its distance from the mean
		}
		if r.Of == "weights" {
			for i, w := range r.Weights {
				near(r, fmt.Sprintf("weight %d", i), d.weights[i], &w)
			}
			continue
		}
		e := estimateAsR(t, d, schools, r, "")
		near(r, "value", e.Value, r.Value)
		near(r, "standard error", e.SE, r.SE)
		if r.Of != "compare" {
			near(r, "design effect", e.DesignEffect, r.Deff)
			if e.DF != r.DF || e.N != r.N {
				t.Errorf("%s, %s of %s in %q: %d degrees of freedom and %d answers, R says %d and %d", r.Sample, r.Of, r.Y, r.Domain, e.DF, e.N, r.DF, r.N)
			}
		}
		if r.Rows != 0 && r.Rows != r.N {
			r.Beta = nil // R counts the rows outside the domain of a calibrated design as answers here
		}
		if *r.SE < 1e-6 {
			continue // the share of a category of a margin: R's interval has no width, ours does not claim that much
		}
		for how, ends := range map[string][]*float64{Wald: r.Wald, Logit: r.Logit, KornGraubard: r.Beta} {
			if len(ends) == 2 && ends[0] != nil {
				e := estimateAsR(t, d, schools, r, how)
				near(r, how+" from", e.Lo, ends[0])
				near(r, how+" to", e.Hi, ends[1])
			}
		}
	}
	t.Logf("%d numbers of %d results, largest relative difference %.2g", compared, len(want.Results), worst)
}

func estimateAsR(t *testing.T, d Design, schools []school, r rResult, interval string) Estimate {
	t.Helper()
	of := func(stype string) []bool {
		in := make([]bool, len(schools))
		for i, s := range schools {
			in[i] = s.stype == stype
		}
		return in
	}
	var in []bool
	if r.Domain != "" {
		in = of(r.Domain)
	}
	how := How{Interval: interval}
	var e Estimate
	var err error
	switch r.Of {
	case "mean":
		e, err = d.Mean(column(schools, r.Y), in, how)
	case "total":
		e, err = d.Total(column(schools, r.Y), in, how)
	case "ratio":
		e, err = d.Ratio(column(schools, r.Y), column(schools, "api99"), in, how)
	case "compare":
		e, err = d.Compare(column(schools, r.Y), of("E"), of("H"), how)
	case "share":
		yes := make([]bool, len(schools))
		for i, s := range schools {
			yes[i] = r.Y == "awards" && s.awards == "Yes" || r.Y == "sch.wide" && s.schwide == "Yes"
		}
		e, err = d.Share(yes, in, how)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}
