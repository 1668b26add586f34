package lake

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// Stage makes one table from others. It is either SQL (one statement that
// selects the rows) or a Go function.
type Stage struct {
	Name   string
	Inputs []string
	Grain  string   // what one row is, in words
	Key    []string // columns that tell rows apart; checked
	// Sorted are the columns by which the rows stand; the runner adds the order to
	// the query. They must tell rows apart, so that the same rows give the same bytes.
	Sorted []string
	Checks []Check
	SQL    string
	View   bool // not stored, read through by those that use it

	Version string // for Go stages: changes when the function or its settings do
	File    string // for Go stages: name of the file made; default table.parquet
	Run     func(ctx context.Context, w Work) error
	Private bool // used by other stages only, not part of the release
	// Always says that the stage is run by every build and its result not kept: it reads
	// what the keys of stages do not speak of, such as the release before. What reads its
	// table depends on the table's bytes. It is small, is not reported, and is no part of
	// a release.
	Always bool
	// ByInput says that the same rows may come in other bytes from run to run (text
	// read by several threads is cut into groups as they happen to finish). What
	// reads this table then depends on its inputs, not on its bytes.
	ByInput bool
}

// Check is a condition that the finished table must meet: the query counts the
// rows at fault.
type Check struct {
	Meaning string
	SQL     string
}

// Work is what a Go stage gets.
type Work struct {
	DB  *DB
	Dir string // folder to write into; it becomes visible when the stage is done
	// Inputs are the folders of the stage's inputs, by name.
	Inputs map[string]string
	// Progress tells how far the stage is: done of total, in Unit.
	Progress func(done, total int64, unit string)
}

// TableFile is the file name of a stage's table.
const TableFile = "table.parquet"

var header = regexp.MustCompile(`^-- ([a-z]+): *(.*)$`)

// ParseStage reads a stage from SQL text whose leading comment lines name
// table, inputs, grain, key, order (sorted: columns, or order: any for tables that only
// joins read), checks and, where it is not stored, "kind: view":
//
//	-- table: organisation
//	-- inputs: alias, ev_organisation
//	-- grain: one row an organisation
//	-- key: org_id
//	-- sorted: org_id
//	-- check: names are filled: select count(*) from organisation where name is null
func ParseStage(file, text string) (Stage, error) {
	s := Stage{SQL: strings.TrimSpace(text)}
	sc := bufio.NewScanner(strings.NewReader(text))
	for line := 1; sc.Scan(); line++ {
		m := header.FindStringSubmatch(sc.Text())
		if m == nil {
			if strings.HasPrefix(sc.Text(), "--") {
				continue
			}
			break
		}
		value := strings.TrimSpace(m[2])
		switch m[1] {
		case "table":
			s.Name = value
		case "inputs":
			s.Inputs = list(value)
		case "grain":
			s.Grain = value
		case "key":
			s.Key = list(value)
		case "sorted":
			s.Sorted = list(value)
		case "order":
			if value != "any" {
				return s, fmt.Errorf("%s:%d: order is %q; it may be any, or say sorted: columns", file, line, value)
			}
			s.ByInput = true
		case "kind":
			if value != "view" && value != "private" {
				return s, fmt.Errorf("%s:%d: kind is %q; it may be view or private", file, line, value)
			}
			s.View = value == "view"
			s.Private = true
		case "check":
			meaning, query, ok := strings.Cut(value, ": ")
			if !ok {
				return s, fmt.Errorf("%s:%d: a check is \"meaning: query\"", file, line)
			}
			s.Checks = append(s.Checks, Check{meaning, query})
		default:
			return s, fmt.Errorf("%s:%d: unknown header %q", file, line, m[1])
		}
	}
	if s.Name == "" || s.Grain == "" {
		return s, fmt.Errorf("%s: a stage names its table and its grain in its first lines", file)
	}
	return s, nil
}

// ParseStages reads all SQL files of a folder, in name order.
func ParseStages(fsys fs.FS, dir string) ([]Stage, error) {
	files, err := fs.Glob(fsys, path.Join(dir, "*.sql"))
	if err != nil {
		return nil, err
	}
	var stages []Stage
	for _, f := range files {
		text, err := fs.ReadFile(fsys, f)
		if err != nil {
			return nil, err
		}
		s, err := ParseStage(f, string(text))
		if err != nil {
			return nil, err
		}
		stages = append(stages, s)
	}
	return stages, nil
}

func list(s string) []string {
	var out []string
	for _, p := range strings.Split(s, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// order sorts stages so that inputs come first, otherwise as given.
func order(stages []Stage) ([]Stage, error) {
	at := map[string]int{}
	for i, s := range stages {
		if _, twice := at[s.Name]; twice {
			return nil, fmt.Errorf("lake: two stages make table %s", s.Name)
		}
		at[s.Name] = i
	}
	const (
		unseen = iota
		open
		done
	)
	state := make([]int, len(stages))
	var out []Stage
	var visit func(i int, from string) error
	visit = func(i int, from string) error {
		switch state[i] {
		case done:
			return nil
		case open:
			return fmt.Errorf("lake: stages %s and %s need each other", from, stages[i].Name)
		}
		state[i] = open
		for _, in := range stages[i].Inputs {
			j, ok := at[in]
			if !ok {
				return fmt.Errorf("lake: stage %s needs table %s, which nothing makes", stages[i].Name, in)
			}
			if err := visit(j, stages[i].Name); err != nil {
				return err
			}
		}
		state[i] = done
		out = append(out, stages[i])
		return nil
	}
	for i := range stages {
		if err := visit(i, ""); err != nil {
			return nil, err
		}
	}
	return out, nil
}
