package portfolio

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"milieu/internal/cash"
)

// FieldError is a setting of an ask that cannot be read.
type FieldError struct {
	Field   string // the setting's name in the address
	Message string // what is wrong and how to write it
}

// Error is the message.
func (e FieldError) Error() string { return e.Message }

// mostBudget is the largest amount in pounds; a plan is exact below it.
const mostBudget = 1e12

// The years that an address may name.
const (
	firstYear = 1990
	lastYear  = 2100
)

// ReadAsk reads an ask from the query of an address. A setting that is not there is taken
// from def; regions, stages and cap that are there and empty stand for all regions, all
// stages and no caps. The error is a FieldError.
func ReadAsk(q url.Values, def Ask) (Ask, error) {
	for name, forget := range map[string]func(){"regions": func() { def.Regions = nil }, "stages": func() { def.Stages = nil }, "cap": func() { def.Caps = nil }} {
		if q.Has(name) {
			forget()
		}
	}
	return ParseAsk(func(name string) string {
		switch {
		case slices.Contains(manyNames, name):
			return strings.Join(filled(q[name]), ";")
		case name == "regions" || name == "stages":
			return strings.Join(filled(q[name]), ",")
		}
		for _, v := range filled(q[name]) {
			return v
		}
		return ""
	}, def)
}

