package appraisal

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chance"
	"milieu/internal/portfolio"
)

// Appraise reckons all interventions. The same inputs and settings give the same figures, on however many cores.
func Appraise(ctx context.Context, in Inputs, s Settings) (Result, error) {
	r, err := prepare(in, s)
	if err != nil {
		return r, err
	}
	for _, i := range in.All {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		item, m, err := r.build(in, i)
		if err != nil {
			return r, err
		}
		for _, u := range item.Used {
			if u.Stale && !slices.ContainsFunc(r.Stale, func(s Used) bool { return s.ID == u.ID }) {
				r.Stale = append(r.Stale, u)
			}
		}
		r.at[i.ID] = len(r.Items)
		r.Items, r.models = append(r.Items, item), append(r.models, m)
	}
	w := r.work()
	between, costsToQ := w.number(idCosts, "costs of all interventions"), w.number(idCostOutcome, "cost and outcome of one")
	if w.fault != nil {
		return r, w.fault
	}
	r.shared = share(r.stream, r.Draws, r.models, between.value, costsToQ.value)
	each(len(r.Items), func(k int) {
		if ctx.Err() == nil {
			r.measure(k)
		}
	})
	return r, ctx.Err()
}

// What can be looked at.
const (
	mostYears = 200
	firstBase = 1990
	lastBase  = 2100
)

// prepare applies the settings to the parameters.
func prepare(in Inputs, s Settings) (Result, error) {
	if s.Draws == 0 {
		s.Draws = DefaultDraws
	}
	if s.Draws < 2 || s.Draws > MostDraws {
		return Result{}, fmt.Errorf("%d draws were asked for; ask for 2 to %d", s.Draws, MostDraws)
	}
	if s.Seed == 0 {
		s.Seed = DefaultSeed
	}
	r := Result{Settings: s, Params: in.Params, names: in.named(), register: in.Register, at: map[string]int{}, stream: chance.Stream{Seed: s.Seed, Purpose: purpose}}
	for _, a := range s.Assume {
		var err error
		if r.Params, err = r.Params.Assume(a.Parameter, a.Value); err != nil {
			return r, portfolio.FieldError{Field: "assume", Message: fmt.Sprintf("%s cannot be assumed: %v", a.Parameter, err)}
		}
		r.Changed = append(r.Changed, a.Parameter)
	}
	slices.Sort(r.Changed)
	w := r.work()
	r.BaseYear, r.Horizon = w.base, w.horizon
	if w.fault == nil && (w.horizon < 1 || w.horizon > mostYears || w.base < firstBase || w.base > lastBase) {
		return r, portfolio.FieldError{Field: "assume", Message: fmt.Sprintf("A horizon of %d years from %d cannot be looked at: give 1 to %d years, and a base year from %d to %d", w.horizon, w.base, mostYears, firstBase, lastBase)}
	}
	schedule, _, err := r.Params.Schedule("")
	if err != nil {
		return r, err
	}
	r.Schedule = schedule.Name
	return r, w.fault
}

// work begins an item.
func (r Result) work() *work {
	w := &work{params: r.Params, changed: map[string]bool{}}
	for _, id := range r.Changed {
		w.changed[id] = true
	}
	w.base = int(w.number(idBaseYear, "year 0 and year of the prices").value)
	w.horizon = int(w.number(idHorizon, "years that are looked at").value)
	return w
}

// List is the settings as settings of a reference.
func (s Settings) List() []string {
	var out, changed, starts []string
	if s.Draws != 0 && s.Draws != DefaultDraws {
		out = append(out, "draws", strconv.Itoa(s.Draws))
	}
	if s.Seed != 0 && s.Seed != DefaultSeed {
		out = append(out, "seed", strconv.FormatUint(s.Seed, 10))
	}
	for _, a := range s.Assume {
		changed = append(changed, a.Parameter+":"+a.Value)
	}
	for _, m := range s.Starts {
		starts = append(starts, m.ID+":"+strconv.Itoa(m.Year))
	}
	if len(changed) > 0 {
		out = append(out, "assume", strings.Join(changed, ";"))
	}
	if len(starts) > 0 {
		out = append(out, "start", strings.Join(starts, ";"))
	}
	return out
}

