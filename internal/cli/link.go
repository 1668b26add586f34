package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"milieu/internal/link"
)

const linkHelp = `
Compares the rows of two tables, or of one with itself, and writes the pairs that may be the same thing:
left_id,right_id,weight,probability,match. The weight is in log2 units (0 is an even chance); match is 1 from the
threshold on. How rows are compared is a model: organisations and people come with the program, others are
TOML files. Tables are CSV with a header, bare, gzip or ZIP; the columns are found by their names. Examples:

  milieu link register.csv grants.csv -o pairs.csv
  milieu link members.csv --model people --train --clusters same.csv -o pairs.csv
  milieu link a.csv b.csv --unique left,right --map name=Supplier --id "Supplier no"
  milieu link register.csv grants.csv --explain 01234567 G-17

Pairs are looked at when they agree in one of the model's blocking rules; how many that are is counted before any is
compared, and what a rule refuses is said. With --dir a run that was stopped goes on where it stood, and a later
run with more rows compares only those. With --unique a table that has no duplicates is not compared with itself,
and a row of the other is matched to the best row of it only.`

// linkFlags are the flags of link.
type linkFlags struct {
	out, model, save, clusters, unique, id, dir string
	train, explain, json                        bool
	threshold, keep                             float64
	memory, workers                             int
	seed                                        uint64
	columns                                     mapping
	found                                       map[string]bool // of the columns that the call names
}

func linkCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	f := &linkFlags{columns: mapping{}}
	fs.StringVar(&f.out, "o", "-", "`FILE` for the pairs; - is standard output")
	fs.StringVar(&f.model, "model", "organisations", "`MODEL`: "+strings.Join(link.ShippedNames(), ", ")+", or a TOML file")
	fs.BoolVar(&f.train, "train", false, "estimate the model's numbers from these tables first")
	fs.StringVar(&f.save, "save-model", "", "`FILE` for the model with the numbers that were used")
	fs.Float64Var(&f.threshold, "threshold", 0, "least `PROBABILITY` of a match, 0 to 1; default the model's")
	fs.Float64Var(&f.keep, "keep", 0, "least `PROBABILITY` of a pair that is written; default the model's")
	fs.StringVar(&f.unique, "unique", "", "tables without duplicates, a `LIST` of left, right")
	fs.StringVar(&f.id, "id", "", "`COLUMN` that names rows; default id, unique_id, rec_id or the first")
	fs.Var(f.columns, "map", "FIELD=COLUMN: where a column of the model stands in the files; may be given several times")
	fs.StringVar(&f.dir, "dir", "", "`FOLDER` for work that is kept: to go on after a stop, and to add rows later")
	fs.BoolVar(&f.explain, "explain", false, "say why the two rows whose ids follow the files have the weight that they have")
	fs.IntVar(&f.memory, "memory", 2048, "`MB` that the comparison may take beside the tables; more goes to disk")
	fs.IntVar(&f.workers, "workers", 0, "`NUMBER` of processors to use; default all")
	fs.Uint64Var(&f.seed, "seed", 1, "`NUMBER` that chooses the random pairs of training")
	fs.StringVar(&f.clusters, "clusters", "", "`FILE` for id,cluster: which rows are one thing by the matches")
	fs.BoolVar(&f.json, "json", false, "write the report as JSON to standard output; the pairs then need -o")
	return func(ctx context.Context, args []string) error {
		files, ids, err := f.arguments(args)
		if err != nil {
			return err
		}
		return p.link(ctx, f, files, ids)
	}
}

// arguments parts the files from the two ids that --explain wants.
func (f *linkFlags) arguments(args []string) (files, ids []string, err error) {
	if f.explain {
		if len(args) != 3 && len(args) != 4 {
			return nil, nil, usagef("--explain wants one or two files and the ids of two rows")
		}
		args, ids = args[:len(args)-2], args[len(args)-2:]
	}
	switch {
	case len(args) == 0:
		return nil, nil, usagef("name one or two CSV files")
	case len(args) > 2:
		return nil, nil, usagef("give one or two files, not %d", len(args))
	case f.threshold < 0 || f.threshold >= 1 || f.keep < 0 || f.keep >= 1:
		return nil, nil, usagef("--threshold and --keep are probabilities from 0 to below 1")
	case f.json && f.out == "-" && !f.explain:
		return nil, nil, usagef("--json writes the report to standard output; name a file for the pairs with -o")
	case f.memory < 16:
		return nil, nil, usagef("--memory is %d MB; it needs 16 at least", f.memory)
	}
	for _, s := range f.uniqueSides() {
		if s != "left" && s != "right" {
			return nil, nil, usagef("--unique names left, right or both, not %q", s)
		}
		if s == "right" && len(args) == 1 {
			return nil, nil, usagef("there is no right table: one file is compared with itself")
		}
		if len(args) == 1 {
			return nil, nil, usagef("a single table without duplicates has nothing to link; leave --unique out")
		}
	}
	return args, ids, nil
}

