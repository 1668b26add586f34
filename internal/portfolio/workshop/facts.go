package workshop

import (
	"fmt"
	"slices"

	"milieu/internal/chance"
	"milieu/internal/evidence"
	"milieu/internal/mcda"
	"milieu/internal/portfolio"
)

// Source is evidence that can fill a criterion.
type Source struct {
	Key, Name, Means, Unit string
	Less                   bool   // less is better
	Theme                  string // criteria of one theme count the same thing
	Fixed                  bool   // anchors that everybody would choose: 0 and 100 %
	Caution                string
}

// Sources are what evidence there is to fill criteria from.
var Sources = []Source{
	{Key: "growth", Name: "Chance that it grows jobs", Means: "Share of sound studies of programmes of its type that found that jobs grew.", Unit: "%", Fixed: true, Theme: "jobs",
		Caution: "a chance that there is an effect, not its size"},
	{Key: "demand", Name: "What firms use or ask for", Means: "Share of firms that use or ask for something of the kind.", Unit: "%", Fixed: true, Theme: "demand",
		Caution: "what firms want now need not be what grows the cluster"},
	{Key: "cost", Name: "Cost", Means: "Total cost as it is stated.", Unit: "£m", Less: true, Theme: "cost", Caution: "as stated: before optimism bias, in prices of different years"},
	{Key: "jobs", Name: "Jobs stated", Means: "Jobs that its proposers expect.", Unit: "jobs", Theme: "jobs", Caution: "as its proposers state them, mostly gross: before deadweight, leakage and displacement"},
}

// SourceOf finds a source by key.
func SourceOf(key string) (Source, bool) {
	k := slices.IndexFunc(Sources, func(s Source) bool { return s.Key == key })
	if k < 0 {
		return Source{}, false
	}
	return Sources[k], true
}

// Fact is what evidence says of an option; Lo and Hi are Value where no range is known.
type Fact struct {
	Value, Lo, Hi float64
	Basis, Ref    string
}

// Facts is what evidence says, by source and intervention. What is not known is not there.
type Facts map[string]map[string]Fact

// FactsOf reads the evidence of a release. Intervals are those of the scores; costs and jobs have the range that their
// source states, if any.
func FactsOf(all []portfolio.Intervention, r portfolio.Register) Facts {
	f := Facts{}
	for _, s := range Sources {
		f[s.Key] = map[string]Fact{}
	}
	for _, i := range all {
		if s := i.Growth; s.Known {
			f["growth"][i.ID] = Fact{100 * s.Value, 100 * s.Lo, 100 * s.Hi, s.Basis, s.Ref}
		}
		if s := i.Demand; s.Known {
			f["demand"][i.ID] = Fact{100 * s.Value, 100 * s.Lo, 100 * s.Hi, s.Basis, s.Ref}
		}
		if i.CostP.Valid {
			v := float64(i.CostP.Int64) / 1e8
			f["cost"][i.ID] = Fact{v, v, v, "total cost as stated", i.Cost().Ref}
		}
	}
	for _, o := range r.Outcomes {
		if o.Outcome != "jobs" || !o.Quantity.Valid {
			continue
		}
		was, twice := f["jobs"][o.Intervention]
		x := Fact{o.Quantity.Float64, o.Quantity.Float64, o.Quantity.Float64, "jobs as its proposers state them (" + o.Additional + ")", evidence.MakeRef("intervention", []string{o.Intervention, "outcomes"})}
		if o.Low.Valid && o.High.Valid && o.Low.Float64 <= x.Value && x.Value <= o.High.Float64 {
			x.Lo, x.Hi = o.Low.Float64, o.High.Float64
		}
		// Of several figures the largest stands: they are mostly the same jobs at different dates, so they are not added.
		if !twice || x.Value > was.Value {
			if twice {
				x.Basis += "; the largest of several figures"
			}
			f["jobs"][o.Intervention] = x
		}
	}
	return f
}

// Anchors suggests anchors for a criterion that a source fills: 0 and 100 % for shares, else from 0 to a round number that
// holds what the options have.
func (f Facts) Anchors(source string, options []Option) (worst, best float64) {
	s, _ := SourceOf(source)
	top := 100.0
	if !s.Fixed {
		most := 0.0
		for _, o := range options {
			if x, ok := f[source][o.ID]; ok {
				most = max(most, x.Hi)
			}
		}
		top = 1
		for step := 0; top < most; step++ {
			top *= []float64{2, 2.5, 2}[step%3]
		}
	}
	if s.Less {
		return top, 0
	}
	return 0, top
}

