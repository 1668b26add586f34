package parameter

import (
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/cash"
)

// DefaultSchedule is the parameter that names the discount schedule in use.
const DefaultSchedule = "discount/default"

// cash is a schedule's bands as the kernel takes them.
func (p Parameter) cash() cash.Schedule {
	s := cash.Schedule{Name: strings.TrimPrefix(p.ID, "discount/"), Bands: make([]cash.Band, len(p.Bands))}
	for i, b := range p.Bands {
		s.Bands[i] = cash.Band{From: int(b.From), Rate: cash.BasisPoints(b.BP).Share()}
	}
	return s
}

// Schedules are the names of the discount schedules.
func (s Set) Schedules() []string {
	var out []string
	for _, p := range s.all {
		if p.Kind == Schedule && p.None == "" {
			out = append(out, strings.TrimPrefix(p.ID, "discount/"))
		}
	}
	return out
}

// Schedule finds a discount schedule by name, or makes one of a rate for all years, written 0.035 or 3.5%. Without a name it is the
// default. For a rate the parameter holds only the rate, as an assumption.
func (s Set) Schedule(name string) (cash.Schedule, Parameter, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		p, ok := s.Get(DefaultSchedule)
		if !ok || p.Text == "" {
			return cash.Schedule{}, Parameter{}, fmt.Errorf("parameter %s does not name a schedule; name one of %s", DefaultSchedule, strings.Join(s.Schedules(), ", "))
		}
		name = p.Text
	}
	if p, ok := s.Get("discount/" + name); ok && p.Kind == Schedule && p.None == "" {
		return p.cash(), p, nil
	}
	rate, err := Share(name)
	if err != nil || rate >= 1 {
		return cash.Schedule{}, Parameter{}, fmt.Errorf("%q is neither a schedule (%s) nor a rate such as 0.035 or 3.5%%", name, strings.Join(s.Schedules(), ", "))
	}
	flat := cash.Flat(rate)
	return flat, Parameter{ID: "discount/" + flat.Name, Name: "One rate for all years", Kind: Schedule, Value: &rate, Unit: "share a year", Assumed: true, Note: "given by hand"}, nil
}

// Share reads a share or rate that is not below 0, written 0.035 or 3.5%.
func Share(text string) (float64, error) {
	t := strings.TrimSpace(text)
	number, percent := strings.CutSuffix(t, "%")
	if percent {
		number = strings.TrimSpace(number)
	}
	v, err := plain(number)
	if err != nil || v < 0 {
		return 0, fmt.Errorf("%q is not a share; write it as 0.25 or 25%%", text)
	}
	if percent {
		v = hundredth(number, v)
	}
	return v + 0, nil // not -0
}