func (f *linkFlags) uniqueSides() []string {
	if f.unique == "" {
		return nil
	}
	return strings.Split(f.unique, ",")
}

// mapping is --map FIELD=COLUMN.
type mapping map[string]string

func (m mapping) String() string { return "" }

func (m mapping) Set(s string) error {
	field, column, ok := strings.Cut(s, "=")
	if !ok || field == "" || column == "" {
		return errors.New("write FIELD=COLUMN")
	}
	m[field] = column
	return nil
}

// linkModel reads a shipped model or a file.
func linkModel(name string) (link.Model, error) {
	if slices.Contains(link.ShippedNames(), name) {
		return link.Shipped(name)
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return link.Model{}, fmt.Errorf("there is no model and no file %q; models are %s", name, strings.Join(link.ShippedNames(), " and "))
	}
	if err != nil {
		return link.Model{}, err
	}
	m, err := link.ParseModel(string(text))
	var me *link.ModelError
	if errors.As(err, &me) {
		return m, fmt.Errorf("%s:%d: %s", name, me.Line, me.Msg)
	}
	return m, err
}

const linkGC = 40 // percent

// linking is one call of link.
type linking struct {
	p      *Program
	f      *linkFlags
	m      link.Model
	tables []*link.Table
	read   []linkRead
	rep    link.Report
	start  time.Time
	bar    *linkBar
}

func (p *Program) link(ctx context.Context, f *linkFlags, files, ids []string) error {
	m, err := linkModel(f.model)
	if err != nil {
		return err
	}
	for _, field := range slices.Sorted(maps.Keys(f.columns)) {
		if !slices.ContainsFunc(m.Columns(), func(c link.Column) bool { return c.Name == field }) {
			return usagef("--map: model %s has no column %q; it has %s", m.Name, field, columnNames(m))
		}
	}
	// Most of the memory stays in use to the end: letting garbage pile up to as much again
	// would only double it.
	defer debug.SetGCPercent(debug.SetGCPercent(linkGC))
	l := &linking{p: p, f: f, m: m, start: p.Now(), bar: &linkBar{p: p}}
	for i, file := range files {
		unique := slices.Contains(f.uniqueSides(), []string{"left", "right"}[i])
		t, read, err := p.readLink(ctx, file, m, f, unique, []string{"left", "right"}[i])
		if err != nil {
			return err
		}
		l.tables, l.read = append(l.tables, t), append(l.read, read)
	}
	if err := f.unseen(); err != nil {
		return err
	}
	if f.train || f.save != "" {
		if err := l.train(ctx); err != nil {
			return err
		}
	}
	if f.explain {
		return l.explain(ctx, ids)
	}
	return l.run(ctx)
}

