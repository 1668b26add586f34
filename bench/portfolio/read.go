package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"milieu/internal/milp"
)

// read returns the problem of an LP file that milp.WriteLP wrote; it does not
// know the rest of the format.
func read(file string) (milp.Problem, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return milp.Problem{}, err
	}
	head, names, ok := strings.Cut(string(text), "Binary\n")
	objective, rows, ok2 := strings.Cut(head, "Subject To\n")
	if !ok || !ok2 {
		return milp.Problem{}, fmt.Errorf("%s: is not as milp.WriteLP writes it", file)
	}
	p := milp.Problem{}
	number := map[string]int{}
	for _, name := range strings.Fields(strings.TrimSuffix(strings.TrimSpace(names), "End")) {
		number[name] = len(p.Names)
		p.Names = append(p.Names, name)
	}
	p.Objective = make([]float64, len(p.Names))
	obj, err := parseRow(strings.TrimPrefix(objective, "Maximize\n"), number)
	if err != nil {
		return p, fmt.Errorf("%s: %w", file, err)
	}
	for _, t := range obj.Terms {
		p.Objective[t.Var] = t.Coef
	}
	for _, line := range strings.Split(strings.ReplaceAll(rows, "\n  ", " "), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		r, err := parseRow(line, number)
		if err != nil {
			return p, fmt.Errorf("%s: %w", file, err)
		}
		p.Rows = append(p.Rows, r)
	}
	return p, nil
}

// parseRow reads "name: + 2 x_a - 3 x_b <= 5".
func parseRow(line string, number map[string]int) (milp.Row, error) {
	name, rest, _ := strings.Cut(line, ":")
	r := milp.Row{Name: strings.TrimSpace(name)}
	words := strings.Fields(rest)
	sign, coef := 1.0, 1.0
	for i := 0; i < len(words); i++ {
		w := words[i]
		v, isNumber := strconv.ParseFloat(w, 64)
		j, known := number[w]
		switch {
		case w == "+":
			sign = 1
		case w == "-":
			sign = -1
		case w == "<=" || w == ">=" || w == "=":
			r.Sense = map[string]milp.Sense{"<=": milp.AtMost, ">=": milp.AtLeast, "=": milp.Equal}[w]
			rhs, err := strconv.ParseFloat(words[len(words)-1], 64)
			r.RHS = rhs
			return r, err
		case isNumber == nil:
			coef = v
		case known:
			r.Terms = append(r.Terms, milp.Term{Var: j, Coef: sign * coef})
			sign, coef = 1, 1
		default:
			return r, fmt.Errorf("row %s: %q is not known", r.Name, w)
		}
	}
	return r, nil
}
