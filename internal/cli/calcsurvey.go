package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/sampling"
	"milieu/internal/stat"
)

// surveyMethods are the methods of calc on the kernel sampling and on agreement between coders.
func surveyMethods() []method {
	return []method{
		{"sample-size", "population", "population,answers,ask,enough",
			"Answers needed for a share with --margin, with the finite population correction (Cochran 1977), and firms to ask for them. A population of 0 is without end. enough is 0 where even asking all is expected to miss the margin.", calcSampleSize},
		{"allocate", "stratum,size[,deviation,response]", "stratum,size,asked,answers,margin,effective",
			"How many firms of each stratum are asked, to --total: proportional, neyman (Neyman 1934; wants deviation) or equal, with a minimum and strata asked whole; and the margin of a share to be expected. The row * is of all strata. An empty margin is one that is not known: nobody is asked.", calcAllocate},
		{"rake", "id,weight and a column for each margin", "id,weight",
			"Weights fitted to margins (--margins FILE: margin,category,total) by iterative proportional fitting (Deming & Stephan 1940). Categories without an answer are named on standard error, and the others stand for them. Exit code 1 when margins are not reached.", calcRake},
		{"survey-mean", "value[,denominator],weight[,stratum,size,cluster,group]", "group,category,value,se,lo,hi,n,df,deff,effective,interval",
			"Weighted means, totals, ratios or shares with linearised errors and intervals, in strata and clusters and with the finite population correction where size (units in the frame by stratum) is given; after raking where --margins is given. Without weight it is size over the units of the stratum. Shares: a row a category. An empty value is no answer and left out. The row * is of all groups. lo,hi: t for means; for shares logit, or Korn and Graubard (1998) where answers are few.", calcSurveyMean},
		{"agreement", "unit,coder,category", "measure,value,lo,hi,observed,expected,units,ratings",
			"How far coders agree: Krippendorff's alpha for categories without order; Fleiss' kappa where every unit has a rating by each coder; Cohen's kappa where there are two coders. lo,hi by drawing units anew (--draws). Empty where not defined.", calcAgreement},
	}
}

func calcSampleSize(fs *flag.FlagSet) calcRun {
	p := sampling.Precision{}
	fs.Float64Var(&p.Margin, "margin", 0.05, "half the width of the interval, a `SHARE`: 0.05 is 5 points to either side")
	fs.Float64Var(&p.Share, "share", 0.5, "expected `SHARE`")
	fs.Float64Var(&p.Confidence, "confidence", 0.95, "of the interval, a `SHARE`")
	fs.Float64Var(&p.DesignEffect, "design-effect", 1, "by which weights raise the variance, a `NUMBER`")
	fs.Float64Var(&p.Response, "response", 1, "of those asked that answer, a `SHARE`")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		at, err := t.columns("population")
		if err != nil {
			return nil, nil, err
		}
		var out [][]string
		for i := range t.rows {
			size, err := t.whole(i, at[0], "population")
			if err != nil {
				return nil, nil, err
			}
			p.Population = size
			need, err := p.Needed()
			if err != nil {
				return nil, nil, usagef("%v", err)
			}
			enough := "1"
			if !need.Enough {
				enough = "0"
			}
			out = append(out, []string{strconv.Itoa(size), strconv.Itoa(need.Answers), strconv.Itoa(need.Ask), enough})
		}
		return []string{"population", "answers", "ask", "enough"}, out, nil
	}
}

// whole reads a whole number that is not negative.
func (t csvTable) whole(row, col int, name string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(t.rows[row][col]))
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s:%d: %s is %q, which is not a whole number of at least 0", t.name, t.lines[row], name, t.rows[row][col])
	}
	return n, nil
}