func filled(values []string) []string {
	var out []string
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// ParseAsk reads an ask from the settings of a reference; a setting that is empty is taken
// from def. The budget is in pounds, with pence where it has some; shares are numbers between 0 and 1 or
// percentages such as 50%. Lists of regions and stages have commas, other lists
// semicolons, as Settings writes them. The error is a FieldError.
func ParseAsk(get func(string) string, def Ask) (Ask, error) {
	a := def
	if s := get("budget"); clean(s) != "" {
		v, err := ParsePounds(s)
		if err != nil {
			return a, FieldError{"budget", fmt.Sprintf("The budget %q is not an amount in pounds: write it as 100,000,000.", s)}
		}
		a.BudgetP = int64(v)
	}
	if s := get("existing"); strings.TrimSpace(s) != "" {
		v, err := parseShare(s)
		if err != nil {
			return a, FieldError{"existing", fmt.Sprintf("The share for existing businesses %q is not a share: write 50%% or 0.5.", s)}
		}
		a.MinExisting = v
	}
	if s := split(get("regions"), ","); len(s) > 0 {
		a.Regions = s
	}
	if s := split(get("stages"), ","); len(s) > 0 {
		a.Stages = s
	}
	for _, read := range []func(*Ask, func(string) string) error{readWorth, readCaps, readPlaces, readSets, readStarts, readDraws, readAssume} {
		if err := read(&a, get); err != nil {
			return a, err
		}
	}
	return a, nil
}

func readWorth(a *Ask, get func(string) string) error {
	if s := get("lens"); s != "" {
		l, err := ParseLens(s)
		if err != nil {
			return FieldError{"lens", fmt.Sprintf("The lens %q is neither growth nor demand.", s)}
		}
		a.Lens = l
	}
	s := get("worth")
	if s == "" {
		return nil
	}
	a.Worth = s
	if l, err := ParseLens(s); err == nil {
		a.Lens, a.Worth = l, ""
		return nil
	}
	if s == WorthJobs || s == WorthNPSV {
		return nil
	}
	if w, who, ok := a.Workshop(); ok && w != "" && who != "" {
		return nil
	}
	return FieldError{"worth", fmt.Sprintf("A plan cannot be worth %q: write growth, demand, jobs, npsv or w:WORKSHOP:STAKEHOLDER.", s)}
}

func readCaps(a *Ask, get func(string) string) error {
	values := split(get("cap"), ";")
	if len(values) == 0 {
		return nil
	}
	a.Caps = nil
	for _, v := range values {
		c, err := parseCap(v)
		if err != nil {
			return err
		}
		for _, o := range a.Caps {
			if o.Year == c.Year && o.Funder == c.Funder {
				return FieldError{"cap", fmt.Sprintf("Two caps are for the same year and funder: %q and %q. Give one.", o.setting(), v)}
			}
		}
		a.Caps = append(a.Caps, c)
	}
	SortCaps(a.Caps)
	return nil
}

// SortCaps puts caps in the order of year, then funder.
func SortCaps(caps []Cap) {
	sort.Slice(caps, func(i, j int) bool {
		x, y := caps[i], caps[j]
		if x.Year != y.Year {
			return x.Year < y.Year
		}
		return x.Funder < y.Funder
	})
}

func parseCap(v string) (Cap, error) {
	bad := func(why string) error {
		return FieldError{"cap", fmt.Sprintf("The cap %q %s: give a year such as 2027 or none, a funder or none, and an amount in pounds such as 5,000,000 (in an address YEAR:FUNDER:POUNDS).", v, why)}
	}
	year, rest, ok := strings.Cut(v, ":")
	last := strings.LastIndex(rest, ":")
	if !ok || last < 0 {
		return Cap{}, bad("does not have three parts")
	}
	c := Cap{Funder: strings.TrimSpace(rest[:last])}
	bad = func(why string) error {
		return FieldError{"cap", fmt.Sprintf("The cap with the year “%s”, the funder “%s” and the amount “%s” %s: give a year such as 2027 or none, a funder or none, and an amount in pounds such as 5,000,000 (in an address YEAR:FUNDER:POUNDS).", strings.TrimSpace(year), c.Funder, strings.TrimSpace(rest[last+1:]), why)}
	}
	if year = strings.TrimSpace(year); year != "" {
		var err error
		if c.Year, err = parseYear(year); err != nil {
			return c, bad(err.Error())
		}
	}
	p, err := ParsePounds(rest[last+1:])
	if err != nil {
		return c, bad("has no amount in pounds")
	}
	c.AmountP = int64(p)
	return c, nil
}

func readPlaces(a *Ask, get func(string) string) error {
	values := split(get("place"), ";")
	if len(values) == 0 {
		return nil
	}
	a.Places = nil
	total := 0.0
	for _, v := range values {
		at := strings.LastIndex(v, ":")
		if at <= 0 {
			return FieldError{"place", fmt.Sprintf("The least share of a place %q has no share: write PLACE:SHARE, such as Sheffield:40%%.", v)}
		}
		p := PlaceShare{Place: strings.TrimSpace(v[:at])}
		var err error
		if p.Share, err = parseShare(v[at+1:]); err != nil || p.Place == "" {
			return FieldError{"place", fmt.Sprintf("The least share of a place %q is not a share: write PLACE:SHARE, such as Sheffield:40%%.", v)}
		}
		if slices.ContainsFunc(a.Places, func(o PlaceShare) bool { return o.Place == p.Place }) {
			return FieldError{"place", fmt.Sprintf("The place %q has two shares: give one.", p.Place)}
		}
		total += p.Share
		a.Places = append(a.Places, p)
	}
	if total > 1+1e-9 {
		return FieldError{"place", fmt.Sprintf("The shares of places come to %s %%: they may come to 100 %% together.", number(math.Round(1000*total)/10))}
	}
	sort.Slice(a.Places, func(i, j int) bool { return a.Places[i].Place < a.Places[j].Place })
	return nil
}

func readSets(a *Ask, get func(string) string) error {
	for name, to := range map[string]*[]string{"include": &a.Take, "leave": &a.Leave} {
		if v := split(get(name), ";"); len(v) > 0 {
			sort.Strings(v)
			*to = slices.Compact(v)
		}
	}
	return nil
}

func readStarts(a *Ask, get func(string) string) error {
	values := split(get("start"), ";")
	if len(values) == 0 {
		return nil
	}
	a.Starts = nil
	for _, v := range values {
		at := strings.LastIndex(v, ":")
		if at <= 0 {
			return FieldError{"start", fmt.Sprintf("The beginning %q has no year: write ID:YEAR.", v)}
		}
		year, err := parseYear(v[at+1:])
		if err != nil {
			return FieldError{"start", fmt.Sprintf("The beginning %q %v: write ID:YEAR.", v, err)}
		}
		s := Start{ID: strings.TrimSpace(v[:at]), Year: year}
		if _, twice := a.StartOf(s.ID); twice {
			return FieldError{"start", fmt.Sprintf("%s has two beginnings: give one.", s.ID)}
		}
		a.Starts = append(a.Starts, s)
	}
	sort.Slice(a.Starts, func(i, j int) bool { return a.Starts[i].ID < a.Starts[j].ID })
	return nil
}

func readDraws(a *Ask, get func(string) string) error {
	if s := clean(get("now")); s != "" {
		year, err := parseYear(s)
		if err != nil {
			return FieldError{"now", fmt.Sprintf("The year %q in which the plan is made is not a year: write four digits.", s)}
		}
		a.Now = year
	}
	if s := clean(get("draws")); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < fewestDraws || n > MostDraws {
			return FieldError{"draws", fmt.Sprintf("The number of draws %q is not a whole number from %d to %d.", s, fewestDraws, MostDraws)}
		}
		a.Draws = n
	}
	if s := strings.TrimSpace(get("seed")); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return FieldError{"seed", fmt.Sprintf("The seed %q is not a whole number from 0 on.", s)}
		}
		a.Seed = n
	}
	return nil
}

