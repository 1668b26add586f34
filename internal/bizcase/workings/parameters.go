package workings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/report"
)

// parameterCell is a parameter that formulas call.
type parameterCell struct {
	parameter.Parameter
	used map[string]bool // by purpose
	list []string        // purposes in order
}

// want has a parameter stand among the parameters, with what it is used for.
func (b *builder) want(id, purpose string) (parameter.Parameter, error) {
	k := slices.IndexFunc(b.wanted, func(p parameterCell) bool { return p.ID == id })
	if k < 0 {
		p, ok := b.r.Params.Get(id)
		if !ok || p.Value == nil {
			return p, fmt.Errorf("workings: the parameter %s has no value", id)
		}
		b.wanted = append(b.wanted, parameterCell{Parameter: p, used: map[string]bool{}})
		k = len(b.wanted) - 1
	}
	if w := &b.wanted[k]; !w.used[purpose] {
		w.used[purpose] = true
		w.list = append(w.list, purpose)
	}
	return b.wanted[k].Parameter, nil
}

// value is what formulas call the value of a parameter.
func (b *builder) value(id, purpose string) (string, error) {
	p, err := b.want(id, purpose)
	if err != nil {
		return "", err
	}
	if b.repriced(p) {
		b.wantPrices(p.PriceYear)
		return b.name("r_", id), nil
	}
	return b.name("p_", id), nil
}

// repriced says that a parameter is money of another year than the base year. A value given by hand is in prices of the base year.
func (b *builder) repriced(p parameter.Parameter) bool {
	return p.PriceYear != 0 && p.PriceYear != b.r.BaseYear && p.Changed == ""
}

// low is what formulas call the low end of a parameter.
func (b *builder) low(id, purpose string) (string, error) {
	_, err := b.want(id, purpose)
	return b.name("low_", id), err
}

// input is a model's value: the name of its parameter, or the number where it has none.
func (b *builder) input(in appraisal.Input, purpose string) (string, error) {
	if in.Parameter == "" {
		return strconv.FormatFloat(in.Value, 'f', -1, 64), nil
	}
	return b.value(in.Parameter, purpose)
}

// wantPrices has the factor of a year's prices stand among the parameters, and returns what formulas call it.
func (b *builder) wantPrices(year int) string {
	if !slices.Contains(b.prices, year) {
		b.prices = append(b.prices, year)
	}
	return b.name("prices_", strconv.Itoa(year))
}

// parameters is the sheet of all that may be changed beside costs and quantities.
func (b *builder) parameters() (report.Sheet, error) {
	g := newGrid(ParametersName, "Parameters of the appraisal",
		"Values on a yellow ground may be changed: the workings follow. Low and high are the ranges of the draws; of optimism bias low is the lower bound.")
	g.header("Parameter", "Value", "Low", "High", "In prices of the base year", "Unit", "Prices of", "Assumed or published", "Used for", "Reference")
	g.Head = len(g.Rows)
	g.Widths = []float64{58, 14, 12, 12, 16, 22, 10, 20, 50, 44}
	g.add(words("Base year: year 0 of discounting, and year of the prices"), number(float64(b.r.BaseYear), report.Plain).Called("base_year"), words(""), words(""), words(""), words("financial year that begins in"), words(""), words("not to be changed here: prices and years hang on it"))
	for _, p := range b.wanted {
		b.parameterRow(g, p)
	}
	if err := b.pricesRows(g); err != nil {
		return g.Sheet, err
	}
	b.chances(g)
	return g.Sheet, nil
}

func (b *builder) parameterRow(g *grid, p parameterCell) {
	low, value, high, _ := p.Range()
	kind := "published"
	switch {
	case p.Changed != "":
		kind = "changed for this document"
	case p.Assumed:
		kind = "assumed"
	}
	row := []report.Cell{wrapped(p.Name), number(value, report.General).In(report.Input).Called(b.name("p_", p.ID)), {}, {}, {}, words(p.Unit), {}, words(kind), wrapped(strings.Join(p.list, "; ")), reference(parameter.Ref(p.ID))}
	if _, called := b.names["low_"+p.ID]; called {
		row[2] = number(low, report.General).In(report.Input).Called(b.name("low_", p.ID))
	} else if low != value || high != value {
		row[2], row[3] = number(low, report.General), number(high, report.General)
	}
	if p.PriceYear != 0 {
		row[6] = number(float64(p.PriceYear), report.Plain)
	}
	if b.repriced(p.Parameter) {
		factor, _ := b.r.PriceFactor(p.PriceYear)
		row[4] = formula(b.name("p_", p.ID)+"*"+b.wantPrices(p.PriceYear), value*factor, report.Pence).Called(b.name("r_", p.ID))
	}
	g.add(row...)
}

// pricesRows are the factors that turn pounds of a year into those of the base year.
func (b *builder) pricesRows(g *grid) error {
	years := slices.Clone(b.prices)
	slices.Sort(years)
	_, deflator := b.r.Params.Deflator()
	for _, y := range years {
		f, err := b.r.PriceFactor(y)
		if err != nil {
			return fmt.Errorf("workings: prices of %d: %w", y, err)
		}
		g.add(words(fmt.Sprintf("A pound of %d in pounds of %d", y, b.r.BaseYear)), number(f, report.Factor).In(report.Input).Called(b.wantPrices(y)), words(""), words(""), words(""), words("factor"), words(""), words("published, and assumed growth beyond the index"), words("prices of the base year"), reference(parameter.Ref(deflator.ID)))
	}
	return nil
}

// chances are the chances that interventions work, from studies of their types.
func (b *builder) chances(g *grid) {
	for k, w := range b.items {
		if c := w.Chance; c.Known {
			g.add(wrapped("Chance that it works: "+w.Intervention.Name), number(c.Mean, report.Factor).In(report.Input).Called(b.chance(k)), number(c.Low, report.Factor), number(c.High, report.Factor), words(""), words("share"), words(""), words("from studies"), wrapped(c.Why), reference(evidence.MakeRef("intervention", []string{b.ids[k]})))
		}
	}
}

func (b *builder) chance(k int) string { return b.name("chance_", b.ids[k]) }
