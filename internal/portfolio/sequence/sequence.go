package sequence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"

	"milieu/internal/chart"
	"milieu/internal/milp"
	"milieu/internal/portfolio"
	"milieu/internal/schedule"
)

// Row is an intervention in time.
type Row struct {
	Item
	From, To int // years, To within it; both 0 where no schedule was found
	UnderWay bool
	Moved    bool // somebody's hand has set it
	Broken   bool // it breaks a rule
	Slack    int  // years by which it can begin later without moving the end of the whole; caps left aside
	Critical bool
	After    []string // ids in the sequence that it waits for
	Waits    []string // the rules of order in words, with those that are met already
	CostP    int64    // of the years looked at
	SpendP   []int64  // in each of the years looked at
	Notes    []string // what is assumed or does not fit
}

// Year is what is spent in a year.
type Year struct {
	Year    int
	AmountP int64
	SpendP  []int64 // in the order of Sequence.Funders
	CapP    int64   // the lowest cap on all funders together
	Capped  bool
	// Stated counts what runs in the year with a cost on record, Unstated what runs in it without one: then AmountP is
	// too low, and where nothing is stated it says nothing.
	Stated, Unstated int
}

// Sequence is when the interventions of a plan begin.
type Sequence struct {
	Ask      portfolio.Ask
	Setting  Setting
	Rows     []Row    // in the order of their beginning
	Past     []Row    // under way, with all years on record over: nothing to put in time
	Funders  []string // those who spend in the years looked at, sorted; "" is not named
	Years    []Year
	Cycle    []string // names: each waits for the next; then there is no schedule
	Conflict []string // rules that cannot hold together
	Hints    []string // what each of them alone stands against, in words
	Kept     bool     // the moved starts cannot be kept with the rules: the others stand as without them
	Breaches []schedule.Breach
	Status   milp.Status
	Shortest bool
	Value    float64 // sum of the values, each less by the rate for each year until its end
	Bound    float64 // proven: no sequence is worth more
	Whole    float64 // sum of the values as they are
	End      int     // last year in which something runs
	Free     *Free   // what it would be without the moved starts
	Added    bool    // fewer than two of what the plan chooses wait to begin: what has no cost or no evidence was added
	Pilots   []PilotRow
	CostP    int64
	Base     int // financial year of the prices of all amounts, which then are public money; 0: all money as stated
	Nodes    int
}

// Free is a sequence without moved starts.
type Free struct {
	Value float64
	End   int
	From  map[string]int // the year of each intervention
}

// nodes bounds a search, so that the same question has the same answer on every machine
// that is quick enough.
const nodes = 20000

type maker struct {
	in    Input
	slots []slot // those put in time
	names map[string]string
	waits []wait
	p     schedule.Problem
	out   Sequence
}

// Make puts the items in time. When ctx ends first the sequence says how far the proof
// got. Rules that cannot hold together and circles are no errors: the sequence tells them.
func Make(ctx context.Context, in Input) (Sequence, error) {
	m := maker{in: in, names: map[string]string{}, out: Sequence{Ask: in.Ask, Setting: in.Setting}}
	for _, i := range in.All {
		m.names[i.ID] = i.Name
	}
	for _, it := range in.Items {
		m.names[it.ID] = it.Name
		s := place(it, in)
		if s.moved && s.moveTo < in.Setting.From {
			return m.out, portfolio.FieldError{Field: "start", Message: fmt.Sprintf("%s cannot begin in %d: the first year of the sequence is %d.", it.Name, s.moveTo, in.Setting.From)}
		}
		if s.past {
			m.out.Past = append(m.out.Past, Row{Item: it, From: s.began, To: s.began + s.length - 1, UnderWay: true, Notes: s.notes})
			continue
		}
		m.slots = append(m.slots, s)
		m.out.Whole += it.Value
	}
	m.waits = waits(in.Relations, m.name, in.Setting)
	m.problem()
	m.out.Pilots = pilots(in)
	if err := m.solve(ctx); err != nil {
		return m.out, err
	}
	return m.out, nil
}

func (m *maker) name(id string) string {
	if n := m.names[id]; n != "" {
		return n
	}
	return id
}

