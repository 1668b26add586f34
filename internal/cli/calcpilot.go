package cli

import (
	"context"
	"flag"
	"fmt"

	"milieu/internal/schedule"
)

// calcPilot folds one decision tree a row.
func calcPilot(fs *flag.FlagSet) func(context.Context, csvTable) ([]string, [][]string, error) {
	discount := fs.Float64("discount", 0.035, "`share` by which money counts less for each period of the delay")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		names := []string{"chance", "value", "cost", "pilot_cost", "delay", "sensitivity", "specificity"}
		cols, err := t.columns(append([]string{"id"}, names...)...)
		if err != nil {
			return nil, nil, err
		}
		var rows [][]string
		for i := range t.rows {
			var v [7]float64
			for k, name := range names {
				if v[k], err = t.number(i, cols[k+1], name); err != nil {
					return nil, nil, err
				}
			}
			p := schedule.Pilot{Chance: v[0], Value: v[1], Cost: v[2], PilotCost: v[3], Delay: v[4], Sensitivity: v[5], Specificity: v[6], Discount: *discount}
			w, err := p.Decide()
			if err != nil {
				return nil, nil, fmt.Errorf("%s:%d: %w", t.name, t.lines[i], err)
			}
			row := []string{t.rows[i][cols[0]], full(w.Now), full(w.First), full(w.Worth), full(w.Perfect), orEmpty(w.IfPositive), orEmpty(w.IfNegative)}
			for _, list := range [][]schedule.Range{w.Chances, w.Values} {
				lo, hi := "", ""
				if len(list) > 0 {
					lo, hi = full(list[0].Lo), orEmpty(list[len(list)-1].Hi)
				}
				row = append(row, lo, hi)
			}
			rows = append(rows, append(row, string(w.Best)))
		}
		return []string{"id", "now", "first", "waiting", "perfect", "if_positive", "if_negative", "chance_lo", "chance_hi", "value_lo", "value_hi", "best"}, rows, nil
	}
}