func readAssume(a *Ask, get func(string) string) error {
	values := split(get("assume"), ";")
	if len(values) == 0 {
		return nil
	}
	a.Assume = nil
	for _, v := range values {
		name, value, ok := strings.Cut(v, ":")
		s := Assume{strings.TrimSpace(name), strings.TrimSpace(value)}
		if !ok || s.Parameter == "" || s.Value == "" {
			return FieldError{"assume", fmt.Sprintf("The assumption %q is not one: write PARAMETER:VALUE.", v)}
		}
		if slices.ContainsFunc(a.Assume, func(o Assume) bool { return o.Parameter == s.Parameter }) {
			return FieldError{"assume", fmt.Sprintf("The parameter %s is assumed twice: give one value.", s.Parameter)}
		}
		a.Assume = append(a.Assume, s)
	}
	sort.Slice(a.Assume, func(i, j int) bool { return a.Assume[i].Parameter < a.Assume[j].Parameter })
	return nil
}

func split(s, by string) []string { return filled(strings.Split(s, by)) }

// listed parts a list with semicolons.
func listed(s string) []string { return split(s, ";") }

// clean takes away what people write around numbers.
func clean(s string) string {
	return strings.NewReplacer(",", "", "£", "", " ", "", "\u00a0", "").Replace(s)
}

// ParsePounds reads an amount in pounds as people write it, £1,250,000 or 99.50, of at most
// a million million.
func ParsePounds(s string) (cash.Pence, error) {
	v, err := strconv.ParseFloat(clean(s), 64)
	if err != nil {
		return 0, err
	}
	if !(v >= 0 && v <= mostBudget) { // not a number fails both
		return 0, fmt.Errorf("%g is not an amount", v)
	}
	return cash.FromPounds(v), nil
}

func parseYear(s string) (int, error) {
	v, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || v < firstYear || v > lastYear {
		return 0, fmt.Errorf("has no year from %d to %d", firstYear, lastYear)
	}
	return v, nil
}

// parseShare reads 0.5 or 50%.
func parseShare(s string) (float64, error) {
	text, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return 0, err
	}
	if percent {
		v /= 100
	}
	if !(v >= 0 && v <= 1) {
		return 0, fmt.Errorf("%g is not between 0 and 1", v)
	}
	return round6(v), nil
}

// Values lists the different values of a property of the interventions, sorted;
// empty ones are left out.
func Values(all []Intervention, of func(Intervention) string) []string {
	seen := map[string]bool{}
	var out []string
	for _, i := range all {
		if v := of(i); v != "" && !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	sort.Strings(out)
	return out
}