// plain reads a decimal number; hexadecimal figures, infinity and the like are none.
func plain(s string) (float64, error) {
	if strings.Trim(s, "0123456789.eE+-") != "" || s == "" {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return strconv.ParseFloat(s, 64)
}

// hundredth divides by 100 in decimal, so that 3.5% is the same number as 0.035.
func hundredth(text string, v float64) float64 {
	if strings.ContainsAny(text, "eE") {
		return v / 100
	}
	w, err := strconv.ParseFloat(text+"e-2", 64)
	if err != nil {
		return v / 100
	}
	return w
}

// PriceGrowth is the parameter of how prices grow outside the years of the price index.
const PriceGrowth = "price/inflation"

// Deflator is the price index, with the assumed growth of prices outside its years.
func (s Set) Deflator() (cash.Index, Parameter) {
	p, _ := s.Get("price/gdp-deflator")
	x := cash.Index{Name: p.Name, Levels: make([]cash.Level, len(p.Levels))}
	for i, l := range p.Levels {
		x.Levels[i] = cash.Level{Year: l.Year, Level: l.Level}
	}
	x.Growth, _ = s.Number(PriceGrowth)
	return x, p
}

// Bias is the optimism bias of a type of asset; what is capital (of cost) or duration. An asset of no known
// type has the bias of non-standard civil engineering, the highest of building work, and ok is false.
func (s Set) Bias(asset, what string) (b cash.Bias, p Parameter, ok bool) {
	if asset == "none" {
		return cash.Bias{}, Parameter{}, true
	}
	p, ok = s.Get("bias/" + asset + "/" + what)
	if !ok {
		p, _ = s.Get("bias/non-standard-civil/" + what)
	}
	low, upper, _, has := p.Range()
	if !has {
		return cash.Bias{}, p, false
	}
	return cash.Bias{Upper: upper, Lower: low}, p, ok
}

// Mitigation is the share of what contributes to optimism bias that is taken as managed.
func (s Set) Mitigation() Parameter {
	p, _ := s.Get("bias/mitigation")
	return p
}

// Levels are the parameters that make a gross effect net.
type Levels struct {
	Deadweight, Leakage, Displacement, Substitution, Multiplier Parameter
}

// Cash is their central values.
func (l Levels) Cash() cash.Additionality {
	v := func(p Parameter) float64 { _, v, _, _ := p.Range(); return v }
	return cash.Additionality{Deadweight: v(l.Deadweight), Leakage: v(l.Leakage), Displacement: v(l.Displacement), Substitution: v(l.Substitution), Multiplier: v(l.Multiplier)}
}

// All are the five in the order of the formula.
func (l Levels) All() []Parameter {
	return []Parameter{l.Deadweight, l.Leakage, l.Displacement, l.Substitution, l.Multiplier}
}

// Spatial levels at which additionality is reckoned.
const (
	Local    = "local"
	Regional = "regional"
	National = "national"
)

// Additionality is what is assumed of a category of intervention at a spatial level. A parameter is
// looked for as default/CATEGORY/FACTOR-LEVEL, default/any/FACTOR-LEVEL, default/CATEGORY/FACTOR and
// default/any/FACTOR; the first that is there counts.
func (s Set) Additionality(category, level string) (Levels, error) {
	if level != Local && level != Regional && level != National {
		return Levels{}, fmt.Errorf("spatial level %q is none of %s, %s and %s", level, Local, Regional, National)
	}
	slug := Slug(category)
	find := func(factor string) (Parameter, error) {
		for _, id := range []string{"default/" + slug + "/" + factor + "-" + level, "default/any/" + factor + "-" + level, "default/" + slug + "/" + factor, "default/any/" + factor} {
			if p, ok := s.Get(id); ok && p.Value != nil {
				return p, nil
			}
		}
		return Parameter{}, fmt.Errorf("no parameter says what %s to assume for %q; add default/any/%s", factor, category, factor)
	}
	var l Levels
	for _, f := range []struct {
		name string
		to   *Parameter
	}{{"deadweight", &l.Deadweight}, {"leakage", &l.Leakage}, {"displacement", &l.Displacement}, {"substitution", &l.Substitution}, {"multiplier", &l.Multiplier}} {
		p, err := find(f.name)
		if err != nil {
			return l, err
		}
		*f.to = p
	}
	return l, l.Cash().Check()
}

// Persistence is how effects of a category are assumed to come and go, with the four parameters: delay, ramp-up,
// full, decay. A category without its own has those of persistence/any.
func (s Set) Persistence(category string) (cash.Persistence, []Parameter) {
	slug := Slug(category)
	ps := make([]Parameter, 0, 4)
	for _, name := range []string{"delay", "ramp-up", "full", "decay"} {
		p, ok := s.Get("persistence/" + slug + "/" + name)
		if !ok {
			p, _ = s.Get("persistence/any/" + name)
		}
		ps = append(ps, p)
	}
	v := func(i int) float64 { _, v, _, _ := ps[i].Range(); return v }
	return cash.Persistence{Delay: int(cash.Round(v(0))), RampUp: int(cash.Round(v(1))), Full: int(cash.Round(v(2))), Decay: v(3)}, ps
}

// Worth is what a unit of an outcome is worth from a perspective, national or local. Where the parameter has no
// value its None says why: the outcome is not summed in money.
func (s Set) Worth(outcome, perspective string) (Parameter, bool) {
	return s.Get("worth/" + Slug(outcome) + "/" + perspective)
}

// Ratings are the parameters by which a department names benefit-cost ratios: rating/DEPARTMENT and
// rating/DEPARTMENT-VERSION. Without a department they are all.
func (s Set) Ratings(department string) []Parameter {
	var out []Parameter
	for _, p := range s.all {
		rest, ok := strings.CutPrefix(p.ID, "rating/")
		if ok && (department == "" || rest == department || strings.HasPrefix(rest, department+"-")) {
			out = append(out, p)
		}
	}
	return out
}

// Rate names a benefit-cost ratio; "" where the parameter names none.
func (p Parameter) Rate(bcr float64) string {
	name := ""
	for _, b := range p.Bands {
		if bcr >= b.From && p.Kind == Rating {
			name = b.Name
		}
	}
	return name
}
