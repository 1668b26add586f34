package cli

import (
	"context"
	"flag"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"

	"milieu/internal/evidence"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
)

const appraiseHelp = `
What interventions cost and bring, net beside gross: costs in real prices with optimism bias, jobs less deadweight, leakage, displacement
and substitution, the chance that it works from studies of its type, ranges over draws that share what they have in common. Without
an ID all interventions; with one its figures, objections and switching values. Examples:

  milieu appraise
  milieu appraise factory-2050 district
  milieu appraise --assume default/any/displacement:50% --assume discount/default:green-book-health
  milieu appraise --draws 50000 --seed 7 --json

Parameters are listed by: milieu parameters. Net figures are if it works; "expected" counts the chance.`

// repeated gathers a flag that may be given several times.
type repeated []string

func (r *repeated) String() string     { return strings.Join(*r, ";") }
func (r *repeated) Set(v string) error { *r = append(*r, v); return nil }

func appraiseCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	asJSON := fs.Bool("json", false, "write JSON")
	draws := fs.Int("draws", appraisal.DefaultDraws, "how many `N` draws")
	seed := fs.Uint64("seed", appraisal.DefaultSeed, "`SEED` of the draws")
	var assume, starts repeated
	fs.Var(&assume, "assume", "a changed `PARAMETER:VALUE`; may be given several times")
	fs.Var(&starts, "start", "a moved beginning `ID:YEAR`; may be given several times")
	return func(ctx context.Context, args []string) error {
		id, dir, err := clusterArgs(args)
		if err != nil {
			return err
		}
		ask, err := portfolio.ParseAsk(func(name string) string {
			switch name {
			case "assume":
				return assume.String()
			case "start":
				return starts.String()
			}
			return ""
		}, portfolio.Ask{Lens: portfolio.Growth})
		if err != nil {
			return usagef("%v", err)
		}
		set := appraisal.Of(ask)
		set.Draws, set.Seed = *draws, *seed
		res, err := p.appraise(ctx, dir, set)
		if err != nil {
			return err
		}
		return p.tellAppraisal(res, id, *asJSON)
	}
}

// appraise reckons the interventions of the current release.
func (p *Program) appraise(ctx context.Context, dir string, set appraisal.Settings) (appraisal.Result, error) {
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		return appraisal.Result{}, err
	}
	params, err := p.parametersOf(ws)()
	if err != nil {
		return appraisal.Result{}, err
	}
	db, err := openCurrent(ctx, []string{dir})
	if err != nil {
		return appraisal.Result{}, err
	}
	defer db.Close()
	in, err := appraisal.Read(ctx, db, params)
	if err != nil {
		return appraisal.Result{}, err
	}
	return appraisal.Appraise(ctx, in, set)
}

func (p *Program) tellAppraisal(res appraisal.Result, id string, asJSON bool) error {
	if id == "" {
		if asJSON {
			return p.json(appraisalRows(res))
		}
		return p.printAppraisals(res)
	}
	item, ok := res.Item(id)
	if !ok {
		return fmt.Errorf("there is no intervention %q in this release; milieu appraise lists them", id)
	}
	if asJSON {
		return p.json(newAppraisalRow(res, item))
	}
	return p.printAppraisal(res, item)
}

// appraisalRow is an appraisal as programs read it; figures that are not known are left out, and why says so.
type appraisalRow struct {
	ID         string             `json:"intervention"`
	Name       string             `json:"name"`
	BaseYear   int                `json:"price_year"`
	Year0      int                `json:"discounted_to"`
	Schedule   string             `json:"schedule"`
	Draws      int                `json:"draws"`
	Seed       uint64             `json:"seed"`
	Chance     *appraisalChance   `json:"chance,omitempty"`
	Measures   []appraisalMeasure `json:"measures"`
	Switches   []appraisalSwitch  `json:"switching_values"`
	Objections []appraisalObject  `json:"objections"`
}

type appraisalChance struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	Why  string  `json:"why"`
}

type appraisalMeasure struct {
	Key      string             `json:"measure"`
	Known    bool               `json:"known"`
	Why      string             `json:"why_not,omitempty"`
	Gross    *float64           `json:"gross,omitempty"`
	Net      *float64           `json:"net,omitempty"`
	Low      *float64           `json:"net_low,omitempty"`
	High     *float64           `json:"net_high,omitempty"`
	Mean     *float64           `json:"net_mean,omitempty"`
	Error    *float64           `json:"net_standard_error,omitempty"`
	Expected *appraisalExpected `json:"expected,omitempty"`
}

// appraisalExpected is a measure with the chance counted. High is left out where there is no upper end; nothing is then the share of
// draws in which nothing is gained.
type appraisalExpected struct {
	Value   float64  `json:"value"`
	Low     *float64 `json:"low,omitempty"`
	High    *float64 `json:"high,omitempty"`
	Nothing float64  `json:"share_of_draws_with_no_gain,omitempty"`
}

type appraisalSwitch struct {
	Input string   `json:"input"`
	Test  string   `json:"test"`
	Value *float64 `json:"value,omitempty"`
	Low   *float64 `json:"low,omitempty"`
	High  *float64 `json:"high,omitempty"`
	Unit  string   `json:"unit"`
	Why   string   `json:"why_not,omitempty"`
}

type appraisalObject struct {
	Key    string `json:"key"`
	Text   string `json:"text"`
	Reason string `json:"reason"`
}

