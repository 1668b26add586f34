package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/delivery"
)

const deliveryHelp = `
Shows how interventions that are approved, in delivery or reported on stand against what was planned: a light by a stated
rule with its reasons, spend against plan, milestones, outputs and outcomes realised, what own evaluations do to the chance
that a type of programme works, and how far plans of delivered interventions were from what came. What nobody reported is
not known, never nought. The page is /delivery.`

func deliveryCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	asJSON := fs.Bool("json", false, "write JSON")
	regions := fs.String("regions", "", "`REGIONS` of the interventions, with commas; those of the workspace where nothing is given, all for every one")
	return func(ctx context.Context, args []string) error {
		ws, err := workspaceArg(args)
		if err != nil {
			return err
		}
		rel, err := evidence.Current(ws)
		if err != nil {
			return err
		}
		db, err := rel.Open(ctx, lake.Options{})
		if err != nil {
			return err
		}
		defer db.Close()
		all, err := portfolio.Interventions(ctx, db)
		if err != nil {
			return err
		}
		reg, err := portfolio.ReadRegister(ctx, db)
		if err != nil {
			return err
		}
		shown, err := regionsOf(*regions, portfolio.DefaultAsk(ws.Plan).Regions, all)
		if err != nil {
			return err
		}
		rep, classes := delivery.Reckon(all, reg, p.Now().UTC()).In(shown, reg.Relations), delivery.ReferenceClasses(all, reg)
		if *asJSON {
			return p.json(deliveryOf(rep, classes))
		}
		printDelivery(p.Stdout, rep, classes)
		return nil
	}
}

// regionsOf reads the regions that are asked for, as the page does; nil is all.
func regionsOf(text string, own []string, all []portfolio.Intervention) ([]string, error) {
	switch text {
	case "":
		return own, nil
	case "all":
		return nil, nil
	}
	known := portfolio.Values(all, func(i portfolio.Intervention) string { return i.Region })
	list := strings.Split(text, ",")
	for k, v := range list {
		if list[k] = strings.TrimSpace(v); !slices.Contains(known, list[k]) {
			return nil, usagef("no intervention has the region %q; there are %s", list[k], strings.Join(known, ", "))
		}
	}
	return list, nil
}

func printDelivery(w io.Writer, rep delivery.Report, classes []delivery.Class) {
	if len(rep.All) == 0 {
		fmt.Fprintln(w, "Nothing is approved, in delivery or reported on.")
	} else {
		where := ""
		if len(rep.Regions) > 0 {
			where = " in the region " + strings.Join(rep.Regions, ", ")
		}
		fmt.Fprintf(w, "%d followed on %s%s, of %d nothing has been reported\n\n", len(rep.All), rep.Day, where, rep.Silent)
	}
	for _, s := range rep.All {
		fmt.Fprintf(w, "%-9s %s (%s)\n", s.Word(), s.Name, s.ID)
		if len(s.Reasons) > 0 {
			fmt.Fprintf(w, "          %s\n", strings.Join(s.Reasons, "; "))
		}
		t := delivery.Sum(s.Spend, 0)
		if t.Actual > 0 {
			fmt.Fprintf(w, "          spent %s%s\n", chart.Money(t.ActualP), ofPlan(t))
		}
		for _, r := range s.Results {
			if share, ok := r.Share(); ok {
				fmt.Fprintf(w, "          %s %s: %s of %s (%.0f %%), counted, so gross\n", r.Kind, r.Key, r.Amount(r.Actual), r.Amount(r.Forecast), 100*share)
			}
		}
	}
	t := rep.TotalAll(0)
	fmt.Fprintf(w, "\nSpend in all: %s reported%s\n", chart.Money(t.ActualP), ofPlan(t))
	if len(rep.Within) > 0 {
		fmt.Fprintf(w, "Left out of it, because their cost lies within another's: %s\n", strings.Join(rep.Within, ", "))
	}
	for _, p := range rep.Priors {
		if p.Local.Studies > 0 {
			fmt.Fprintf(w, "Evaluations of the type %s: %d of %d positive, beside %d of %d of the review\n", p.EffectType, p.Local.Positive, p.Local.Studies, p.Positive, p.Studies)
		}
		for _, l := range p.Local.Left {
			fmt.Fprintf(w, "Evaluation of %s does not count: %s\n", l.Intervention, l.Reason)
		}
	}
	for _, c := range classes {
		fmt.Fprintf(w, "Reference class, %s: %s\n", c.Kind, c.Says())
	}
	for _, d := range rep.Odd {
		fmt.Fprintf(w, "%s line %d: %s\n", d.Record.File, d.Record.Line, oddStatus(d))
	}
	for _, d := range rep.Unknown {
		fmt.Fprintf(w, "%s line %d: a report of %q, which no table of interventions holds\n", d.Record.File, d.Record.Line, d.Intervention)
	}
	fmt.Fprintf(w, "\n%s\n", delivery.Rule())
}

// oddStatus says that a status has a word that counts in no light.
func oddStatus(d portfolio.Delivered) string {
	return fmt.Sprintf("the status of %s is %q, which counts in no light; write one of %s, and the rest into the note", d.Intervention, d.What, strings.Join(delivery.Statuses, ", "))
}