// problem makes the question for the kernel.
func (m *maker) problem() {
	m.p = schedule.Problem{Horizon: m.in.Setting.Years, Discount: m.in.Setting.Rate, Origin: m.in.Setting.From, Capacities: caps(m.in.Ask, m.in.Setting)}
	at := map[string]int{}
	for i, s := range m.slots {
		at[s.ID] = i
		m.p.Tasks = append(m.p.Tasks, s.task(m.in.Setting))
	}
	for _, w := range m.waits {
		a, here := at[w.after]
		if !here || m.p.Tasks[a].Fixed.Set && !m.slots[a].moved {
			continue // what has begun waits for nothing
		}
		if b, both := at[w.before]; both {
			if w.need && m.slots[b].began != 0 && !m.slots[b].moved {
				continue
			}
			m.p.Links = append(m.p.Links, schedule.Link{Before: w.before, After: w.after, Kind: w.kind, Lag: w.lag, Name: w.says})
			continue
		}
		m.outside(a, w)
	}
}

// outside deals with an item that waits for what is not in the sequence: where that is
// under way, its years on record count.
func (m *maker) outside(a int, w wait) {
	t, s := &m.p.Tasks[a], &m.slots[a]
	k := slices.IndexFunc(m.in.All, func(i portfolio.Intervention) bool { return i.ID == w.before })
	if k < 0 || portfolio.Finished(m.in.All[k]) {
		return
	}
	other := m.in.All[k]
	switch {
	case !portfolio.UnderWay(other):
		s.notes = append(s.notes, fmt.Sprintf("%s, but that is not in the plan: nothing here waits for it", w.says))
	case w.need:
	case w.kind == schedule.EndToStart && !other.End.Valid:
		s.notes = append(s.notes, fmt.Sprintf("%s, which is under way without an end on record: it may have to wait", w.says))
	case w.kind == schedule.EndToStart:
		t.Earliest = max(t.Earliest, int(other.End.Int64)+1+w.lag-m.in.Setting.From)
	}
}

// solve finds the starts, with the moved ones where somebody put them.
func (m *maker) solve(ctx context.Context) error {
	starts, err := m.best(ctx, m.p)
	if err != nil || m.out.Cycle != nil {
		return err
	}
	if m.anyMoved() {
		free := m.p
		free.Tasks = slices.Clone(m.p.Tasks)
		for i, s := range m.slots {
			if s.moved {
				s.moved = false
				free.Tasks[i] = m.unmoved(s)
			}
		}
		sol, err := schedule.Solve(ctx, free, schedule.Options{MaxNodes: nodes, NoConflict: true})
		if err != nil {
			return err
		}
		if sol.Starts != nil {
			m.out.Free = &Free{Value: sol.Value, End: m.in.Setting.From + sol.End - 1, From: map[string]int{}}
			for i, s := range m.slots {
				m.out.Free.From[s.ID] = m.in.Setting.From + sol.Starts[i]
			}
			if starts == nil {
				starts = m.keep(sol.Starts)
			}
		}
	}
	if starts == nil {
		m.unplaced()
		m.hint()
		return nil
	}
	return m.show(starts)
}

// unmoved is the task of an item as if nobody had moved it.
func (m *maker) unmoved(s slot) schedule.Task {
	in := m.in
	in.Ask = in.Ask.WithStart(s.ID, 0)
	return place(s.Item, in).task(m.in.Setting)
}

func (m *maker) anyMoved() bool {
	return slices.ContainsFunc(m.slots, func(s slot) bool { return s.moved })
}

// best solves the problem; nil starts where there is no schedule, with what stands
// against it in out.
func (m *maker) best(ctx context.Context, p schedule.Problem) ([]int, error) {
	sol, err := schedule.Solve(ctx, p, schedule.Options{MaxNodes: nodes})
	var circle *schedule.CycleError
	if errors.As(err, &circle) {
		for _, id := range circle.Cycle {
			m.out.Cycle = append(m.out.Cycle, m.name(id))
		}
		m.unplaced()
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("sequence: %w", err)
	}
	m.out.Status, m.out.Shortest, m.out.Nodes = sol.Status, sol.Shortest, sol.Nodes
	m.out.Bound, m.out.Conflict = sol.Bound, sol.Conflict
	return sol.Starts, nil
}

// keep takes the starts of the sequence without moves and sets the moved ones over them.
func (m *maker) keep(starts []int) []int {
	m.out.Kept = true
	out := slices.Clone(starts)
	for i, s := range m.slots {
		if s.moved {
			out[i] = s.moveTo - m.in.Setting.From
		}
	}
	return out
}

