package cli

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"

	"milieu/internal/stat"
)

// calcRun is a method made ready with its flags.
type calcRun = func(context.Context, csvTable) ([]string, [][]string, error)

// statMethods are the methods of calc on the kernel stat.
func statMethods() []method {
	return []method{
		{"lq", "region,industry,value", "region,industry,value,lq,lq_lo,lq_hi",
			"Location quotient (Florence 1939) of each cell, with the interval that the publisher's rounding allows. Empty where a total is 0.", calcLQ},
		{"shift-share", "region,industry,start,end", "region,change,national,mix,regional[,competitive,allocation]",
			"The change of each region parted into the growth of all regions together, the mix of industries and the rest (Dunn 1960), and the rest into competitive effect and allocation (Esteban-Marquillas 1972). An industry that starts at 0 everywhere has no rate: what it brings is regional, and it is named on standard error. One that starts at 0 in the region only brings allocation.", calcShiftShare},
		{"specialisation", "region,industry,value", "region,krugman,hoover,hachman,hhi,entropy",
			"Indices of specialisation and diversity of each region against all regions together, the region included; entropy in bits. Empty where a region's total is 0.", calcSpecialisation},
		{"concentration", "industry,region,plant_size", "industry,gamma,g,h,z",
			"Index of geographic concentration of Ellison and Glaeser (1997) from plant sizes; z against random choice by size, with the variance of their appendix. Empty where not defined: an industry of one plant, all jobs in one region.", calcConcentration},
		{"relatedness", "region,industry,value or a,b,count", "a,b,value",
			"How much two industries go together, for each pair with a before b: proximity (Hidalgo et al. 2007), or a measure on counts of co-occurrence (van Eck & Waltman 2009; Steijn 2017) without the diagonal. Presence is a location quotient of at least 1. Empty where an industry co-occurs with none.", calcRelatedness},
		{"complexity", "region,industry,value", "name,index",
			"Index of economic complexity (Hidalgo & Hausmann 2009) by the symmetric eigenvalue problem, population standard deviation, direction by correlation with diversity. Exit code 1 when it is not determined. What has no partner is left out and named on standard error.", calcComplexity},
		{"shares", "name,value", "measure,value",
			"How unequally a total is shared: Gini, Hoover, Herfindahl-Hirschman, Theil T and L, entropy in bits, Atkinson with 0.5 and 1; population forms. Rows of one name are summed. Empty where not defined (Theil L with a value of 0).", calcShares},
	}
}

// orEmpty is a number that is written in full, or empty where it is not defined.
func orEmpty(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return full(v)
}

// count reads a number that is not negative.
func (t csvTable) count(row, col int, name string) (float64, error) {
	v, err := t.number(row, col, name)
	if err == nil && v < 0 {
		err = fmt.Errorf("%s:%d: %s is %s; a count is not negative", t.name, t.lines[row], name, t.rows[row][col])
	}
	return v, err
}

// text reads a name, which is not empty.
func (t csvTable) text(row, col int, name string) (string, error) {
	s := strings.TrimSpace(t.rows[row][col])
	if s == "" {
		return "", fmt.Errorf("%s:%d: %s is empty", t.name, t.lines[row], name)
	}
	return s, nil
}

// cells reads region,industry,value.
func (t csvTable) cells() ([]stat.Cell, error) {
	at, err := t.columns("region", "industry", "value")
	if err != nil {
		return nil, err
	}
	cells := make([]stat.Cell, len(t.rows))
	for i := range t.rows {
		c := &cells[i]
		if c.Region, err = t.text(i, at[0], "region"); err != nil {
			return nil, err
		}
		if c.Industry, err = t.text(i, at[1], "industry"); err != nil {
			return nil, err
		}
		if c.Value, err = t.count(i, at[2], "value"); err != nil {
			return nil, err
		}
	}
	if len(cells) == 0 {
		return nil, t.noRows()
	}
	return cells, nil
}