func calcAllocate(fs *flag.FlagSet) calcRun {
	var a sampling.Allocation
	total := fs.Int("total", 0, "firms to be asked, a `NUMBER`")
	rule := fs.String("rule", "proportional", "the `RULE`: proportional, neyman or equal")
	fs.IntVar(&a.Minimum, "minimum", 0, "least asked in each stratum, a `NUMBER`")
	fs.IntVar(&a.TakeAll, "take-all", 0, "strata of at most this size are asked whole, a `NUMBER`")
	share := fs.Float64("share", 0.5, "expected `SHARE`")
	confidence := fs.Float64("confidence", 0.95, "of the interval, a `SHARE`")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		strata, err := t.strata()
		if err != nil {
			return nil, nil, err
		}
		a.Rule = sampling.Rule(*rule)
		if !slices.Contains(sampling.Rules, a.Rule) {
			return nil, nil, usagef("--rule %s is none of proportional, neyman, equal", *rule)
		}
		plan, err := a.Allocate(strata, *total)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		whole, by, err := sampling.Expect(strata, plan, *share, *confidence)
		if err != nil {
			return nil, nil, usagef("%v", err)
		}
		row := func(key string, size int, e sampling.Expected) []string {
			return []string{key, strconv.Itoa(size), strconv.Itoa(e.Asked), full(e.Answers), orEmpty(e.Margin), full(e.Effective)}
		}
		var out [][]string
		all := 0
		for _, s := range strata {
			all += s.Size
			out = append(out, row(s.Key, s.Size, by[s.Key]))
		}
		out = append(out, row("*", all, whole))
		return []string{"stratum", "size", "asked", "answers", "margin", "effective"}, out, nil
	}
}

