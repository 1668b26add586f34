package portfolio

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
)

// Fault is something in the register that contradicts something else in it, at the record where it can be mended.
type Fault struct {
	Record evidence.Record `json:"record"`
	Says   string          `json:"says"`
}

// ReadFaults reads the register of a release and looks for contradictions.
func ReadFaults(ctx context.Context, q lake.Querier) ([]Fault, error) {
	all, err := Interventions(ctx, q)
	if err != nil {
		return nil, err
	}
	r, err := ReadRegister(ctx, q)
	return r.Faults(all), err
}

// Faults lists contradictions: circles of what waits for what, an intervention related to itself, one that needs what
// it excludes, years and ranges the wrong way round, costs that do not add up to the stated total. Rows that name an
// intervention which is not known are in the table unresolved.
func (r Register) Faults(all []Intervention) []Fault {
	var out []Fault
	add := func(rec evidence.Record, format string, args ...any) {
		out = append(out, Fault{rec, fmt.Sprintf(format, args...)})
	}
	for _, c := range r.Circles() {
		if len(c.Interventions) == 1 {
			continue // said of the relation itself
		}
		var lines []string
		for _, l := range c.Relations {
			lines = append(lines, fmt.Sprintf("%s (%s, line %d)", l.ID, l.Kind, l.Record.Line))
		}
		add(c.Relations[0].Record, "each of these waits for the next, so that none can begin: %s; take one of the relations %s away", c, strings.Join(lines, ", "))
	}
	kinds := map[[2]string]string{}
	for _, l := range r.Relations {
		if l.From == l.To {
			add(l.Record, "%s is related to itself (%s)", l.From, l.Kind)
		}
		if l.Kind == Needs {
			kinds[[2]string{l.From, l.To}] = l.ID
		}
	}
	for _, l := range r.Relations {
		for _, pair := range [][2]string{{l.From, l.To}, {l.To, l.From}} {
			if id := kinds[pair]; l.Kind == Excludes && id != "" {
				add(l.Record, "%s excludes %s, but relation %s says that %s needs %s", l.From, l.To, id, pair[0], pair[1])
			}
		}
	}
	for _, c := range r.Costs {
		if c.From.Valid && c.To.Valid && c.To.Int64 < c.From.Int64 {
			add(c.Record, "the cost ends in %d, before it begins in %d", c.To.Int64, c.From.Int64)
		}
	}
	for _, o := range r.Outcomes {
		if o.faulty() {
			add(o.Record, "the range of %s is the wrong way round: low, quantity and high must not fall", o.Outcome)
		}
	}
	return append(out, r.sums(all)...)
}

// faulty says that low, quantity and high are not in order.
func (o Outcome) faulty() bool {
	return o.Low.Valid && o.Quantity.Valid && o.Low.Float64 > o.Quantity.Float64 ||
		o.Quantity.Valid && o.High.Valid && o.Quantity.Float64 > o.High.Float64 ||
		o.Low.Valid && o.High.Valid && o.Low.Float64 > o.High.Float64
}

// sums finds interventions whose costs by year and funder do not add up to the total that their own row states.
func (r Register) sums(all []Intervention) []Fault {
	total := map[string]int64{}
	for _, c := range r.Costs {
		total[c.Intervention] += c.AmountP
	}
	var out []Fault
	for _, i := range all {
		if sum, ok := total[i.ID]; ok && i.CostP.Valid && sum != i.CostP.Int64 {
			out = append(out, Fault{i.Record, fmt.Sprintf("the costs of %s add up to %s, its row states %s: correct one of them", i.ID, exactly(sum), exactly(i.CostP.Int64))})
		}
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Record.Line < out[b].Record.Line })
	return out
}

// exactly writes pence to the penny where they are no whole pounds.
func exactly(pence int64) string {
	decimals := 2
	if pence%100 == 0 {
		decimals = 0
	}
	return "£" + chart.Number(float64(pence)/100, decimals)
}