func (t csvTable) noRows() error { return fmt.Errorf("%s: has a header but no rows", t.name) }

// table reads region,industry,value as a table of exact counts.
func (t csvTable) table() (stat.Table, error) {
	cells, err := t.cells()
	if err != nil {
		return stat.Table{}, err
	}
	table, err := stat.NewTable(cells, stat.None)
	if err != nil {
		return table, fmt.Errorf("%s: %w", t.name, err)
	}
	return table, nil
}

func calcLQ(fs *flag.FlagSet) calcRun {
	rounding := fs.String("rounding", "none", "how the counts were rounded, a `CLASS`: none, public-relaxed, public-strict, eul-relaxed or eul-strict")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		class, err := stat.ParseRounding(*rounding)
		if err != nil {
			return nil, nil, usagef("%v", err)
		}
		cells, err := t.cells()
		if err != nil {
			return nil, nil, err
		}
		table, err := stat.NewTable(cells, class)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		var out [][]string
		plain, err := stat.NewTable(cells, stat.None)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		exact := plain.Quotients()
		for i, q := range table.Quotients() {
			lq := []string{"", "", ""}
			if !q.LQ.Defined {
				// Rounding may leave nothing of both totals, so that no bound is known; the quotient is.
				lq[0] = exactQuotient(exact[i].LQ)
			} else {
				lq = []string{full(q.LQ.Value), full(q.LQ.Lo), full(q.LQ.Hi)}
			}
			out = append(out, append([]string{q.Region, q.Industry, full(q.Cell.Value)}, lq...))
		}
		return []string{"region", "industry", "value", "lq", "lq_lo", "lq_hi"}, out, nil
	}
}

func exactQuotient(q stat.Quotient) string {
	if !q.Defined {
		return ""
	}
	return orEmpty(q.Value)
}

func calcShiftShare(fs *flag.FlagSet) calcRun {
	how := fs.String("method", "dunn", "the `METHOD`: dunn, or esteban, which parts the regional effect further")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		if *how != "dunn" && *how != "esteban" {
			return nil, nil, usagef("method %q is neither dunn nor esteban", *how)
		}
		at, err := t.columns("region", "industry", "start", "end")
		if err != nil {
			return nil, nil, err
		}
		cells := make([]stat.Growth, len(t.rows))
		for i := range t.rows {
			c := &cells[i]
			var errs [4]error
			c.Region, errs[0] = t.text(i, at[0], "region")
			c.Industry, errs[1] = t.text(i, at[1], "industry")
			c.Start, errs[2] = t.count(i, at[2], "start")
			c.End, errs[3] = t.count(i, at[3], "end")
			for _, err := range errs {
				if err != nil {
					return nil, nil, err
				}
			}
		}
		if len(cells) == 0 {
			return nil, nil, t.noRows()
		}
		s, err := stat.ShiftShare(cells)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		if len(s.NewToAll) > 0 {
			t.warn("no rate of growth for what starts at 0 everywhere; it counts as regional: %s", strings.Join(s.NewToAll, ", "))
		}
		if s.NewToRegion > 0 && *how == "esteban" {
			t.warn("%d industries start at 0 in a region: what they bring there is allocation", s.NewToRegion)
		}
		head := []string{"region", "change", "national", "mix", "regional"}
		if *how == "esteban" {
			head = append(head, "competitive", "allocation")
		}
		var out [][]string
		for _, r := range s.Regions {
			row := []string{r.Region, orEmpty(r.Change), orEmpty(r.National), orEmpty(r.Mix), orEmpty(r.Regional), orEmpty(r.Competitive), orEmpty(r.Allocation)}
			out = append(out, row[:len(head)])
		}
		return head, out, nil
	}
}

