package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// town is a made-up population of firms of which everything is known: stratum, two margins, and what they would say.
type town struct {
	units        []Unit
	sizes        map[string]float64
	kind, age    []string
	kinds, ages  map[string]float64
	says         map[string][]bool
	answersShare map[string]float64 // response by stratum
}

func newTown(rng *rand.Rand) town {
	t := town{sizes: map[string]float64{}, kinds: map[string]float64{}, ages: map[string]float64{}, says: map[string][]bool{},
		answersShare: map[string]float64{"small": 0.35, "medium": 0.5, "large": 0.7}}
	for i := range 3000 {
		u := Unit{ID: fmt.Sprintf("%05d", i), Stratum: "small"}
		if i%10 == 0 {
			u.Stratum = "medium"
		} else if i%37 == 1 {
			u.Stratum = "large"
		}
		kind, age := fmt.Sprint("k", min(2, int(rng.ExpFloat64()))), fmt.Sprint("a", rng.IntN(2))
		t.units, t.kind, t.age = append(t.units, u), append(t.kind, kind), append(t.age, age)
		t.sizes[u.Stratum]++
		t.kinds[kind]++
		t.ages[age]++
		lift := map[string]float64{"small": 0, "medium": 0.8, "large": 1.6}[u.Stratum] + map[string]float64{"k0": 0, "k1": 0.7, "k2": 1.4}[kind]
		for k, name := range []string{"rare", "some", "half"} {
			base := []float64{-5, -3, -0.7}[k]
			t.says[name] = append(t.says[name], rng.Float64() < 1/(1+math.Exp(-base-lift)))
		}
	}
	return t
}

func (t town) truth(name string, in func(i int) bool) float64 {
	yes, n := 0.0, 0.0
	for i, v := range t.says[name] {
		if in(i) {
			n++
			if v {
				yes++
			}
		}
	}
	return yes / n
}

// survey draws, lets some answer, and rakes.
func (t town) survey(seed uint64, asked int) (Design, []int, error) {
	var strata []Stratum
	for key, n := range t.sizes {
		strata = append(strata, Stratum{Key: key, Size: int(n), Response: t.answersShare[key]})
	}
	plan, err := Allocation{Rule: Neyman, Minimum: 20}.Allocate(strata, asked)
	if err != nil {
		return Design{}, nil, err
	}
	drawn, err := Draw(t.units, plan, seed)
	if err != nil {
		return Design{}, nil, err
	}
	rng := rand.New(rand.NewPCG(seed, 99))
	s, kind, age := Sampled{Sizes: t.sizes}, Margin{Name: "kind", Totals: t.kinds}, Margin{Name: "age", Totals: t.ages}
	size := Margin{Name: "size", Totals: t.sizes}
	var rows []int
	for _, i := range drawn {
		key := t.units[i].Stratum
		if rng.Float64() >= t.answersShare[key] {
			continue
		}
		rows = append(rows, i)
		s.Strata, kind.Of, age.Of = append(s.Strata, key), append(kind.Of, t.kind[i]), append(age.Of, t.age[i])
	}
	size.Of = s.Strata
	d, err := NewDesign(s)
	if err != nil {
		return d, nil, err
	}
	d, _, err = d.Rake([]Margin{size, kind, age}, RakeRule{Lowest: 0.2, Highest: 5, Residuals: Levered})
	return d, rows, err
}

// TestCoverage: of many surveys of a town of which all is known, with unequal response, raking and few answers, at least
// 93.5 % of the intervals of 95 % hold the truth, of rare things and of parts as well, and standard errors are neither too small nor much too large.
func TestCoverage(t *testing.T) {
	town := newTown(rand.New(rand.NewPCG(11, 1)))
	const surveys = 400
	for _, asked := range []int{120, 500} {
		for _, c := range []struct {
			name, part string
		}{{"rare", ""}, {"some", ""}, {"half", ""}, {"some", "medium"}, {"half", "medium"}} {
			in := func(i int) bool { return c.part == "" || town.units[i].Stratum == c.part }
			truth := town.truth(c.name, in)
			held, width, se, mean, squares := 0, 0.0, 0.0, 0.0, 0.0
			for seed := range uint64(surveys) {
				d, rows, err := town.survey(seed, asked)
				if err != nil {
					t.Fatal(err)
				}
				yes, domain := make([]bool, len(rows)), make([]bool, len(rows))
				for k, i := range rows {
					yes[k], domain[k] = town.says[c.name][i], in(i)
				}
				e, err := d.Share(yes, domain, How{})
				if err != nil {
					t.Fatal(err)
				}
				if e.Lo <= truth && truth <= e.Hi {
					held++
				}
				width += (e.Hi - e.Lo) / surveys
				se += e.SE / surveys
				mean += e.Value / surveys
				squares += e.Value * e.Value / surveys
			}
			cover, spread := float64(held)/surveys, math.Sqrt(squares-mean*mean)
			t.Logf("asked %d, %s %s: truth %.3f, mean %.3f, held %.3f, width %.3f, error %.4f of %.4f", asked, c.name, c.part, truth, mean, cover, width, se, spread)
			if cover < 0.935 {
				t.Errorf("asked %d, %s %s: %.3f of the intervals hold %.3f", asked, c.name, c.part, cover, truth)
			}
			if r := se / spread; asked == 500 && (r < 0.88 || r > 1.12) {
				t.Errorf("asked %d, %s %s: standard error %.4f on average, and the results spread by %.4f", asked, c.name, c.part, se, spread)
			}
		}
	}
}