func ofPlan(t delivery.Total) string {
	if ratio, ok := t.Ratio(); ok {
		return fmt.Sprintf("; %s of %s where plan and outturn are both known (%.0f %%)%s", chart.Money(t.LikeActualP), chart.Money(t.LikePlannedP), 100*ratio, t.Says())
	}
	return "; no plan of the same to hold it against"
}

// deliveryJSON is how interventions stand, for programs. What is not known is left out.
type deliveryJSON struct {
	Day           string              `json:"day"`
	Regions       []string            `json:"regions,omitempty"`
	Interventions []deliveryStatus    `json:"interventions"`
	PlannedP      int64               `json:"planned_p"`
	ActualP       int64               `json:"actual_p"`
	Ratio         *float64            `json:"actual_over_planned_where_both,omitempty"`
	Within        []string            `json:"left_out_of_sums,omitempty"`
	Evaluations   []deliveryPrior     `json:"evaluations,omitempty"`
	Classes       []deliveryReference `json:"reference_classes"`
	Rule          string              `json:"rule"`
}

type deliveryStatus struct {
	ID         string           `json:"id"`
	Name       string           `json:"name"`
	Light      string           `json:"light"`
	Beside     []string         `json:"beside,omitempty"` // of what is done: late, over plan, under plan, short
	Reasons    []string         `json:"reasons"`
	Last       string           `json:"last_report,omitempty"`
	Spend      []deliverySpend  `json:"spend,omitempty"`
	Milestones []deliveryStep   `json:"milestones,omitempty"`
	Results    []deliveryResult `json:"results,omitempty"`
}

type deliverySpend struct {
	Year     int    `json:"year,omitempty"`
	Funder   string `json:"funder,omitempty"`
	PlannedP *int64 `json:"planned_p,omitempty"`
	ActualP  *int64 `json:"actual_p,omitempty"`
	Assumed  bool   `json:"spread_evenly,omitempty"`
}

type deliveryStep struct {
	Name    string `json:"name"`
	Planned string `json:"planned,omitempty"`
	Actual  string `json:"actual,omitempty"`
	State   string `json:"state"`
	Days    int    `json:"days,omitempty"`
}

type deliveryResult struct {
	Kind     string   `json:"kind"`
	Key      string   `json:"key"`
	Forecast *float64 `json:"forecast,omitempty"`
	Basis    []string `json:"forecast_is,omitempty"`
	Actual   *float64 `json:"realised_gross,omitempty"`
}

type deliveryPrior struct {
	Type     string   `json:"type"`
	Review   [2]int   `json:"review_positive_of"`
	Own      [2]int   `json:"own_positive_of"`
	NotCount []string `json:"not_counted,omitempty"`
}

type deliveryReference struct {
	Kind   string      `json:"kind"`
	N      int         `json:"interventions"`
	Median *float64    `json:"median,omitempty"`
	Range  *[2]float64 `json:"interval_90,omitempty"`
	Says   string      `json:"says"`
}

func deliveryOf(rep delivery.Report, classes []delivery.Class) deliveryJSON {
	t := rep.TotalAll(0)
	out := deliveryJSON{Day: rep.Day, Regions: rep.Regions, Interventions: []deliveryStatus{}, PlannedP: t.PlannedP, ActualP: t.ActualP, Within: rep.Within, Rule: delivery.Rule()}
	if ratio, ok := t.Ratio(); ok {
		out.Ratio = &ratio
	}
	for _, s := range rep.All {
		out.Interventions = append(out.Interventions, deliveryStatusOf(s))
	}
	for _, p := range rep.Priors {
		if p.Local.Studies+len(p.Local.Left) == 0 {
			continue
		}
		e := deliveryPrior{Type: p.EffectType, Review: [2]int{p.Positive, p.Studies}, Own: [2]int{p.Local.Positive, p.Local.Studies}}
		for _, l := range p.Local.Left {
			e.NotCount = append(e.NotCount, l.Intervention+": "+l.Reason)
		}
		out.Evaluations = append(out.Evaluations, e)
	}
	for _, c := range classes {
		r := deliveryReference{Kind: c.Kind, N: c.Of, Says: c.Says()}
		if c.Of > 0 {
			r.Median = &c.Median
		}
		if c.Sure {
			r.Range = &[2]float64{c.Interval.Lo, c.Interval.Hi}
		}
		out.Classes = append(out.Classes, r)
	}
	return out
}

func deliveryStatusOf(s delivery.Status) deliveryStatus {
	out := deliveryStatus{ID: s.ID, Name: s.Name, Light: string(s.Light), Beside: s.Beside, Reasons: s.Reasons, Last: s.Last}
	for _, x := range s.Spend {
		row := deliverySpend{Year: x.Year, Funder: x.Funder, Assumed: x.Spread}
		if x.Planned.Valid {
			row.PlannedP = &x.Planned.Int64
		}
		if x.Actual.Valid {
			row.ActualP = &x.Actual.Int64
		}
		out.Spend = append(out.Spend, row)
	}
	for _, m := range s.Milestones {
		out.Milestones = append(out.Milestones, deliveryStep{m.Name, m.Planned, m.Actual, m.State, m.Days})
	}
	for _, x := range s.Results {
		row := deliveryResult{Kind: x.Kind, Key: x.Key, Basis: x.Basis}
		if x.Foreseen {
			row.Forecast = &x.Forecast
		}
		if x.Known {
			row.Actual = &x.Actual
		}
		out.Results = append(out.Results, row)
	}
	return out
}
