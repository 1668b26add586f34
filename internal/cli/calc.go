package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"milieu/internal/graph"
	"milieu/internal/stat"
)

const calcHelp = `
Runs a method on a CSV with a header (a file, or standard input) and writes CSV with full double precision,
so that any figure can be set beside another tool's. Errors name the line.

  milieu calc --list
  milieu calc METHOD --help
  milieu calc lq employment.csv --rounding public-relaxed
  milieu calc network ties.csv --measure betweenness`

// method is one method of calc.
type method struct {
	name, in, out, about string
	setup                func(fs *flag.FlagSet) func(ctx context.Context, t csvTable) ([]string, [][]string, error)
}

func methods() []method {
	return []method{
		{"lq", "region,industry,value", "region,industry,value,lq,lq_lo,lq_hi",
			"Location quotient (Florence 1939) of each cell, with the interval that the publisher's rounding allows. Empty where a total is 0.", calcLQ},
		{"network", "from,to[,weight]", "node,value",
			"Degree (neighbours; strength with --weighted) or betweenness (Brandes 2001; each unordered pair once). Parallel ties add their weights; ties of a node with itself are dropped and counted on standard error. Weights are strengths: paths use 1/weight.", calcNetwork},
		{"names", "left,right", "left,right,score,match",
			"Whether two names are of one organisation: 1 the same words, from 0.5 upwards every word that tells bodies apart stands in both (in any order; misspelt, shortened, in another script), below it a word, a number or a place differs. match is 1 from --threshold upwards.", calcNames},
	}
}

func calcCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	list := fs.Bool("list", false, "list the methods")
	asJSON := fs.Bool("json", false, "write JSON")
	// Flags of methods are known only with the method: all are declared, and
	// those of another method are refused.
	byMethod := map[string]map[string]bool{}
	runs := map[string]func(context.Context, csvTable) ([]string, [][]string, error){}
	for _, m := range methods() {
		own := flag.NewFlagSet(m.name, flag.ContinueOnError)
		runs[m.name] = m.setup(own)
		byMethod[m.name] = map[string]bool{}
		own.VisitAll(func(f *flag.Flag) {
			byMethod[m.name][f.Name] = true
			fs.Var(f.Value, f.Name, f.Usage+" ("+m.name+")")
		})
	}
	return func(ctx context.Context, args []string) error {
		if *list {
			for _, m := range methods() {
				fmt.Fprintf(p.Stdout, "%-10s %s -> %s\n           %s\n", m.name, m.in, m.out, m.about)
			}
			return nil
		}
		if len(args) == 0 {
			return usagef("name a method; milieu calc --list names them")
		}
		run, ok := runs[args[0]]
		if !ok {
			return usagef("there is no method %q; milieu calc --list names them", args[0])
		}
		var wrong error
		fs.Visit(func(f *flag.Flag) {
			if f.Name != "list" && f.Name != "json" && !byMethod[args[0]][f.Name] {
				wrong = usagef("method %s has no flag --%s", args[0], f.Name)
			}
		})
		if wrong != nil {
			return wrong
		}
		if len(args) > 2 {
			return usagef("give one file, not %d", len(args)-1)
		}
		t, err := p.readCalc(args[1:])
		if err != nil {
			return err
		}
		t.warn = func(format string, a ...any) { fmt.Fprintf(p.Stderr, format+"\n", a...) }
		head, rows, err := run(ctx, t)
		if err != nil {
			return err
		}
		return p.writeCalc(head, rows, *asJSON)
	}
}

// methodUsage describes the method that a call of calc names, and says whether
// it names one.
func (p *Program) methodUsage(c command, args []string) bool {
	if c.name != "calc" || len(args) == 0 {
		return false
	}
	for _, m := range methods() {
		if m.name != args[0] {
			continue
		}
		own := flag.NewFlagSet(m.name, flag.ContinueOnError)
		m.setup(own)
		own.Bool("json", false, "write JSON")
		p.usage(p.Stdout, command{name: "calc " + m.name, args: "[FILE]", long: m.about + "\n\nColumns in:   " + m.in + "\nColumns out:  " + m.out}, own)
		return true
	}
	return false
}

// csvTable is a CSV in memory with the line of each row.
type csvTable struct {
	name   string
	header map[string]int
	rows   [][]string
	lines  []int
	warn   func(format string, args ...any)
}

const maxCalc = 1 << 30

func (p *Program) readCalc(args []string) (csvTable, error) {
	t := csvTable{name: "standard input", header: map[string]int{}}
	in := p.Stdin
	if len(args) == 1 && args[0] != "-" {
		f, err := os.Open(args[0])
		if err != nil {
			return t, err
		}
		defer f.Close()
		in, t.name = f, args[0]
	}
	text, err := io.ReadAll(io.LimitReader(in, maxCalc))
	if err != nil {
		return t, fmt.Errorf("%s: %w", t.name, err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return t, fmt.Errorf("%s: is empty; it needs a header line", t.name)
	}
	if err != nil {
		return t, t.fault(err)
	}
	for i, h := range head {
		t.header[strings.ToLower(strings.TrimSpace(h))] = i
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return t, t.fault(err)
		}
		line, _ := r.FieldPos(0)
		t.rows, t.lines = append(t.rows, row), append(t.lines, line)
	}
}

// fault says where the text is not CSV, as file and line.
func (t csvTable) fault(err error) error {
	var pe *csv.ParseError
	if !errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	if errors.Is(pe.Err, csv.ErrFieldCount) {
		return fmt.Errorf("%s:%d: the row has more or fewer cells than the header, which has %d", t.name, pe.Line, len(t.header))
	}
	return fmt.Errorf("%s:%d: %w at character %d", t.name, pe.Line, pe.Err, pe.Column)
}

