package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"milieu/internal/portfolio/choice"
)

func portfolioMethods() []method {
	return []method{{"portfolio", "JSON problem (--schema problem)", "JSON solution (--schema solution)", portfolioAbout + choice.Example, nil}}
}

const portfolioAbout = `Which options to take so that their value is largest under budgets, shares, groups, dependencies and exclusions: proven optimal, with what binds.

Budgets are by year, funder and tag; shares are least and most shares of the cost or of the count; options need and
exclude each other, earn a bonus together, belong to groups of which so many may be chosen; any other linear rule
may be given. The solution has the proven bound and gap, the binding rules and what each holds back, what a larger
budget would be worth, other choices near the best, why an option is out and what it would cost to put it in, and
how often each option is chosen when values and costs are drawn. Of choices that are worth as much the cheapest is
taken. When nothing fits, status is infeasible and conflict names rules that cannot hold together: an irreducible set
(none of it can be left out), in which a rule with two limits stands with the half that takes part. That is an answer
(exit code 0). A problem that cannot be read is refused with line and path (exit code 1).

Money is in pounds with at most two decimals. A cost without year or funder is seen only by budgets without them.
Choosing nothing meets every share. This example runs as it stands (milieu calc portfolio --example prints it):

`

// portfolioFlags are the flags of calc portfolio.
type portfolioFlags struct {
	gap, near, more, limit *string
	alternatives, draws    *int
	seed                   *uint64
	explain, lp, schema    *string
	frontier               *string
	example                *bool
}

func calcPortfolio(fs *flag.FlagSet) calcWhole {
	f := portfolioFlags{
		gap:          fs.String("gap", "0", "relative `GAP` at which a choice is good enough, such as 0.01 or 1%"),
		alternatives: fs.Int("alternatives", 3, "how many other choices are listed, a `NUMBER`"),
		near:         fs.String("near", "2%", "`SHARE` of the value that alternatives may lose; 0: only those worth as much"),
		explain:      fs.String("reasons", "auto", "`HOW` much is said of options and rules: none, quick (short searches; what they leave open is a range), full (to the proof) or auto (quick up to 50 options, none beyond)"),
		more:         fs.String("more", "10%", "`SHARE` by which each budget grows for its worth at the margin"),
		draws:        fs.Int("draws", 0, "`NUMBER` of triangular draws from value_low to value_high and cost_low to cost_high, value and cost the most likely; a problem that lists draws is solved for these"),
		seed:         fs.Uint64("seed", 0, "`SEED` of the draws"),
		frontier:     fs.String("frontier", "", "solves again with all budgets times each of these `FACTORS`, such as 0.5,1,1.5"),
		limit:        fs.String("time-limit", "", "`TIME` after which the best found is given with its bound, such as 10 (seconds) or 2m"),
		lp:           fs.String("lp", "", "writes the programme to a `FILE` in the CPLEX LP format"),
		schema:       fs.String("schema", "", "prints the JSON schema of the `FORMAT`: problem or solution"),
		example:      fs.Bool("example", false, "prints the example"),
	}
	return f.run
}

func (f portfolioFlags) run(ctx context.Context, p *Program, args []string) error {
	switch {
	case *f.example:
		_, err := io.WriteString(p.Stdout, choice.Example)
		return err
	case *f.schema != "":
		text, ok := choice.Schema(*f.schema)
		if !ok {
			return usagef("there is no schema %q: say --schema problem or --schema solution", *f.schema)
		}
		_, err := io.WriteString(p.Stdout, text)
		return err
	}
	o, factors, err := f.options()
	if err != nil {
		return err
	}
	if *f.limit != "" {
		d, err := parseLimit(*f.limit)
		if err != nil {
			return err
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d)
		defer cancel()
	}
	problem, err := p.readProblem(args)
	if err != nil {
		return err
	}
	large := *f.explain == "auto" && len(problem.Options) > mostExplained
	if large {
		o.Explain = choice.ExplainNone
	}
	if *f.lp != "" {
		if err := writeLPFile(*f.lp, problem); err != nil {
			return err
		}
	}
	s, err := choice.Solve(ctx, problem, o)
	if err != nil {
		return err
	}
	if large {
		s.Warnings = append(s.Warnings, fmt.Sprintf("why each option is in or out is not reckoned for more than %d options: ask for it with --reasons quick or --reasons full", mostExplained))
	}
	for _, w := range s.Warnings {
		fmt.Fprintf(p.Stderr, "warning: %s\n", w)
	}
	if err := f.beside(ctx, p, problem, &s, factors); err != nil {
		return err
	}
	return p.json(s)
}