// hint names the items that no year has room for, even alone.
func (m *maker) hint() {
	most := m.in.Setting.YearlyP
	for i, t := range m.p.Tasks {
		byYear := map[int]int64{}
		top := int64(0)
		for _, u := range t.Uses {
			byYear[u.Offset] += u.Amount
			top = max(top, byYear[u.Offset])
		}
		if most > 0 && top > most {
			m.out.Hints = append(m.out.Hints, fmt.Sprintf("%s alone costs %s in its dearest year, more than the %s of any one year", m.slots[i].Name, chart.Money(top), chart.Money(most)))
		}
	}
}

// unplaced lists the items without years.
func (m *maker) unplaced() {
	for _, s := range m.slots {
		m.out.Rows = append(m.out.Rows, m.row(s))
	}
}

func (m *maker) row(s slot) Row {
	r := Row{Item: s.Item, UnderWay: s.began != 0 && !s.moved, Moved: s.moved, Notes: s.notes}
	for _, w := range m.waits {
		if w.after == s.ID {
			says := w.short
			if how := m.met(w); how != "" {
				says = fmt.Sprintf("needs %s, which %s", m.name(w.before), how)
				if !w.need {
					says = fmt.Sprintf("follows %s, which %s", m.name(w.before), how)
				}
			}
			r.Waits = append(r.Waits, says)
		}
	}
	for _, l := range m.p.Links {
		if l.After == s.ID && !slices.Contains(r.After, l.Before) {
			r.After = append(r.After, l.Before)
		}
	}
	return r
}

// met says how it stands with what is waited for, when that is not itself put in time.
func (m *maker) met(w wait) string {
	if slices.ContainsFunc(m.slots, func(s slot) bool { return s.ID == w.before && (s.began == 0 || !w.need) }) {
		return ""
	}
	for _, i := range m.in.All {
		switch {
		case i.ID != w.before:
		case portfolio.Finished(i):
			return "has ended"
		case portfolio.UnderWay(i):
			return "is under way"
		}
	}
	return ""
}

// show fills the sequence from the starts.
func (m *maker) show(starts []int) error {
	out, set := &m.out, m.in.Setting
	var err error
	if out.Breaches, err = schedule.Check(m.p, starts); err != nil {
		return fmt.Errorf("sequence: %w", err)
	}
	floats, err := schedule.Critical(m.p, starts)
	if err != nil {
		return fmt.Errorf("sequence: %w", err)
	}
	for i, s := range m.slots {
		r := m.row(s)
		t := m.p.Tasks[i]
		r.From, r.To = set.From+starts[i], set.From+starts[i]+t.Duration-1
		if s.began != 0 && !s.moved {
			r.From, r.To = s.began, s.began+s.length-1
		}
		if !t.Fixed.Set {
			r.Slack = max(floats[i].Slack, 0)
		}
		r.Critical = floats[i].Critical
		for _, b := range out.Breaches {
			r.Broken = r.Broken || b.Task == s.ID
		}
		r.SpendP = make([]int64, set.Years)
		for _, u := range t.Uses {
			if at := starts[i] + u.Offset; at < set.Years {
				r.CostP += u.Amount
				r.SpendP[at] += u.Amount
			}
		}
		out.CostP += r.CostP
		out.Rows = append(out.Rows, r)
		out.End = max(out.End, set.From+starts[i]+t.Duration-1)
	}
	sort.SliceStable(out.Rows, func(a, b int) bool {
		x, y := out.Rows[a], out.Rows[b]
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.Name, y.Name)) < 0
	})
	out.Value = schedule.Worth(m.p, starts)
	m.spend(starts)
	return nil
}

// spend fills the years.
func (m *maker) spend(starts []int) {
	out, set := &m.out, m.in.Setting
	used := schedule.Spend(m.p, starts)
	out.Funders = schedule.Resources(m.p)
	for k := range set.Years {
		y := Year{Year: set.From + k}
		for _, f := range out.Funders {
			y.SpendP = append(y.SpendP, used[f][k])
			y.AmountP += used[f][k]
		}
		for _, c := range m.p.Capacities {
			if c.Resource == "" && c.From == k && c.To == k+1 && (!y.Capped || c.Amount < y.CapP) {
				y.CapP, y.Capped = c.Amount, true
			}
		}
		for _, r := range out.Rows {
			switch {
			case r.From > y.Year || r.To < y.Year:
			case r.Uncosted():
				y.Unstated++
			default:
				y.Stated++
			}
		}
		out.Years = append(out.Years, y)
	}
}