// build makes the item and the model of an intervention.
func (r Result) build(in Inputs, i portfolio.Intervention) (Item, model, error) {
	w := r.work()
	own := in.Register.Of(i.ID)
	item := Item{Intervention: i, Chance: chanceOf(i, in.Priors)}
	costs, laid, how := costsOf(i, own.Costs, r.BaseYear)
	item.Funded = how
	item.rowsOver = i.CostP.Valid && laid.RowsP > i.CostP.Int64
	begin := begins(i, costs, own.Outcomes)
	shift := r.moved(i, begin)
	item.Recorded, item.anew = begin, r.anew(i, begin)
	if begin == 0 {
		begin = w.base
	}
	for k := range costs {
		if costs[k].Year == 0 {
			continue
		}
		costs[k].Year += shift
		if item.anew {
			costs[k].Assumed = join(costs[k].Assumed, fmt.Sprintf("it begins in %d: its first year on record, %d, has passed", r.BaseYear, begin))
		}
	}
	costs, err := w.price(i, costs)
	if err != nil {
		return item, model{}, err
	}
	item.Costs = costs
	item.First = begin + shift
	item.Year0 = w.base
	item.past = item.First < w.base
	item.Holds, item.PartOf = holds(i.ID, own.Relations)
	m, err := w.model(&item)
	if err != nil {
		return item, m, errorf(i.ID, "%w", err)
	}
	if err := w.streams(&item, &m, own.Outcomes, shift); err != nil {
		return item, m, errorf(i.ID, "%w", err)
	}
	item.Used = w.used
	return item, m, w.fault
}

// begins is the first year of an intervention on record; 0 where there is none.
func begins(i portfolio.Intervention, costs []YearCost, outcomes []portfolio.Outcome) int {
	first := firstYear(i)
	take := func(y int) {
		if y != 0 && (first == 0 || y < first) {
			first = y
		}
	}
	for _, c := range costs {
		take(c.Year)
	}
	for _, o := range outcomes {
		take(int(o.From.Int64))
	}
	return first
}

// moved is by how many years an intervention is moved: by the settings, or to the base year where it has not begun and its first
// year on record has passed, as in a plan and a sequence.
func (r Result) moved(i portfolio.Intervention, begin int) int {
	for _, s := range r.Starts {
		if s.ID == i.ID && begin != 0 {
			return s.Year - begin
		}
	}
	if r.anew(i, begin) {
		return r.BaseYear - begin
	}
	return 0
}

// anew says that an intervention is moved to the base year.
func (r Result) anew(i portfolio.Intervention, begin int) bool {
	return begin != 0 && begin < r.BaseYear && portfolio.Unbegun(i) && !slices.ContainsFunc(r.Starts, func(s portfolio.Start) bool { return s.ID == i.ID })
}

// model makes the model without its streams.
func (w *work) model(item *Item) (model, error) {
	i := item.Intervention
	schedule, p, err := w.params.Schedule("")
	if err != nil {
		return model{}, err
	}
	w.use(p.ID, "discounting", 0, 0, 0)
	m := model{first: item.First, discount: discountFrom(schedule, item.First, item.Year0, w.horizon), chance: item.Chance}
	m.spend(item, schedule, item.Year0)
	if m.canOverrun() {
		m.spread = w.number(idCostSpread, "how far costs scatter").value
	}
	m.ranges[inCost] = rng{m.overrun(-1.645), 1, m.overrun(1.645)}
	m.ranges[inQuantity] = rng{-1, 0, 1}
	m.ranges[inWorth] = rng{-1, 0, 1}
	local, ids, err := w.additionality(i.Category, "local")
	if err != nil {
		return m, err
	}
	wide, wideIDs, err := w.additionality(i.Category, "national")
	if err != nil {
		return m, err
	}
	for k := range 5 {
		m.ranges[inDeadweight+k], m.ids[inDeadweight+k] = local[k], ids[k]
	}
	for k := range 3 { // leakage, displacement, substitution
		m.ranges[inWideLeakage+k], m.ids[inWideLeakage+k] = wide[k+1], wideIDs[k+1]
	}
	return m, nil
}

