// Package outcome reckons what the settings of a scenario come to on a release, in a form that can be kept, and says how
// two outcomes differ: of two scenarios, or of one on two releases.
package outcome

// Outcome is what settings came to. It is kept as JSON with the scenario, so its fields only ever grow.
type Outcome struct {
	Release  string    `json:"release,omitempty"`  // id
	Built    string    `json:"built,omitempty"`    // day of the release
	Finding  string    `json:"finding,omitempty"`  // in a sentence
	Options  int       `json:"options,omitempty"`  // that were compared
	Chosen   []Item    `json:"chosen,omitempty"`   // sorted by id
	Spend    []Spend   `json:"spend,omitempty"`    // of the chosen, sorted by year and funder
	Measures []Measure `json:"measures,omitempty"` // in the order in which they are shown
	Cautions []string  `json:"cautions,omitempty"`
}

// Item is an intervention that was chosen.
type Item struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	CostP int64  `json:"cost_p"` // as stated
	Known bool   `json:"known"`  // the cost is known
	Start int    `json:"start,omitempty"`
	End   int    `json:"end,omitempty"`
}

// Spend is money of the chosen in a year.
type Spend struct {
	Year    int    `json:"year"` // 0: not known
	Funder  string `json:"funder,omitempty"`
	AmountP int64  `json:"amount_p"`
}

// Measure is a figure with its range.
type Measure struct {
	Key      string  `json:"key"`
	Label    string  `json:"label"`
	Unit     string  `json:"unit,omitempty"` // "£" (then Value is in pounds), "%", or words
	Known    bool    `json:"known"`
	Why      string  `json:"why,omitempty"` // why it is not known, or what it says
	Value    float64 `json:"value"`
	Lo       float64 `json:"lo"`
	Hi       float64 `json:"hi"`
	Ranged   bool    `json:"ranged,omitempty"` // Lo and Hi say something
	Decimals int     `json:"decimals,omitempty"`
	Ref      string  `json:"ref,omitempty"` // on the release of the outcome
}

// Measure finds a figure by key.
func (o Outcome) Measure(key string) (Measure, bool) {
	for _, m := range o.Measures {
		if m.Key == key {
			return m, true
		}
	}
	return Measure{}, false
}
