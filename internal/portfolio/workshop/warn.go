package workshop

import (
	"fmt"
	"math"
	"strings"

	"milieu/internal/mcda"
)

// Warning is what an expert would say of a workshop's result.
type Warning struct{ Kind, Text string }

// Kinds of warnings.
const (
	OneView   = "one-view"   // a result that only one set of weights gives
	OneSource = "one-source" // a criterion that one source or one person fills
	Double    = "double"     // criteria that count the same thing
	Turns     = "turns"      // a ranking by the options at hand would turn
	Unknown   = "unknown"    // values that are not known
	Beyond    = "beyond"     // values beyond an anchor
	Unweighed = "unweighed"  // criteria for which a stakeholder has no points
	NoTelling = "no-telling" // a criterion that tells no options apart
)

func (r Report) warn() []Warning {
	var out []Warning
	add := func(kind, format string, args ...any) { out = append(out, Warning{kind, fmt.Sprintf(format, args...)}) }
	r.warnViews(add)
	r.warnSources(add)
	r.warnDouble(add)
	r.warnValues(add)
	r.warnTurns(add)
	return out
}

type adder func(kind, format string, args ...any)

// half is from which share of draws on an option counts as first with somebody's weights in a warning.
const half = 0.5

// Favourite is the option that is first most often, and in what share of draws.
func (v View) Favourite() (option int, share float64) {
	for i, row := range v.Result.Rank {
		if row[0] > share {
			option, share = i, row[0]
		}
	}
	return option, share
}

func (r Report) warnViews(add adder) {
	name := func(i int) string { return r.Workshop.Setup.Options[i].Name }
	if len(r.Each) == 1 {
		add(OneView, "Only %s has weighed. What follows from these weights is one person's view until others have weighed too.", r.Each[0].Name)
	}
	by := map[int][]string{}
	for _, v := range r.Each {
		if i, share := v.Favourite(); share >= half {
			by[i] = append(by[i], v.Name)
		}
	}
	if len(r.Each) > 1 {
		for i := range r.Workshop.Setup.Options {
			if who := by[i]; len(who) == 1 {
				add(OneView, "Only the weights of %[2]s put %[1]s first in most draws; nobody else’s do.", name(i), who[0])
			}
		}
	}
	for _, v := range r.Each {
		if len(v.Missing) > 0 {
			add(Unweighed, "%s has no points for %s: what has none is taken to be worth anything up to their most wanted step.", v.Name, strings.Join(v.Missing, ", "))
		}
		for j, w := range v.Shares {
			if w > .8 && len(v.Shares) > 2 {
				add(OneView, "%s puts %.0f %% of all weight on %s: the other criteria hardly count.", v.Name, 100*w, r.Workshop.Setup.Criteria[j].Name)
			}
		}
	}
}

func (r Report) warnSources(add adder) {
	var sources, cautions []string
	for j, c := range r.Workshop.Setup.Criteria {
		people, hand, known := map[string]bool{}, 0, 0
		for i := range r.Cells {
			x := r.Cells[i][j]
			if x.Known {
				known++
			}
			if x.ByHand {
				hand++
				people[x.By] = true
			}
		}
		source, _ := SourceOf(c.Source)
		switch {
		case known > 1 && hand == known && len(people) == 1:
			add(OneSource, "All scores for %s were given by one person. Have somebody else score before you rely on it.", c.Name)
		case known > 1 && hand == 0 && c.Source != "":
			sources, cautions = append(sources, c.Name), append(cautions, c.Name+": "+source.Caution)
		}
	}
	switch len(sources) {
	case 0:
	case 1:
		add(OneSource, "%s stands on one source only. %s.", sources[0], cautions[0])
	default:
		add(OneSource, "%s each stand on one source only. %s.", strings.Join(sources, ", "), strings.Join(cautions, "; "))
	}
}

// themes are words that tell what a criterion counts.
var themes = []struct {
	theme string
	words []string
}{
	{"jobs", []string{"job", "employ", "work place"}},
	{"output", []string{"gva", "value added", "gdp", "productiv", "turnover", "output", "wage", "earning"}},
	{"cost", []string{"cost", "budget", "afford", "price", "value for money"}},
}

func (c Criterion) themes() map[string]bool {
	out := map[string]bool{}
	if s, ok := SourceOf(c.Source); ok {
		out[s.Theme] = true
	}
	text := strings.ToLower(c.Name)
	for _, t := range themes {
		for _, w := range t.words {
			if strings.Contains(text, w) {
				out[t.theme] = true
			}
		}
	}
	return out
}

func (r Report) warnDouble(add adder) {
	all := r.Workshop.Setup.Criteria
	for a, c := range all {
		for b := a + 1; b < len(all); b++ {
			d := all[b]
			x, y := c.themes(), d.themes()
			switch {
			case c.Source != "" && c.Source == d.Source:
				add(Double, "%s and %s are filled from the same evidence: it counts twice.", c.Name, d.Name)
			case x["jobs"] && y["output"] || x["output"] && y["jobs"]:
				add(Double, "%s and %s both count what more jobs bring: output is made by jobs. Keep one, or say in both what the other does not count.", c.Name, d.Name)
			case shares(x, y):
				add(Double, "%s and %s may count the same thing twice. Keep one, or say what each counts that the other does not.", c.Name, d.Name)
			default:
				if rho, n := r.correlation(a, b); n >= 5 && math.Abs(rho) >= .9 {
					add(Double, "%s and %s go together over the options (correlation %.2f, %d options): if they count the same thing, it counts twice.", c.Name, d.Name, rho, n)
				}
			}
		}
	}
}