func columnNames(m link.Model) string {
	var out []string
	for _, c := range m.Columns() {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

func (l *linking) options() link.Options {
	return link.Options{Dir: l.f.dir, Workers: l.f.workers, MemoryMB: l.f.memory, Seed: l.f.seed, Keep: l.f.keep, Threshold: l.f.threshold,
		Single: l.f.unique != "", Progress: l.bar.show, Counted: l.counted}
}

// train estimates the model's numbers and saves the model when asked.
func (l *linking) train(ctx context.Context) error {
	if l.f.train {
		fmt.Fprintln(l.p.Stderr, "training")
		m, training, err := link.Train(ctx, l.m, l.tables, l.options())
		l.bar.end()
		if err != nil {
			return err
		}
		l.m, l.rep.Training = m, &training
		for _, u := range training.Unseen {
			fmt.Fprintf(l.p.Stderr, "  no example of %s: the model's number stays\n", u)
		}
	}
	if l.f.save == "" {
		return nil
	}
	return writeAside(l.f.save, func(w io.Writer) error {
		_, err := io.WriteString(w, l.m.Text())
		return err
	})
}

// writeAside writes a file beside its place and renames it when it is whole.
func writeAside(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	w := bufio.NewWriterSize(f, 1<<16)
	err = errors.Join(write(w), w.Flush(), f.Chmod(0o644), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// counted says how many pairs each rule gives.
func (l *linking) counted(rules []link.RuleReport) error {
	l.bar.end()
	w := l.p.Stderr
	fmt.Fprintf(w, "%-40s %12s %14s\n", "rule", "blocks", "pairs")
	for _, r := range rules {
		if r.Pairs == 0 && r.RefusedBlocks == 0 {
			continue
		}
		fmt.Fprintf(w, "%-40s %12s %14s\n", r.Name, thousands(r.Blocks), thousands(r.Pairs))
		if r.Split > 0 {
			fmt.Fprintf(w, "  %s blocks over the cap were divided by the rule's next key\n", thousands(r.Split))
		}
		if r.RefusedBlocks > 0 {
			fmt.Fprintf(w, "  refused: %s blocks over the cap with %s pairs; the largest:", thousands(r.RefusedBlocks), thousands(r.RefusedPairs))
			for _, x := range r.Refused[:min(3, len(r.Refused))] {
				fmt.Fprintf(w, " %q (%s rows)", x.Key, thousands(int64(x.Records)))
			}
			fmt.Fprintln(w)
		}
	}
	return nil
}

// run links and writes what was asked for.
func (l *linking) run(ctx context.Context) error {
	var edges []link.Edge
	write := func(w io.Writer) error {
		out := csv.NewWriter(w)
		if err := out.Write([]string{"left_id", "right_id", "weight", "probability", "match"}); err != nil {
			return err
		}
		training := l.rep.Training
		rep, err := link.Run(ctx, l.m, l.tables, l.options(), func(p link.Pair) error {
			match := "0"
			if p.Match {
				match = "1"
				if l.f.clusters != "" {
					edges = append(edges, link.Edge{A: l.node(p.Left), B: l.node(p.Right), Weight: p.Weight, Probability: p.Probability, By: "match"})
				}
			}
			return out.Write([]string{l.tables[p.Left.Table].ID(p.Left.Row), l.tables[p.Right.Table].ID(p.Right.Row),
				strconv.FormatFloat(p.Weight, 'f', 4, 64), strconv.FormatFloat(p.Probability, 'f', 6, 64), match})
		})
		l.rep = rep
		l.rep.Training = training
		out.Flush()
		return errors.Join(err, out.Error())
	}
	var err error
	if l.f.out == "-" {
		w := bufio.NewWriterSize(l.p.Stdout, 1<<16)
		err = errors.Join(write(w), w.Flush())
	} else {
		err = writeAside(l.f.out, write)
	}
	l.bar.end()
	if err != nil {
		return err
	}
	if l.f.clusters != "" {
		if err := writeAside(l.f.clusters, func(w io.Writer) error { return l.clusters(w, edges) }); err != nil {
			return err
		}
	}
	return l.report()
}

// node names a row over both tables.
func (l *linking) node(r link.Ref) string {
	id := l.tables[r.Table].ID(r.Row)
	if len(l.tables) == 1 {
		return id
	}
	return l.tables[r.Table].Name() + ":" + id
}

// clusters writes which rows are one thing. Numbers follow the first row of each.
func (l *linking) clusters(w io.Writer, edges []link.Edge) error {
	var rows []string
	unique := map[string]string{}
	for i, t := range l.tables {
		for r := range t.Len() {
			rows = append(rows, l.node(link.Ref{Table: i, Row: r}))
			if t.Unique() {
				unique[rows[len(rows)-1]] = t.Name()
			}
		}
	}
	out := csv.NewWriter(w)
	if err := out.Write([]string{"id", "cluster"}); err != nil {
		return err
	}
	for i, g := range link.Cluster(rows, edges, link.Constraints{Unique: unique}).Clusters {
		for _, r := range g.Records {
			if err := out.Write([]string{r, strconv.Itoa(i + 1)}); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
