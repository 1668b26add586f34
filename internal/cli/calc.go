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
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
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

// wholes are the methods that do not read and write CSV: they have no setup.
var wholes = map[string]func(fs *flag.FlagSet) calcWhole{"portfolio": calcPortfolio}

// declare adds the method's flags to fs.
func (m method) declare(fs *flag.FlagSet) (run calcRun, whole calcWhole) {
	if m.setup == nil {
		return nil, wholes[m.name](fs)
	}
	return m.setup(fs), nil
}

// calcWhole is a run of a method that reads and writes what it wants; args are those after its name.
type calcWhole = func(ctx context.Context, p *Program, args []string) error

func methods() []method {
	return slices.Concat(statMethods(), densityMethods(), spatialMethods(), networkMethods(), surveyMethods(), appraiseMethods(), mcdaMethods(), scheduleMethods(), portfolioMethods(), []method{
		{"names", "left,right", "left,right,score,match",
			"Whether two names are of one organisation: 1 the same words, from 0.5 upwards every word that tells bodies apart stands in both (in any order; misspelt, shortened, in another script), below it a word, a number or a place differs. match is 1 from --threshold upwards.", calcNames},
	})
}

func calcCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	list := fs.Bool("list", false, "list the methods")
	asJSON := fs.Bool("json", false, "write JSON")
	// Flags of methods are known only with the method: all are declared, those of
	// another method are refused, and the rest are handed to the method's own.
	byMethod := map[string]*flag.FlagSet{}
	runs, others := map[string]calcRun{}, map[string]calcWhole{}
	for _, m := range methods() {
		own := flag.NewFlagSet(m.name, flag.ContinueOnError)
		runs[m.name], others[m.name] = m.declare(own)
		byMethod[m.name] = own
		own.VisitAll(func(f *flag.Flag) { declare(fs, f, m.name) })
	}
	return func(ctx context.Context, args []string) error {
		if *list {
			for _, m := range methods() {
				about, _, _ := strings.Cut(m.about, "\n\n")
				fmt.Fprintf(p.Stdout, "%-16s %s -> %s\n                 %s\n", m.name, m.in, m.out, about)
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
		own := byMethod[args[0]]
		fs.Visit(func(f *flag.Flag) {
			switch {
			case f.Name == "list" || f.Name == "json" || wrong != nil:
			case own.Lookup(f.Name) == nil:
				wrong = usagef("method %s has no flag --%s", args[0], f.Name)
			default:
				if err := own.Set(f.Name, f.Value.String()); err != nil {
					wrong = usagef("invalid value %q for flag --%s: %v", f.Value, f.Name, err)
				}
			}
		})
		if wrong != nil {
			return wrong
		}
		if len(args) > 2 {
			return usagef("give one file, not %d", len(args)-1)
		}
		if whole := others[args[0]]; whole != nil {
			return whole(ctx, p, args[1:])
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

// given is a flag as it was typed, for whichever method takes it.
type given struct {
	text string
	yes  bool // needs no value
}

func (g *given) String() string     { return g.text }
func (g *given) Set(s string) error { g.text = s; return nil }
func (g *given) IsBoolFlag() bool   { return g.yes }

// declare adds a flag of a method to those of calc; several methods may have one of
// the same name.
func declare(fs *flag.FlagSet, f *flag.Flag, method string) {
	if old := fs.Lookup(f.Name); old != nil {
		_, text := flag.UnquoteUsage(f) // the first has named the value already
		old.Usage += "; " + text + " (" + method + ")"
		return
	}
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	fs.Var(&given{text: f.DefValue, yes: ok && b.IsBoolFlag()}, f.Name, f.Usage+" ("+method+")")
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
		m.declare(own)
		own.Bool("json", false, "write JSON")
		columns := "Columns "
		if m.setup == nil {
			columns = ""
		}
		p.usage(p.Stdout, command{name: "calc " + m.name, args: "[FILE]", long: m.about + "\n\n" + columns + "in:   " + m.in + "\n" + columns + "out:  " + m.out}, own)
		return true
	}
	return false
}

// csvTable is a CSV in memory with the line of each row.
type csvTable struct {
	name   string
	header map[string]int
	twice  []string // names of columns that stand twice
	rows   [][]string
	lines  []int
	warn   func(format string, args ...any)
}

const maxCalc = 1 << 30

func (p *Program) readCalc(args []string) (csvTable, error) {
	in, name, err := p.openCalc(args)
	if err != nil {
		return csvTable{}, err
	}
	defer in.Close()
	return readTable(name, in)
}

// openCalc opens the file that a call names, or standard input.
func (p *Program) openCalc(args []string) (in io.ReadCloser, name string, err error) {
	if len(args) == 1 && args[0] != "-" {
		f, err := os.Open(args[0])
		return f, args[0], err
	}
	return io.NopCloser(p.Stdin), "standard input", nil
}

// readTable reads a CSV with a header.
func readTable(name string, in io.Reader) (csvTable, error) {
	t := csvTable{name: name, header: map[string]int{}}
	text, err := io.ReadAll(io.LimitReader(in, maxCalc+1))
	if err != nil {
		return t, fmt.Errorf("%s: %w", t.name, err)
	}
	if len(text) > maxCalc {
		return t, fmt.Errorf("%s: is larger than %d MB, which is the most that is read", t.name, maxCalc>>20)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return t, fmt.Errorf("%s: is empty; it needs a header line", t.name)
	}
	if err != nil {
		return t, t.fault(err)
	}
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		if _, again := t.header[h]; again {
			t.twice = append(t.twice, h)
		}
		t.header[h] = i
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return t, t.fault(err)
		}
		if blankRow(row) {
			continue // spreadsheets leave such rows at the end
		}
		line, _ := r.FieldPos(0)
		if len(row) != len(head) {
			return t, fmt.Errorf("%s:%d: the row has %d cells and the header %d", t.name, line, len(row), len(head))
		}
		t.rows, t.lines = append(t.rows, row), append(t.lines, line)
	}
}

func blankRow(row []string) bool {
	for _, cell := range row {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// fault says where the text is not CSV, as file and line.
func (t csvTable) fault(err error) error {
	var pe *csv.ParseError
	if !errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return fmt.Errorf("%s:%d: %w at character %d", t.name, pe.Line, pe.Err, pe.Column)
}

// columns finds the columns of a method by name.
func (t csvTable) columns(names ...string) ([]int, error) {
	at := make([]int, len(names))
	for i, n := range names {
		c, ok := t.header[n]
		if !ok {
			return nil, fmt.Errorf("%s:1: column %q is missing; the method reads %s%s", t.name, n, strings.Join(names, ","), t.oddHeader())
		}
		if slices.Contains(t.twice, n) {
			return nil, fmt.Errorf("%s:1: column %q stands twice; rename or remove one", t.name, n)
		}
		at[i] = c
	}
	return at, nil
}

// oddHeader says what may be wrong with a header of one column.
func (t csvTable) oddHeader() string {
	for h := range t.header {
		if len(t.header) == 1 && strings.ContainsAny(h, ";\t") {
			return "; the header is one column, so part the columns by commas"
		}
	}
	return ""
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
	case "region", "industry", "node", "from", "to", "left", "right", "why", "name", "id", "a", "b", "option", "other", "criterion", "measure", "group", "stratum", "category", "interval", "best":
		return s
	}
	if v, err := strconv.ParseFloat(s, 64); s == "" || err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		return nil
	}
	return json.Number(s)
}

// full is a number with all its digits, in plain figures where it is not very large or very
// small (as in JavaScript).
func full(v float64) string {
	if a := math.Abs(v); a == 0 || a >= 1e-6 && a < 1e21 {
		return strconv.FormatFloat(v+0, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