// beside adds the draws and the frontier that were asked for.
func (f portfolioFlags) beside(ctx context.Context, p *Program, problem choice.Problem, s *choice.Solution, factors []float64) error {
	if *f.draws > 0 || len(problem.Draws) > 0 {
		var base []string
		if s.Status == choice.Optimal || s.Status == choice.Feasible {
			base = s.Chosen
		}
		said := 0
		d, err := choice.Draws(ctx, problem, base, choice.DrawOptions{N: *f.draws, Seed: *f.seed, Progress: func(done, total int) {
			if now := 10 * done / total; total >= 100 && now > said {
				said = now
				fmt.Fprintf(p.Stderr, "%d of %d draws\n", done, total)
			}
		}})
		if err != nil {
			return err
		}
		s.Draws = &d
	}
	if len(factors) > 0 {
		points, err := choice.Frontier(ctx, problem, factors, 0)
		if err != nil {
			return err
		}
		s.Frontier = points
	}
	return nil
}

func (f portfolioFlags) options() (choice.Options, []float64, error) {
	o := choice.Options{Alternatives: *f.alternatives}
	if o.Alternatives < 0 || o.Alternatives > 1000 {
		return o, nil, usagef("--alternatives is %d: give 0 to 1000", o.Alternatives)
	}
	if *f.draws < 0 || *f.draws > choice.MostDraws {
		return o, nil, usagef("--draws is %d: give 0 to %d", *f.draws, choice.MostDraws)
	}
	levels := map[string]choice.Explain{"auto": choice.ExplainQuick, "none": choice.ExplainNone, "quick": choice.ExplainQuick, "full": choice.ExplainFull}
	level, ok := levels[*f.explain]
	if !ok {
		return o, nil, usagef("--reasons %s is not one of auto, none, quick and full", *f.explain)
	}
	o.Explain = level
	for _, s := range []struct {
		flag, text string
		to         *float64
	}{{"gap", *f.gap, &o.Gap}, {"near", *f.near, &o.NearShare}, {"more", *f.more, &o.More}} {
		v, err := parsePart(s.text)
		if err != nil {
			return o, nil, usagef("--%s %s is not a share: write 0.01 or 1%%", s.flag, s.text)
		}
		*s.to = v
	}
	if o.More == 0 {
		return o, nil, usagef("--more is 0: give a share above 0, such as 10%%")
	}
	var factors []float64
	if *f.frontier != "" {
		for _, t := range strings.Split(*f.frontier, ",") {
			v, err := parsePart(strings.TrimSpace(t))
			if err != nil || v > 1000 {
				return o, nil, usagef("--frontier %s is not a list of factors: write 0.5,1,1.5", *f.frontier)
			}
			factors = append(factors, v)
		}
	}
	return o, factors, nil
}

// parsePart reads 0.01 or 1%; 0 or more.
func parsePart(s string) (float64, error) {
	text, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(v >= 0 && v < 1e9) {
		return 0, fmt.Errorf("%q is not a share", s)
	}
	if percent {
		v /= 100
	}
	return v, nil
}

func parseLimit(s string) (time.Duration, error) {
	if v, err := strconv.ParseFloat(s, 64); err == nil && v > 0 && v < 1e6 {
		return time.Duration(v * float64(time.Second)), nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, usagef("--time-limit %s is not a time: write 10 for seconds, or 2m", s)
	}
	return d, nil
}

// mostExplained is up to how many options are explained where nobody asks.
const mostExplained = 50

// mostProblem is the largest problem in bytes.
const mostProblem = 64 << 20

func (p *Program) readProblem(args []string) (choice.Problem, error) {
	in, name, err := p.openCalc(args)
	if err != nil {
		return choice.Problem{}, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, mostProblem+1))
	if err != nil {
		return choice.Problem{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > mostProblem {
		return choice.Problem{}, fmt.Errorf("%s: is larger than %d MB, which is the most that is read", name, mostProblem>>20)
	}
	problem, err := choice.Parse(data)
	if err != nil {
		return problem, fmt.Errorf("%s: %w", name, err)
	}
	return problem, nil
}

func writeLPFile(name string, problem choice.Problem) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := choice.WriteLP(f, problem); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