// streams adds the outcomes of an intervention to its model.
func (w *work) streams(item *Item, m *model, rows []portfolio.Outcome, shift int) error {
	persist := w.persistence(item.Intervention.Category, m)
	m.fullFrom, m.fullTo = int(math.Floor(m.ranges[inFull].low)), int(math.Ceil(m.ranges[inFull].high))
	after := int(w.number(idEvidence, "how long studies follow effects").value)
	if p, ok := w.params.Worth("jobs", "local"); ok && p.Value != nil {
		r, err := w.takeReal(p, "output of a job")
		if err != nil {
			return err
		}
		m.ranges[inGVA], m.ids[inGVA] = r, p.ID
	}
	for _, o := range rows {
		out := Outcome{ID: o.ID, Key: o.Outcome, Kind: o.Kind, Unit: o.Unit, Per: o.Per, Place: o.Place, FirmSize: o.FirmSize, ClaimedNet: o.Additional == "net", unstated: o.Additional != "net" && o.Additional != "gross", Record: o.Record}
		s := stream{outcome: len(item.Outcomes), net: out.ClaimedNet, quantity: w.stated(o, &out)}
		t := w.when(o, &out, item.First, spanOf(item.Costs), shift, persist)
		if out.Known {
			out.Gross, out.Low, out.High = s.quantity.value, s.quantity.low, s.quantity.high
			if err := w.count(o, &s, &out); err != nil {
				return err
			}
			out.counts = s.counts != countsNothing
			s.lay(t, m, after)
			m.streams = append(m.streams, s)
		}
		item.Outcomes = append(item.Outcomes, out)
	}
	return nil
}

// count says what an outcome counts for. Outputs are what money buys, not what it brings: they count for nothing but
// their unit costs.
func (w *work) count(o portfolio.Outcome, s *stream, out *Outcome) (err error) {
	switch {
	case o.Kind != "outcome":
		out.Worth = "an output is no benefit by itself"
	case o.Outcome == "jobs":
		s.counts = countsJobs
		switch p, ok := w.params.Worth("jobs", "national"); {
		case ok && p.Value == nil:
			out.Worth = p.None
		case ok: // somebody assumes that a job has one
			s.worthID = p.ID
			s.worth, err = w.takeReal(p, "national value of a job and year")
			out.Worth = fmt.Sprintf("£%g a job and year", s.worth.value)
		}
	case o.Outcome == "jobs-safeguarded":
		s.counts = countsSafeguarded
		out.Worth = "jobs kept are shown apart from jobs gained"
	default:
		return w.worthOf(o.Outcome, s, out)
	}
	return err
}

// spanOf is over how many years money is spent.
func spanOf(costs []YearCost) int {
	if len(costs) == 0 {
		return 1
	}
	return costs[len(costs)-1].Year - costs[0].Year + 1
}

// holds are the interventions whose cost one holds or by which it is held, and of these those that hold its.
func holds(id string, relations []portfolio.Relation) (out, partOf []string) {
	for _, l := range relations {
		if l.Kind != portfolio.PartOf {
			continue
		}
		other := l.From
		if l.From == id {
			other = l.To
			partOf = append(partOf, other)
		}
		out = append(out, other)
	}
	slices.Sort(out)
	slices.Sort(partOf)
	return slices.Compact(out), slices.Compact(partOf)
}

// years lays an item out by year.
func years(item Item, m *model, local float64) []Year {
	last := item.First
	for _, c := range item.Costs {
		last = max(last, c.Year)
	}
	n := max(len(m.discount), last-item.First+1)
	out := make([]Year, n)
	for k := range out {
		out[k].Year = item.First + k
		if k < len(m.discount) {
			out[k].Factor = m.discount[k]
		}
	}
	for _, c := range item.Costs {
		y := &out[c.Year-item.First]
		if c.Private {
			y.Private += c.Real * (1 + c.Bias)
			continue
		}
		y.Public += c.Real * (1 + c.Bias)
		y.Gross += c.Real
	}
	used := last - item.First
	for k := range m.streams {
		s := &m.streams[k]
		if s.counts != countsJobs {
			continue
		}
		f := local
		if s.net {
			f = 1
		}
		for t, share := range s.profile {
			out[t].JobsGross += share * s.quantity.value
			out[t].JobsNet += share * s.quantity.value * f
			if share > 0.01 {
				used = max(used, t)
			}
		}
	}
	return out[:used+1]
}