func calcSpecialisation(*flag.FlagSet) calcRun {
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		table, err := t.table()
		if err != nil {
			return nil, nil, err
		}
		var out [][]string
		for _, s := range table.Specialisations() {
			row := []string{s.Region, "", "", "", "", ""}
			if s.Defined {
				row = []string{s.Region, orEmpty(s.Krugman), orEmpty(s.Hoover), orEmpty(s.Hachman), orEmpty(s.HHI), orEmpty(s.EntropyBits)}
			}
			out = append(out, row)
		}
		return []string{"region", "krugman", "hoover", "hachman", "hhi", "entropy"}, out, nil
	}
}

func calcConcentration(fs *flag.FlagSet) calcRun {
	totals := fs.String("totals", "", "`FILE` with region,total: all jobs by region; otherwise the plants given stand for all")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		at, err := t.columns("industry", "region", "plant_size")
		if err != nil {
			return nil, nil, err
		}
		plants := make([]stat.Plant, len(t.rows))
		for i := range t.rows {
			p := &plants[i]
			var errs [3]error
			p.Industry, errs[0] = t.text(i, at[0], "industry")
			p.Region, errs[1] = t.text(i, at[1], "region")
			p.Size, errs[2] = t.count(i, at[2], "plant_size")
			for _, err := range errs {
				if err != nil {
					return nil, nil, err
				}
			}
		}
		if len(plants) == 0 {
			return nil, nil, t.noRows()
		}
		var of map[string]float64
		if *totals != "" {
			if of, err = readTotals(*totals); err != nil {
				return nil, nil, err
			}
		}
		list, err := stat.EllisonGlaeser(plants, of)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		var out [][]string
		for _, a := range list {
			if math.IsNaN(a.Gamma) {
				t.warn("%s: the index is not defined (%d plants in %d regions)", a.Industry, a.Plants, a.Regions)
			}
			out = append(out, []string{a.Industry, orEmpty(a.Gamma), orEmpty(a.G), orEmpty(a.H), orEmpty(a.Z)})
		}
		return []string{"industry", "gamma", "g", "h", "z"}, out, nil
	}
}

func readTotals(name string) (map[string]float64, error) {
	return readLookup(name, "region", "total", csvTable.count)
}

// readLookup reads a file that gives each key one value.
func readLookup[V any](name, key, value string, cell func(t csvTable, row, col int, name string) (V, error)) (map[string]V, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := readTable(name, f)
	if err != nil {
		return nil, err
	}
	at, err := t.columns(key, value)
	if err != nil {
		return nil, err
	}
	out := map[string]V{}
	for i := range t.rows {
		k, err := t.text(i, at[0], key)
		if err != nil {
			return nil, err
		}
		if _, twice := out[k]; twice {
			return nil, fmt.Errorf("%s:%d: %s %q has a %s already", name, t.lines[i], key, k, value)
		}
		if out[k], err = cell(t, i, at[1], value); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func calcShares(*flag.FlagSet) calcRun {
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		at, err := t.columns("name", "value")
		if err != nil {
			return nil, nil, err
		}
		var values []float64
		index := map[string]int{}
		for i, row := range t.rows {
			v, err := t.count(i, at[1], "value")
			if err != nil {
				return nil, nil, err
			}
			k, again := index[row[at[0]]]
			if !again || row[at[0]] == "" {
				k = len(values)
				values = append(values, 0)
				index[row[at[0]]] = k
			}
			values[k] += v
		}
		if len(values) == 0 {
			return nil, nil, t.noRows()
		}
		s, err := stat.Inequalities(values)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		var out [][]string
		for _, m := range []struct {
			name  string
			value float64
		}{{"gini", s.Gini}, {"hoover", s.Hoover}, {"hhi", s.HHI}, {"theil_t", s.TheilT}, {"theil_l", s.TheilL}, {"entropy", s.EntropyBits}, {"atkinson_0.5", s.AtkinsonHalf}, {"atkinson_1", s.AtkinsonOne}} {
			if math.IsNaN(m.value) {
				t.warn("%s is not defined here", m.name)
			}
			out = append(out, []string{m.name, orEmpty(m.value)})
		}
		return []string{"measure", "value"}, out, nil
	}
}
