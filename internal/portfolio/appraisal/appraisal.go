// Package appraisal joins the register of interventions and the parameters to what each intervention costs and brings:
// net and gross side by side, discounted, with the uncertainty of every input. It owns the model of an appraisal, its
// draws, switching values, tornadoes and the warnings that an economist would give. It changes nothing and knows no page.
//
// Method: HM Treasury, The Green Book and its supplementary guidance; Homes and Communities Agency, Additionality Guide,
// 4th edition (2014). Two points of view are kept apart and never added: the national one, in which a benefit is
// what people in the country are better off by, and the local one, in which jobs and output gained by the place count
// wherever they come from.
package appraisal

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/chance"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
)

// Level of the intervals over draws.
const Level = 0.90

// DefaultDraws is how many draws an appraisal makes where nobody says how many.
const DefaultDraws = 10000

// MostDraws is how many draws may be asked for.
const MostDraws = 100000

// DefaultSeed is the seed of the draws where nobody gives one.
const DefaultSeed = 2026

// Settings are what an appraisal is asked for beside the register and the parameters.
type Settings struct {
	Draws  int // 0: DefaultDraws
	Seed   uint64
	Assume []portfolio.Assume // changed parameters
	Starts []portfolio.Start  // moved beginnings
}

// Of are the settings of an ask. Plans and appraisals share an address, but the draws of a plan, each of which is a
// programme to be solved, are fewer; so the draws of an appraisal are its own.
func Of(ask portfolio.Ask) Settings {
	return Settings{Seed: ask.Seed, Assume: ask.Assume, Starts: ask.Starts}
}

// Inputs are what is known of the interventions of a release, with the parameters in force.
type Inputs struct {
	All      []portfolio.Intervention
	Register portfolio.Register
	Priors   map[string]portfolio.Prior // by type of programme
	Params   parameter.Set
	names    map[string]string // of all interventions by id; where it is not there, All has them
}

// Read reads interventions and register from a release.
func Read(ctx context.Context, q lake.Querier, params parameter.Set) (Inputs, error) {
	all, err := portfolio.Interventions(ctx, q)
	if err != nil {
		return Inputs{}, err
	}
	register, err := portfolio.ReadRegister(ctx, q)
	if err != nil {
		return Inputs{}, err
	}
	return Make(all, register, params), nil
}

// Make are the inputs from what has been read already.
func Make(all []portfolio.Intervention, register portfolio.Register, params parameter.Set) Inputs {
	in := Inputs{All: all, Register: register, Priors: map[string]portfolio.Prior{}, Params: params}
	for _, p := range portfolio.Priors(register, all) {
		in.Priors[p.EffectType] = p
	}
	in.names = in.named()
	return in
}

// named are the names of all interventions by id.
func (in Inputs) named() map[string]string {
	if in.names != nil {
		return in.names
	}
	out := make(map[string]string, len(in.All))
	for _, i := range in.All {
		out[i.ID] = i.Name
	}
	return out
}

// Result is the appraisal of all interventions under one set of settings and parameters.
type Result struct {
	Settings
	BaseYear int            // year 0, and the year of the prices
	Horizon  int            // years that are looked at, from the first of each intervention
	Schedule string         // of the discount rates
	Items    []Item         // in the order of the register
	Stale    []Used         // parameters whose day of review has passed
	Changed  []string       // ids of the parameters that the settings change
	Params   parameter.Set  // with the changes
	stream   chance.Stream  // of the draws
	models   []model        // of the items, in their order
	at       map[string]int // place of an intervention in Items
	names    map[string]string
	register portfolio.Register
	shared   *shared // draws that interventions have in common
}

