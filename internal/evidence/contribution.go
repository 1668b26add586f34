package evidence

import (
	"fmt"
	"regexp"
	"strings"

	"milieu/internal/lake"
)

var placeholder = regexp.MustCompile(`\{\{ *(raw|option\.([a-z_]+)) *\}\}`)

// contributions are the views that give each noun its rows from all sources,
// in the order in which the workspace lists them.
func contributions(sources []Source, defs map[string]Definition) ([]lake.Stage, error) {
	var stages []lake.Stage
	for _, n := range Nouns {
		parts := []string{n.empty()}
		var inputs []string
		for _, s := range sources {
			d := defs[s.Type]
			text, ok := d.nouns[n.Name]
			if !ok {
				continue
			}
			sql, err := fill(text, s, d)
			if err != nil {
				return nil, fmt.Errorf("source %s: %w", s.ID, err)
			}
			parts = append(parts, n.project(s.ID, sql))
			inputs = append(inputs, rawName(s.ID))
		}
		stages = append(stages, lake.Stage{
			Name: "ev_" + n.Name, Inputs: inputs, Grain: "one row a " + n.Name + " in a source",
			SQL: strings.Join(parts, "\nunion all\n"), View: true, Private: true,
		})
	}
	return stages, nil
}

// fill puts the raw table and the options into a contribution's text.
func fill(text string, s Source, d Definition) (string, error) {
	var fault error
	out := placeholder.ReplaceAllStringFunc(text, func(m string) string {
		p := placeholder.FindStringSubmatch(m)
		if p[1] == "raw" {
			return lake.Ident(rawName(s.ID))
		}
		v, err := d.option(s, p[2])
		if err != nil {
			fault = err
		}
		return lake.Literal(v)
	})
	return strings.TrimRight(strings.TrimSpace(out), ";"), fault
}

func rawName(source string) string { return "raw_" + strings.ReplaceAll(source, "-", "_") }
