package delivery

import (
	"cmp"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/portfolio"
)

// Result is an output or outcome of an intervention: what was forecast and what there is by the latest report. A report
// says how much there is by its day, so that the latest counts. What is counted is what is there, not what came because
// of the intervention: a realised number is gross whatever the forecast was.
type Result struct {
	Kind, Key, Unit  string
	Forecast, Actual float64
	Foreseen, Known  bool
	Reported         bool     // the forecast is the plan as the report states it
	Basis            []string // gross, net, unknown: what the forecast says it is; more than one where rows differ
	When             string   // day of the report
	In               string   // the same in words, as far as it is known
	Due              int      // last year of the forecast; 0: not stated
	Records          []evidence.Record
	Actuals          []evidence.Record
}

// Share is realised over forecast; false where one is not known.
func (r Result) Share() (float64, bool) {
	if !r.Foreseen || !r.Known || r.Forecast <= 0 {
		return 0, false
	}
	return r.Actual / r.Forecast, true
}

// Amount writes a quantity of the result: money as money.
func (r Result) Amount(v float64) string {
	u := strings.ToLower(r.Unit)
	if portfolio.MoneyOutcome(r.Key) || strings.HasPrefix(r.Key, "money") || u == "£" || u == "gbp" || u == "pounds" {
		return chart.Money(pence(v))
	}
	return quantity(v)
}

// results joins outputs and outcomes of the register with reports of them, by kind and key. Rows of one key (of several
// places or sizes of firm) are added up; one without a quantity leaves the forecast unknown.
func results(own portfolio.Register) []Result {
	rows := map[string]*Result{}
	at := func(kind, key string) *Result {
		k := kind + "\x00" + key
		if rows[k] == nil {
			rows[k] = &Result{Kind: kind, Key: key}
		}
		return rows[k]
	}
	forecast(own.Outcomes, at)
	for _, d := range own.Delivery {
		if d.Kind != portfolio.KindOutput && d.Kind != portfolio.KindOutcome {
			continue
		}
		r := at(d.Kind, d.What)
		if d.When() < r.When || !d.Actual.Valid {
			continue
		}
		r.When, r.In, r.Actual, r.Known, r.Actuals = d.When(), d.WhenSays(), d.Actual.Float64, true, []evidence.Record{d.Record}
		if d.Planned.Valid {
			r.Forecast, r.Foreseen, r.Reported, r.Records = d.Planned.Float64, true, true, []evidence.Record{d.Record}
		}
	}
	out := make([]Result, 0, len(rows))
	for _, r := range rows {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Result) int {
		return cmp.Or(strings.Compare(b.Kind, a.Kind), strings.Compare(a.Key, b.Key)) // outputs come before outcomes in time
	})
	return out
}

func forecast(outcomes []portfolio.Outcome, at func(kind, key string) *Result) {
	missing := map[*Result]bool{}
	for _, o := range outcomes {
		r := at(o.Kind, o.Outcome)
		r.Unit = cmp.Or(r.Unit, o.Unit)
		if !slices.Contains(r.Basis, o.Additional) {
			r.Basis = append(r.Basis, o.Additional)
		}
		switch {
		case o.To.Valid:
			r.Due = max(r.Due, int(o.To.Int64))
		case o.From.Valid:
			r.Due = max(r.Due, int(o.From.Int64))
		}
		r.Records = append(r.Records, o.Record)
		if !o.Quantity.Valid {
			missing[r] = true
			continue
		}
		r.Forecast += o.Quantity.Float64 * float64(times(o))
	}
	for _, o := range outcomes {
		r := at(o.Kind, o.Outcome)
		r.Foreseen = !missing[r]
		if missing[r] {
			r.Forecast = 0
		}
	}
}

// times is over how many years a yearly quantity runs.
func times(o portfolio.Outcome) int64 {
	if o.Per == "year" && o.From.Valid && o.To.Valid && o.To.Int64 > o.From.Int64 {
		return o.To.Int64 - o.From.Int64 + 1
	}
	return 1
}