// Fit gives criteria whose anchors are still those suggested for other lists of options the anchors that suit these. What
// people chose stays.
func (f Facts) Fit(criteria []Criterion, options []Option, before ...[]Option) []Criterion {
	out := slices.Clone(criteria)
	for k, c := range out {
		if !slices.ContainsFunc(options, func(o Option) bool { _, known := f[c.Source][o.ID]; return known }) {
			continue // nothing to suit them to
		}
		for _, old := range before {
			if worst, best := f.Anchors(c.Source, old); c.Source != "" && c.Half == nil && c.Worst == worst && c.Best == best {
				out[k].Worst, out[k].Best = f.Anchors(c.Source, options)
			}
		}
	}
	return out
}

// Cell is what is known of an option in a criterion.
type Cell struct {
	Known         bool
	Value, Lo, Hi float64
	ByHand        bool
	Basis, Ref    string // why it has the value: the evidence, or the reason that was given
	By            string // who scored by hand
	Outside       bool   // beyond an anchor
}

// Cell finds what is known: evidence where the criterion has a source that knows the option, else what people gave it.
func (s Setup) Cell(f Facts, o Option, c Criterion) Cell {
	var out Cell
	if x, ok := f[c.Source][o.ID]; ok && c.Source != "" {
		out = Cell{Known: true, Value: x.Value, Lo: x.Lo, Hi: x.Hi, Basis: x.Basis, Ref: x.Ref}
	} else if x, ok := s.Score(o.ID, c.Key); ok {
		out = Cell{Known: true, Value: x.Value, Lo: x.Lo, Hi: x.Hi, ByHand: true, Basis: x.Reason, By: x.By}
	}
	if fn, err := c.Function(); err == nil && out.Known {
		out.Outside = fn.Outside(out.Value)
	}
	return out
}

// dist is the distribution that a cell is drawn from. What is not known may be anything between the anchors.
func (x Cell) dist(c Criterion) chance.Dist {
	switch {
	case !x.Known:
		return chance.Dist{Kind: chance.Uniform, A: min(c.Worst, c.Best), B: max(c.Worst, c.Best)}
	case x.Lo < x.Hi:
		return chance.Dist{Kind: chance.Triangular, A: x.Lo, B: min(max(x.Value, x.Lo), x.Hi), C: x.Hi}
	}
	return chance.Dist{Kind: chance.Fixed, A: x.Value}
}

// Problem is the setup with what evidence and people say of its options.
func (s Setup) Problem(f Facts) (mcda.Problem, [][]Cell, error) {
	p := mcda.Problem{Functions: make([]mcda.Function, len(s.Criteria))}
	for j, c := range s.Criteria {
		fn, err := c.Function()
		if err != nil {
			return p, nil, fmt.Errorf("criterion %q: %w", c.Name, err)
		}
		p.Functions[j] = fn
	}
	cells := make([][]Cell, len(s.Options))
	for i, o := range s.Options {
		cells[i] = make([]Cell, len(s.Criteria))
		row := make([]chance.Dist, len(s.Criteria))
		for j, c := range s.Criteria {
			cells[i][j] = s.Cell(f, o, c)
			row[j] = cells[i][j].dist(c)
		}
		p.Cells = append(p.Cells, row)
	}
	return p, cells, nil
}

// set is what a stakeholder says of weights. Where they gave no points to a criterion, which came later than they
// weighed, it may be worth anything up to their most wanted step. Where the criteria that had their points are gone, those that are left
// have none: points of 0 beside a step that nobody asks for any more say nothing of each other.
func (w Weights) set(s Setup) (set mcda.WeightSet, missing []Criterion) {
	most := 0.0
	for _, c := range s.Criteria {
		most = max(most, w.Swings.Points[c.Key])
	}
	for _, c := range s.Criteria {
		p, given := w.Swings.Points[c.Key]
		given = given && most > 0
		lo, hi := p*(1-w.Swings.Doubt), min(p*(1+w.Swings.Doubt), 100)
		if !given {
			missing = append(missing, c)
			lo, hi = 0, max(most, 1)
		}
		set.Lo, set.Hi = append(set.Lo, lo), append(set.Hi, hi)
	}
	return set, missing
}

// Shares are the weights as shares of 1, with points that were not given as 0; nil where there are none.
func (w Weights) Shares(s Setup) []float64 {
	points := make([]float64, len(s.Criteria))
	for j, c := range s.Criteria {
		points[j] = w.Swings.Points[c.Key]
	}
	shares, err := mcda.SwingWeights(points)
	if err != nil {
		return nil
	}
	return shares
}