func shares(a, b map[string]bool) bool {
	for t := range a {
		if b[t] {
			return true
		}
	}
	return false
}

// correlation is of the values of two criteria over the options of which both are known.
func (r Report) correlation(a, b int) (rho float64, n int) {
	var sx, sy, sxx, syy, sxy float64
	for _, row := range r.Values {
		x, y := row[a], row[b]
		if x != x || y != y {
			continue
		}
		n++
		sx, sy, sxx, syy, sxy = sx+x, sy+y, sxx+x*x, syy+y*y, sxy+x*y
	}
	m := float64(n)
	vx, vy := sxx-sx*sx/m, syy-sy*sy/m
	if n < 3 || vx < 1e-12 || vy < 1e-12 {
		return 0, n
	}
	return (sxy - sx*sy/m) / math.Sqrt(vx*vy), n
}

func (r Report) warnValues(add adder) {
	var unknown []string
	for j, c := range r.Workshop.Setup.Criteria {
		var without, beyond []string
		low, high := math.Inf(1), math.Inf(-1)
		for i, o := range r.Workshop.Setup.Options {
			switch x := r.Cells[i][j]; {
			case !x.Known:
				without = append(without, o.Name)
				continue
			case x.Outside:
				beyond = append(beyond, o.Name)
			}
			low, high = min(low, r.Values[i][j]), max(high, r.Values[i][j])
		}
		switch n := len(without); {
		case n == 0:
		case n == len(r.Cells):
			unknown = append(unknown, c.Name+" of all options")
		case n <= 2:
			unknown = append(unknown, c.Name+" of "+strings.Join(without, " and "))
		default:
			unknown = append(unknown, fmt.Sprintf("%s of %d of %d options", c.Name, len(without), len(r.Cells)))
		}
		if len(beyond) > 0 {
			add(Beyond, "%s lies beyond the anchors for %s, where more or less no longer counts. Widen the anchors.", c.Name, few(beyond))
		}
		if len(without) == 0 && len(r.Cells) > 1 && low == high {
			add(NoTelling, "%s is the same for all options and tells none apart.", c.Name)
		}
	}
	if hollow := r.hollow(); len(hollow) > 0 {
		add(Unknown, "Of %s most of what counts is not known. Where they come out says little: what is not known counts as anything, so half of it on average.", few(hollow))
	}
	if len(unknown) > 0 {
		add(Unknown, "Not known: %s. Each is taken to be anywhere between the anchors, which widens the ranges of ranks: find out, or leave the criterion or the option out.", strings.Join(unknown, "; "))
	}
}

// Hollow says that more than half of the criteria are not known of an option, so that its rank says little.
func (r Report) Hollow(i int) bool {
	unknown := 0
	for _, c := range r.Cells[i] {
		if !c.Known {
			unknown++
		}
	}
	return 2*unknown > len(r.Cells[i])
}

func (r Report) hollow() (names []string) {
	for i, o := range r.Workshop.Setup.Options {
		if r.Hollow(i) {
			names = append(names, o.Name)
		}
	}
	return names
}

func few(names []string) string {
	const most = 4
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// warnTurns tells what would turn if anchors were the worst and the best of the options at hand, as many tools have it.
func (r Report) warnTurns(add adder) {
	if len(r.Each) == 0 || len(r.Cells) < 3 {
		return
	}
	middle := central(r.Values)
	var texts []string
	for _, v := range r.Each {
		if v.Shares == nil {
			continue
		}
		found, err := mcda.Reversals(len(middle), func(kept []int) ([]float64, error) { return scaledHere(middle, kept, v.Shares), nil })
		if err != nil || len(found) == 0 {
			continue
		}
		t, o := found[0], r.Workshop.Setup.Options
		texts = append(texts, fmt.Sprintf("with the weights of %s, leaving out %s would turn %s and %s", v.Name, o[t.Left].Name, o[t.First].Name, o[t.Second].Name))
	}
	if len(texts) > 0 {
		add(Turns, "Rankings here do not change when an option is added, because the anchors are fixed. Scaled by the options at hand they would: %s. Keep the anchors when you add options.", few(texts))
	}
}

// scaledHere are the values of the options kept when each criterion is scaled from the worst to the best of them.
func scaledHere(values [][]float64, kept []int, weights []float64) []float64 {
	out := make([]float64, len(kept))
	for j, w := range weights {
		low, high := math.Inf(1), math.Inf(-1)
		for _, i := range kept {
			low, high = min(low, values[i][j]), max(high, values[i][j])
		}
		if high == low {
			continue
		}
		for a, i := range kept {
			out[a] += w * (values[i][j] - low) / (high - low)
		}
	}
	for a := range out {
		out[a] = math.Round(out[a]*1e12) / 1e12
	}
	return out
}
