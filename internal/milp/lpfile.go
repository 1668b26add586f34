package milp

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// WriteLP writes the problem in the CPLEX LP format, which CBC, GLPK, HiGHS,
// SCIP and others read. Names are reduced to letters, digits and underscores,
// cut to 60 characters, and numbered where they would be the same; a problem
// gives the same bytes each time. A row without terms is written with a zero
// coefficient, so that its truth is kept; a fix is
// written as a row. It fails on an invalid problem or
// when w fails.
func WriteLP(w io.Writer, p Problem) error {
	if err := p.Validate(); err != nil {
		return fmt.Errorf("milp: write LP: %w", err)
	}
	p = p.withFixes()
	out := &lpWriter{w: bufio.NewWriter(w), vars: make([]string, len(p.Objective))}
	taken := map[string]bool{}
	for j := range p.Objective {
		out.vars[j] = lpName("x", p.varName(j), taken)
	}
	if len(out.vars) == 0 {
		// The format has no empty objective.
		out.vars = []string{lpName("x", "none", taken)}
	}
	out.text("Maximize\n obj:")
	terms := make([]Term, len(p.Objective))
	for j, c := range p.Objective {
		terms[j] = Term{j, c}
	}
	out.terms(terms)
	out.text("\nSubject To\n")
	rowNames := map[string]bool{"obj": true}
	for i, r := range p.Rows {
		out.text(" " + lpName("r", p.rowName(i), rowNames) + ":")
		out.terms(merged(r.Terms))
		out.text(" " + r.Sense.String() + " " + lpNumber(r.RHS) + "\n")
	}
	if len(p.Rows) == 0 {
		// Some readers want one row.
		out.text(" r_none: " + out.vars[0] + " <= 1\n")
	}
	out.text("Binary\n")
	for _, name := range out.vars {
		out.text(" " + name + "\n")
	}
	out.text("End\n")
	if err := out.w.Flush(); err != nil {
		return fmt.Errorf("milp: write LP: %w", err)
	}
	return nil
}

type lpWriter struct {
	w    *bufio.Writer
	vars []string
}

// text writes s; bufio keeps the first error for Flush.
func (l *lpWriter) text(s string) { _, _ = l.w.WriteString(s) }

// terms writes a sum, five terms a line.
func (l *lpWriter) terms(terms []Term) {
	written := 0
	for _, t := range terms {
		if t.Coef == 0 {
			continue
		}
		if written > 0 && written%5 == 0 {
			l.text("\n  ")
		}
		sign := " + "
		if t.Coef < 0 {
			sign = " - "
		}
		l.text(sign + lpNumber(math.Abs(t.Coef)) + " " + l.vars[t.Var])
		written++
	}
	if written == 0 {
		l.text(" 0 " + l.vars[0])
	}
}

func lpNumber(x float64) string {
	if x == 0 {
		return "0" // not -0
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// merged adds up the terms of each variable, in the order of the variables, as
// the solver does.
func merged(terms []Term) []Term {
	m := model{}
	m.addRow(Row{Terms: terms})
	e := m.exact[0]
	scale := 1.0
	if e.whole && len(terms) > 0 {
		coefs := []float64{0}
		for _, t := range terms {
			coefs = append(coefs, t.Coef)
		}
		_, k, _ := scaleToWhole(coefs)
		scale = math.Pow10(k)
	}
	out := make([]Term, len(e.idx))
	for k, j := range e.idx {
		out[k] = Term{j, e.val[k]}
		if e.whole {
			out[k].Coef = float64(e.num[k]) / scale
		}
	}
	return out
}

// lpName makes a name that the format takes and that is not taken: a letter
// first, for a digit or an e with digits would read as a number.
func lpName(prefix, name string, taken map[string]bool) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_':
			return r
		}
		return '_'
	}, name)
	clean = prefix + "_" + clean[:min(len(clean), 58)]
	unique := clean
	for k := 2; taken[unique]; k++ {
		unique = clean + "_" + strconv.Itoa(k)
	}
	taken[unique] = true
	return unique
}