// Item is the appraisal of one intervention.
type Item struct {
	Intervention portfolio.Intervention
	First        int    // its first year, from which its horizon is counted
	Recorded     int    // its first year on record; 0 where there is none
	Year0        int    // to which it is discounted: the base year. Years before it are neither discounted nor compounded
	Funded       string // how its costs are known, in words
	Costs        []YearCost
	Outcomes     []Outcome
	Used         []Used // parameters that its figures rest on, in a fixed order
	Chance       Chance
	Measures     []Measure // in the order of Keys
	Switches     []Switch
	Tornado      Tornado
	ByPlace      []Part   // net additional jobs by place, if it works
	BySize       []Part   // the same by size of the firms that gain
	Years        []Year   // what comes and goes, from the first year to the last that counts
	Holds        []string // ids of interventions whose cost it holds, or that hold it
	PartOf       []string // of these, those that hold its cost
	Warnings     []Warning
	Missing      []Missing
	past         bool // it began before the base year
	anew         bool // it has not begun, and its years on record have passed: it is taken to begin in the base year
	rowsOver     bool // rows of costs are more than the stated total
}

// Hindsight says that the first year on record of the intervention lies before the base year.
func (i Item) Hindsight() bool { return i.past || i.anew }

// Assumed is what is assumed of its costs, each once, in the order in which it comes up.
func (i Item) Assumed() []string {
	var out []string
	for _, c := range i.Costs {
		for _, a := range strings.Split(c.Assumed, "; ") {
			if a != "" && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

// ClaimedNet says that jobs of the item are net by their proposer's account alone.
func (i Item) ClaimedNet() bool {
	for _, o := range i.Outcomes {
		if o.Known && o.ClaimedNet && o.Key == "jobs" {
			return true
		}
	}
	return false
}

// Measure is the item's figure by its key.
func (i Item) Measure(key string) Measure {
	for _, m := range i.Measures {
		if m.Key == key {
			return m
		}
	}
	return Measure{Key: key, Why: "there is no such figure"}
}

// Item is the appraisal of an intervention.
func (r Result) Item(id string) (Item, bool) {
	k, ok := r.at[id]
	if !ok {
		return Item{}, false
	}
	return r.Items[k], true
}

// Chance is the chance that an intervention shows an effect on jobs, from studies of its type.
type Chance struct {
	Known             bool
	Type, Label       string
	A, B              float64 // of the Beta distribution
	Mean, Low, High   float64 // with the interval of Level
	Positive, Studies int     // of the reviews
	Local             portfolio.LocalEffect
	Why               string // what it rests on, or why there is none
}

// Measure is one figure of an appraisal in its three readings. Money is in pounds of the base year.
type Measure struct {
	Key                       string
	Known                     bool
	Why                       string  // why it is not known
	Gross                     float64 // as stated: nothing taken away, no optimism bias
	HasGross                  bool    // false where only a net claim is stated: Gross is then that claim
	Net                       float64 // all applied, at central inputs, if the intervention works
	Low, High                 float64 // of the draws of Net, at Level
	Mean, Error               float64 // of the draws of Net, with the standard error of the mean
	Counted                   bool    // the chance that it works is known and counts in what follows
	Expected                  float64 // Net with the chance counted, at central inputs
	ExpectedLow, ExpectedHigh float64
	Nothing                   float64 // of a cost for each job: share of the draws in which nothing is gained, so that it has no value
}

// Used is a parameter that a figure rests on, as it was used.
type Used struct {
	ID, Name, Unit   string
	Low, Value, High float64
	Assumed, Changed bool
	Stale            bool
	For              string // what it is used for
}

// Year is what an intervention costs and brings in a year, at central values and if it works.
type Year struct {
	Year            int
	Public, Private float64 // pounds of the base year, with optimism bias, not discounted
	Gross           float64 // the public cost as stated, in pounds of the base year
	JobsGross       float64
	JobsNet         float64
	Factor          float64 // of discounting
}

// Part is a share of a whole.
type Part struct {
	Name    string
	Gross   float64
	Net     float64
	NetOnly bool // some of it is stated net: what it would be gross is not stated
}

// Warning is what an economist would object, with the reason.
type Warning struct{ Key, Text, Reason string }

// Missing is what an appraisal lacks, with what to do.
type Missing struct{ What, Next string }

func errorf(id, format string, a ...any) error {
	return fmt.Errorf("appraisal of %s: "+format, append([]any{id}, a...)...)
}