// strata reads stratum,size and, where they are there, deviation and response.
func (t csvTable) strata() ([]sampling.Stratum, error) {
	at, err := t.columns("stratum", "size")
	if err != nil {
		return nil, err
	}
	if len(t.rows) == 0 {
		return nil, t.noRows()
	}
	out := make([]sampling.Stratum, len(t.rows))
	for i := range t.rows {
		s := &out[i]
		if s.Key, err = t.text(i, at[0], "stratum"); err != nil {
			return nil, err
		}
		if s.Size, err = t.whole(i, at[1], "size"); err != nil {
			return nil, err
		}
		for name, to := range map[string]*float64{"deviation": &s.Deviation, "response": &s.Response} {
			if col, ok := t.header[name]; ok {
				if *to, err = t.count(i, col, name); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}

// raking is what the flags of rake and survey-mean say of it.
type raking struct {
	file      string
	residuals string
	rule      sampling.RakeRule
}

func rakeFlags(fs *flag.FlagSet) *raking {
	r := &raking{}
	fs.StringVar(&r.file, "margins", "", "totals of the margins, a CSV `FILE` with margin,category,total; each margin is a column")
	fs.Float64Var(&r.rule.Lowest, "lowest", 0, "lowest weight as a multiple of the mean, a `NUMBER`; 0 is no bound")
	fs.Float64Var(&r.rule.Highest, "highest", 0, "highest weight as a multiple of the mean, a `NUMBER`; 0 is no bound")
	fs.IntVar(&r.rule.Rounds, "rounds", 500, "most rounds, a `NUMBER`")
	return r
}

// margins reads the file of margins and the columns that it names.
func (r *raking) margins(t csvTable) ([]sampling.Margin, error) {
	f, err := os.Open(r.file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := readTable(r.file, f)
	if err != nil {
		return nil, err
	}
	at, err := m.columns("margin", "category", "total")
	if err != nil {
		return nil, err
	}
	var out []sampling.Margin
	for i, row := range m.rows {
		name := strings.ToLower(strings.TrimSpace(row[at[0]]))
		k := slices.IndexFunc(out, func(o sampling.Margin) bool { return o.Name == name })
		if k < 0 {
			col, err := t.columns(name)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", m.name, m.lines[i], err)
			}
			next := sampling.Margin{Name: name, Totals: map[string]float64{}}
			for _, r := range t.rows {
				next.Of = append(next.Of, strings.TrimSpace(r[col[0]]))
			}
			k, out = len(out), append(out, next)
		}
		category := strings.TrimSpace(row[at[1]])
		if _, again := out[k].Totals[category]; again {
			return nil, fmt.Errorf("%s:%d: margin %q has a total of category %q already", m.name, m.lines[i], name, category)
		}
		if out[k].Totals[category], err = m.count(i, at[2], "total"); err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, m.noRows()
	}
	return out, nil
}

// rake fits a design and tells on standard error what cannot be met; not reaching margins is an error.
func (r *raking) rake(t csvTable, d sampling.Design) (sampling.Design, error) {
	margins, err := r.margins(t)
	if err != nil {
		return d, err
	}
	r.rule.Residuals = sampling.Residuals(r.residuals)
	d, told, err := d.Rake(margins, r.rule)
	if err != nil {
		return d, fmt.Errorf("%s: %w", t.name, err)
	}
	for _, u := range told.Unmet {
		t.warn("margin %s, category %s: %s firms wanted, %s reached. %s", u.Margin, u.Category, full(u.Want), full(u.Got), u.Why)
	}
	if !told.Converged {
		return d, fmt.Errorf("%s: the margins are not reached: after %d rounds one is off by %.2g of itself", t.name, told.Rounds, told.Gap)
	}
	return d, nil
}

func calcRake(fs *flag.FlagSet) calcRun {
	r := rakeFlags(fs)
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		if r.file == "" {
			return nil, nil, usagef("give the totals with --margins FILE")
		}
		at, err := t.columns("id", "weight")
		if err != nil {
			return nil, nil, err
		}
		s := sampling.Sampled{Weights: []float64{}}
		for i := range t.rows {
			w, err := t.number(i, at[1], "weight")
			if err != nil {
				return nil, nil, err
			}
			s.Weights = append(s.Weights, w)
		}
		d, err := sampling.NewDesign(s)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		if d, err = r.rake(t, d); err != nil {
			return nil, nil, err
		}
		var out [][]string
		for i, w := range d.Weights() {
			out = append(out, []string{t.rows[i][at[0]], full(w)})
		}
		return []string{"id", "weight"}, out, nil
	}
}

func calcAgreement(fs *flag.FlagSet) calcRun {
	r := stat.Resampling{}
	fs.IntVar(&r.Draws, "draws", 1000, "times that units are drawn anew for the interval, a `NUMBER`; 0 is no interval")
	fs.Uint64Var(&r.Seed, "seed", 1, "of the draws, a `NUMBER`")
	fs.Float64Var(&r.Confidence, "confidence", 0.95, "of the interval, a `SHARE`")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		if r.Draws < 0 || r.Draws > mostSimulations {
			return nil, nil, usagef("--draws %d is not between 0 and %d", r.Draws, mostSimulations)
		}
		ratings, coders, err := t.ratings()
		if err != nil {
			return nil, nil, err
		}
		head := []string{"measure", "value", "lo", "hi", "observed", "expected", "units", "ratings"}
		alpha, err := stat.KrippendorffAlpha(ratings, r)
		if err != nil {
			return nil, nil, usagef("%v", err)
		}
		out := [][]string{agreementRow("krippendorff_alpha", alpha)}
		if fleiss, err := stat.FleissKappa(ratings, r); err == nil { // it says no where ratings are missing
			out = append(out, agreementRow("fleiss_kappa", fleiss))
		}
		if coders == 2 {
			var a, b []int
			for _, u := range ratings {
				a, b = append(a, u[0]), append(b, u[1])
			}
			cohen, err := stat.CohenKappa(a, b, r)
			if err != nil {
				return nil, nil, err
			}
			out = append(out, agreementRow("cohen_kappa", cohen))
		}
		return head, out, nil
	}
}

func agreementRow(name string, a stat.Agreement) []string {
	row := []string{name, "", "", "", "", "", strconv.Itoa(a.Units), strconv.Itoa(a.Ratings)}
	if a.Defined {
		row[1], row[2], row[3], row[4], row[5] = full(a.Value), orEmpty(a.Lo), orEmpty(a.Hi), full(a.Observed), full(a.Expected)
	}
	return row
}

// ratings reads unit,coder,category as a row a unit and a column a coder, in the order in which they come.
func (t csvTable) ratings() (out [][]int, coders int, err error) {
	at, err := t.columns("unit", "coder", "category")
	if err != nil {
		return nil, 0, err
	}
	units, people, categories := map[string]int{}, map[string]int{}, map[string]int{}
	number := func(of map[string]int, key string) int {
		if _, ok := of[key]; !ok {
			of[key] = len(of)
		}
		return of[key]
	}
	cells := map[[2]int]int{}
	for i := range t.rows {
		var names [3]string
		for k, name := range []string{"unit", "coder", "category"} {
			if names[k], err = t.text(i, at[k], name); err != nil {
				return nil, 0, err
			}
		}
		cell := [2]int{number(units, names[0]), number(people, names[1])}
		if _, again := cells[cell]; again {
			return nil, 0, fmt.Errorf("%s:%d: coder %q has rated unit %q already", t.name, t.lines[i], names[1], names[0])
		}
		cells[cell] = number(categories, names[2])
	}
	out = make([][]int, len(units))
	for u := range out {
		out[u] = slices.Repeat([]int{stat.Missing}, len(people))
	}
	for cell, category := range cells {
		out[cell[0]][cell[1]] = category
	}
	return out, len(people), nil
}