// columns finds the columns of a method by name.
func (t csvTable) columns(names ...string) ([]int, error) {
	at := make([]int, len(names))
	for i, n := range names {
		c, ok := t.header[n]
		if !ok {
			return nil, fmt.Errorf("%s:1: column %q is missing; the method reads %s", t.name, n, strings.Join(names, ","))
		}
		at[i] = c
	}
	return at, nil
}

func (t csvTable) number(row, col int, name string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(t.rows[row][col]), 64)
	if err != nil || v != v || v > 1e300 || v < -1e300 {
		return 0, fmt.Errorf("%s:%d: %s is %q, which is not a number", t.name, t.lines[row], name, t.rows[row][col])
	}
	return v, nil
}

func (p *Program) writeCalc(head []string, rows [][]string, asJSON bool) error {
	if !asJSON {
		w := csv.NewWriter(p.Stdout)
		if err := w.Write(head); err != nil {
			return err
		}
		return w.WriteAll(rows)
	}
	out := make([]map[string]any, len(rows))
	for i, row := range rows {
		out[i] = map[string]any{}
		for j, h := range head {
			out[i][h] = jsonCell(h, row[j])
		}
	}
	return p.json(out)
}

// jsonCell is a number where the column holds numbers, null where it is empty.
func jsonCell(column, s string) any {
	switch column {
	case "region", "industry", "node", "from", "to", "left", "right", "why":
		return s
	}
	if s == "" {
		return nil
	}
	return json.Number(s)
}

func full(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func calcLQ(fs *flag.FlagSet) func(context.Context, csvTable) ([]string, [][]string, error) {
	rounding := fs.String("rounding", "none", "how the counts were rounded, a `CLASS`: none, public-relaxed, public-strict, eul-relaxed or eul-strict")
	return func(_ context.Context, t csvTable) ([]string, [][]string, error) {
		class, err := stat.ParseRounding(*rounding)
		if err != nil {
			return nil, nil, usagef("%v", err)
		}
		at, err := t.columns("region", "industry", "value")
		if err != nil {
			return nil, nil, err
		}
		cells := make([]stat.Cell, len(t.rows))
		for i, row := range t.rows {
			v, err := t.number(i, at[2], "value")
			if err != nil {
				return nil, nil, err
			}
			if v < 0 {
				return nil, nil, fmt.Errorf("%s:%d: value is %s; a count is not negative", t.name, t.lines[i], row[at[2]])
			}
			cells[i] = stat.Cell{Region: row[at[0]], Industry: row[at[1]], Value: v}
		}
		table, err := stat.NewTable(cells, class)
		if err != nil {
			return nil, nil, err
		}
		var out [][]string
		for _, q := range table.Quotients() {
			lq := []string{"", "", ""}
			if q.LQ.Defined {
				lq = []string{full(q.LQ.Value), full(q.LQ.Lo), full(q.LQ.Hi)}
			}
			out = append(out, append([]string{q.Region, q.Industry, full(q.Cell.Value)}, lq...))
		}
		return []string{"region", "industry", "value", "lq", "lq_lo", "lq_hi"}, out, nil
	}
}

func calcNetwork(fs *flag.FlagSet) func(context.Context, csvTable) ([]string, [][]string, error) {
	measure := fs.String("measure", "degree", "the `MEASURE`, degree or betweenness")
	directed := fs.Bool("directed", false, "ties have a direction")
	weighted := fs.Bool("weighted", false, "use the weight column: strength, and paths over 1/weight")
	normalised := fs.Bool("normalised", false, "divide betweenness by the number of pairs, (n-1)(n-2)/2 (twice that when directed)")
	return func(ctx context.Context, t csvTable) ([]string, [][]string, error) {
		at, err := t.columns("from", "to")
		if err != nil {
			return nil, nil, err
		}
		weight, has := t.header["weight"]
		if *weighted && !has {
			return nil, nil, fmt.Errorf("%s:1: --weighted needs a column \"weight\"", t.name)
		}
		edges := make([]graph.Edge, len(t.rows))
		for i, row := range t.rows {
			e := graph.Edge{From: row[at[0]], To: row[at[1]], Weight: 1}
			if has {
				if e.Weight, err = t.number(i, weight, "weight"); err != nil {
					return nil, nil, err
				}
			}
			if e.From == "" || e.To == "" || e.Weight <= 0 {
				return nil, nil, fmt.Errorf("%s:%d: a tie has two names and a weight above 0", t.name, t.lines[i])
			}
			edges[i] = e
		}
		g, err := graph.New(edges, graph.Options{Directed: *directed})
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", t.name, err)
		}
		if n := g.Loops(); n > 0 {
			t.warn("%d ties of a node with itself were dropped", n)
		}
		values, err := networkValues(ctx, g, *measure, *weighted, *normalised)
		if err != nil {
			return nil, nil, err
		}
		out := make([][]string, g.Len())
		for v := range out {
			out[v] = []string{g.Name(v), full(values[v])}
		}
		return []string{"node", "value"}, out, nil
	}
}

func networkValues(ctx context.Context, g *graph.Graph, measure string, weighted, normalised bool) ([]float64, error) {
	switch measure {
	case "degree":
		if weighted {
			return graph.Strength(g), nil
		}
		var out []float64
		for _, d := range graph.Degree(g) {
			out = append(out, float64(d))
		}
		return out, nil
	case "betweenness":
		return graph.Betweenness(ctx, g, graph.BetweennessOptions{Weighted: weighted, Normalised: normalised})
	}
	return nil, usagef("measure %q is neither degree nor betweenness", measure)
}