func appraisalRows(res appraisal.Result) []appraisalRow {
	out := []appraisalRow{}
	for _, item := range res.Items {
		out = append(out, newAppraisalRow(res, item))
	}
	return out
}

func newAppraisalRow(res appraisal.Result, item appraisal.Item) appraisalRow {
	row := appraisalRow{ID: item.Intervention.ID, Name: item.Intervention.Name, BaseYear: res.BaseYear, Year0: item.Year0, Schedule: res.Schedule, Draws: res.Draws, Seed: res.Seed, Measures: []appraisalMeasure{}, Switches: []appraisalSwitch{}, Objections: []appraisalObject{}}
	if c := item.Chance; c.Known {
		row.Chance = &appraisalChance{c.Mean, c.Low, c.High, c.Why}
	}
	for _, m := range item.Measures {
		out := appraisalMeasure{Key: m.Key, Known: m.Known, Why: m.Why}
		if m.Known {
			out.Net, out.Low, out.High, out.Mean, out.Error = &m.Net, &m.Low, &m.High, &m.Mean, &m.Error
			if m.HasGross {
				out.Gross = &m.Gross
			}
		}
		if m.Counted {
			out.Expected = &appraisalExpected{Value: m.Expected, Low: finite(m.ExpectedLow), High: finite(m.ExpectedHigh), Nothing: m.Nothing}
		}
		row.Measures = append(row.Measures, out)
	}
	for _, s := range item.Switches {
		out := appraisalSwitch{Input: s.Input, Test: s.Test, Unit: s.Unit}
		if s.OK {
			out.Value = &s.Value
			if s.HasRange {
				out.Low, out.High = &s.Low, &s.High
			}
		} else {
			out.Why = s.Why
		}
		row.Switches = append(row.Switches, out)
	}
	for _, w := range item.Warnings {
		row.Objections = append(row.Objections, appraisalObject{w.Key, w.Text, w.Reason})
	}
	return row
}

// finite is a number that JSON can hold.
func finite(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}

// printAppraisals writes a line for each intervention that can be appraised, and how many cannot.
func (p *Program) printAppraisals(res appraisal.Result) error {
	t := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "INTERVENTION\tPUBLIC COST GROSS\tNET\tJOBS GROSS\tNET\tRANGE\tEXPECTED\tCOST A JOB GROSS\tNET\tRANGE\tOBJECTIONS")
	left := 0
	for _, item := range res.Items {
		cost, jobs, per := item.Measure(appraisal.KeyPublic), item.Measure(appraisal.KeyJobs), item.Measure(appraisal.KeyCostPerJob)
		if !jobs.Known && !item.Measure(appraisal.KeyNPSV).Known {
			left++
			continue
		}
		expected := "no studies"
		if jobs.Counted {
			expected = appraisal.Text(jobs.Key, jobs.Expected)
		}
		cg, cn, _ := appraisalTexts(cost)
		jg, jn, jr := appraisalTexts(jobs)
		pg, pn, pr := appraisalTexts(per)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\n", item.Intervention.ID, cg, cn, jg, jn, jr, expected, pg, pn, pr, len(item.Warnings))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "\n%d more cannot be appraised: what they would bring is not on record as a quantity.\nNet is if it works. %s\n", left, res.Way())
	return nil
}

func appraisalTexts(m appraisal.Measure) (gross, net, span string) {
	if m.Why == appraisal.NoPublic {
		return "none on record", "none on record", ""
	}
	if !m.Known {
		return "not known", "not known", ""
	}
	gross = "not stated"
	if m.HasGross {
		gross = appraisal.Text(m.Key, m.Gross)
	}
	return gross, appraisal.Text(m.Key, m.Net), appraisal.Span(m.Key, m.Low, m.High)
}

func (p *Program) printAppraisal(res appraisal.Result, item appraisal.Item) error {
	fmt.Fprintf(p.Stdout, "%s\n%s\n\n", item.Intervention.Name, res.Way())
	t := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "MEASURE\tGROSS\tNET, IF IT WORKS\tRANGE\tCHANCE COUNTED")
	for _, m := range item.Measures {
		if m.Why == appraisal.NoPublic {
			fmt.Fprintf(t, "%s\tnone on record: all money on record is private\n", appraisal.Label(m.Key))
			continue
		}
		if !m.Known {
			fmt.Fprintf(t, "%s\tnot known: %s\n", appraisal.Label(m.Key), m.Why)
			continue
		}
		g, n, r := appraisalTexts(m)
		expected := ""
		if m.Counted {
			expected = appraisal.Text(m.Key, m.Expected) + " (" + m.ExpectedSpan() + ")"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", appraisal.Label(m.Key), g, n, r, expected)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, s := range item.Switches {
		value := "no value does: " + s.Why
		if s.OK {
			value = appraisal.SwitchText(s.Unit, s.Value)
		}
		fmt.Fprintf(p.Stdout, "\nSo that %s: %s = %s", s.Test, s.Input, value)
	}
	fmt.Fprintln(p.Stdout)
	if assumed := item.Assumed(); len(assumed) > 0 {
		fmt.Fprintf(p.Stdout, "\nAssumed of its costs: %s\n", strings.Join(assumed, "; "))
	}
	for _, w := range item.Warnings {
		fmt.Fprintf(p.Stdout, "\n! %s %s", w.Text, w.Reason)
	}
	fmt.Fprintln(p.Stdout)
	return nil
}
