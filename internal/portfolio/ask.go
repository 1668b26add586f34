package portfolio

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/evidence"
)

// Ask is the question that a plan answers, with all settings of an address that pages of
// a plan, an appraisal and a sequence share.
type Ask struct {
	BudgetP     int64    // for all years and funders together
	Lens        Lens     // what the plan is worth where Worth is empty
	MinExisting float64  // least share of the money that serves existing businesses
	Regions     []string // empty: all
	Stages      []string // empty: all

	Worth  string       // empty: Lens; else jobs, npsv or w:WORKSHOP:STAKEHOLDER
	Caps   []Cap        // in the order of year, then funder
	Places []PlaceShare // in the order of the place
	Take   []string     // ids that the plan must hold, sorted; in an address include, for take is how charts are taken away
	Leave  []string     // ids that it must not hold, sorted
	Starts []Start      // moved beginnings, in the order of the id
	Now    int          // financial year in which the plan is made; 0: nothing is over
	Draws  int          // 0: DefaultDraws
	Seed   uint64
	Assume []Assume // changed parameters of the appraisal, in the order of the parameter
}

// DefaultAsk is the question of a workspace.
func DefaultAsk(p evidence.Plan) Ask {
	a := Ask{BudgetP: int64(cash.FromPounds(p.BudgetGBP)), Lens: Lens(p.Lens), MinExisting: p.MinExisting, Regions: p.Regions, Stages: p.Stages}
	if _, err := ParseLens(p.Lens); err != nil {
		a.Lens = Growth
	}
	for _, c := range p.Caps {
		a.Caps = append(a.Caps, Cap{c.Year, c.Funder, int64(cash.FromPounds(c.AmountGBP))})
	}
	SortCaps(a.Caps)
	return a
}

// Cap is the most that may be spent in a year by a funder. Year 0 is all years together,
// no funder all funders together.
type Cap struct {
	Year    int
	Funder  string
	AmountP int64
}

// PlaceShare is the least share of the money that must go to a place.
type PlaceShare struct {
	Place string
	Share float64 // 0 to 1
}

// Start is a year in which an intervention is to begin instead of the one on record.
type Start struct {
	ID   string
	Year int
}

// Assume is a value that takes the place of a parameter of the appraisal, as it was typed.
type Assume struct{ Parameter, Value string }

// What a plan can be worth beside the lenses.
const (
	WorthJobs  = "jobs" // net additional jobs
	WorthNPSV  = "npsv" // net present social value
	workshopBy = "w:"
)

// DefaultDraws is how often a plan is made anew where nobody says how often.
const DefaultDraws = 200

// fewestDraws and MostDraws are between what a plan may be made anew on request: one draw says nothing of chance.
const (
	fewestDraws = 2
	MostDraws   = 10000
)

// By is what the plan is worth: growth, demand, jobs, npsv or w:WORKSHOP:STAKEHOLDER.
func (a Ask) By() string {
	if a.Worth != "" {
		return a.Worth
	}
	return string(a.Lens)
}

// Workshop is the workshop and the stakeholder whose weights the plan uses, if it does.
func (a Ask) Workshop() (workshop, stakeholder string, ok bool) {
	rest, ok := strings.CutPrefix(a.Worth, workshopBy)
	if !ok {
		return "", "", false
	}
	workshop, stakeholder, ok = strings.Cut(rest, ":")
	return workshop, stakeholder, ok
}

// IsWeighed says that a plan's worth, written as in Ask.Worth, is by the weights of a workshop.
func IsWeighed(worth string) bool { return strings.HasPrefix(worth, workshopBy) }

// DrawCount is how often the plan is made anew.
func (a Ask) DrawCount() int {
	if a.Draws == 0 {
		return DefaultDraws
	}
	return a.Draws
}

// StartOf is the year to which an intervention's beginning was moved.
func (a Ask) StartOf(id string) (int, bool) {
	for _, s := range a.Starts {
		if s.ID == id {
			return s.Year, true
		}
	}
	return 0, false
}

// WithStart is the ask with an intervention's beginning moved to a year; year 0 puts it
// back to where the record has it.
func (a Ask) WithStart(id string, year int) Ask {
	starts := slices.DeleteFunc(slices.Clone(a.Starts), func(s Start) bool { return s.ID == id })
	if year != 0 {
		starts = append(starts, Start{id, year})
	}
	slices.SortFunc(starts, func(x, y Start) int { return strings.Compare(x.ID, y.ID) })
	a.Starts = starts
	if len(starts) == 0 {
		a.Starts = nil
	}
	return a
}

// Settings are the ask as settings of a reference: name, value, name, value. Settings
// beyond the first five are there where they are not empty; those of several values
// join them with semicolons.
func (a Ask) Settings() []string {
	out := []string{"budget", PoundsOf(a.BudgetP), "lens", string(a.Lens), "existing", number(a.MinExisting),
		"regions", strings.Join(a.Regions, ","), "stages", strings.Join(a.Stages, ",")}
	for _, name := range manyNames {
		if v := a.many(name); len(v) > 0 {
			out = append(out, name, strings.Join(v, ";"))
		}
	}
	if a.Worth != "" {
		out = append(out, "worth", a.Worth)
	}
	if a.Now != 0 {
		out = append(out, "now", strconv.Itoa(a.Now))
	}
	if a.Draws != 0 {
		out = append(out, "draws", strconv.Itoa(a.Draws))
	}
	if a.Seed != 0 {
		out = append(out, "seed", strconv.FormatUint(a.Seed, 10))
	}
	return out
}

// Query are the ask as the query of an address, from which ReadAsk reads the same ask
// whatever the defaults are. Settings of several values are repeated.
func (a Ask) Query() url.Values {
	v := url.Values{}
	set := a.Settings()
	for k := 0; k+1 < len(set); k += 2 {
		v.Set(set[k], set[k+1])
	}
	for _, name := range manyNames {
		if many := a.many(name); len(many) > 0 {
			v[name] = many
		}
	}
	if len(a.Caps) == 0 {
		v.Set("cap", "") // a workspace may have caps by default
	}
	return v
}

// manyNames are the settings that may have several values, in the order of references.
var manyNames = []string{"cap", "place", "include", "leave", "start", "assume"}

// many are the values of a setting that may have several.
func (a Ask) many(name string) []string {
	var out []string
	switch name {
	case "cap":
		for _, c := range a.Caps {
			out = append(out, c.setting())
		}
	case "place":
		for _, p := range a.Places {
			out = append(out, p.Place+":"+number(p.Share))
		}
	case "include":
		return a.Take
	case "leave":
		return a.Leave
	case "start":
		for _, s := range a.Starts {
			out = append(out, fmt.Sprintf("%s:%d", s.ID, s.Year))
		}
	case "assume":
		for _, s := range a.Assume {
			out = append(out, s.Parameter+":"+s.Value)
		}
	}
	return out
}

func (c Cap) setting() string {
	year := ""
	if c.Year != 0 {
		year = strconv.Itoa(c.Year)
	}
	return year + ":" + c.Funder + ":" + PoundsOf(c.AmountP)
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// PoundsOf writes an amount in pounds for a setting, with pence where it has some: ParsePounds reads it.
func PoundsOf(pence int64) string {
	if pence%100 == 0 {
		return strconv.FormatInt(pence/100, 10)
	}
	return fmt.Sprintf("%d.%02d", pence/100, pence%100)
}
