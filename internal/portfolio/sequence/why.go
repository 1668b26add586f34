package sequence

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/milp"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/worth"
)

// Method is how a sequence is made, for what cites it.
const Method = "sequence"

// Explainers explain sequence/count, sequence/cost, sequence/value, sequence/end,
// sequence/spend/YEAR, sequence/start/ID and sequence/pilot/ID with the settings of
// portfolio.Ask and Setting. ID is an intervention, of a pilot the one that tries out. What
// interventions are worth is read as of says, for whoever asks.
func Explainers(of func(ctx context.Context, q lake.Querier) worth.Input) evidence.Explainers {
	return evidence.Explainers{"sequence": func(ctx context.Context, q lake.Querier, r evidence.Ref) (evidence.Chain, error) {
		return why(ctx, of(ctx, q), r)
	}}
}

// Ref is the reference of a figure of a sequence.
func (s Sequence) Ref(args ...string) string {
	return evidence.MakeRef("sequence", args, append(s.Ask.Settings(), s.Setting.Settings()...)...)
}

func why(ctx context.Context, from worth.Input, r evidence.Ref) (evidence.Chain, error) {
	if len(r.Args) == 0 || len(r.Args) > 2 {
		return evidence.Chain{}, evidence.BadRef("write it as sequence/count, cost, value, end, spend/YEAR, start/ID or pilot/ID")
	}
	ask, err := portfolio.ParseAsk(r.Set.Get, portfolio.Ask{Lens: portfolio.Growth})
	if err == nil {
		var set Setting
		if set, err = ParseSetting(r.Set.Get, Default(2027)); err == nil {
			var s Sequence
			if s, _, err = Find(ctx, from, ask, set); err == nil {
				return s.Chain(r.Args)
			}
		}
	}
	var fe portfolio.FieldError
	if errors.As(err, &fe) {
		return evidence.Chain{}, evidence.BadRef("%s", fe.Message)
	}
	return evidence.Chain{}, err
}

// Chain explains a figure of the sequence by the parts of its reference, as in Explainers.
func (s Sequence) Chain(args []string) (evidence.Chain, error) {
	c := evidence.Chain{Method: Method}
	arg := ""
	if len(args) == 2 {
		arg = args[1]
	}
	switch args[0] {
	case "count":
		c.Title, c.Value, c.How = "Interventions put in time", strconv.Itoa(len(s.Rows)), fmt.Sprintf("what the plan chooses, without %d whose years on record are over", len(s.Past))
	case "cost":
		c.Title, c.Value, c.How = "Spending in the years looked at", s.CostText(), fmt.Sprintf("costs of %d interventions in %s to %s, %s", len(s.Rows)-s.Unstated(), portfolio.YearName(s.Setting.From), portfolio.YearName(s.Setting.Last()), s.Prices())+s.unstatedHow()
	case "value":
		c.Title, c.Value = "Value of the sequence", chart.Number(s.Value, 3)
		c.How = fmt.Sprintf("each value times (1 + %s)^−(years from the beginning of %s to its end); %s", chart.Number(s.Setting.Rate, 3), portfolio.YearName(s.Setting.From), s.Proof())
	case "end":
		c.Title, c.Value, c.How = "Last year of the sequence", portfolio.YearName(s.End), s.Proof()
	case "spend":
		return s.spendChain(c, arg)
	case "start":
		return s.startChain(c, arg)
	case "pilot":
		return s.pilotChain(c, arg)
	default:
		return c, fmt.Errorf("sequence/%s: %w", args[0], evidence.ErrNoFigure)
	}
	for _, r := range s.Rows {
		c.Steps = append(c.Steps, r.step())
	}
	return c, nil
}

func (r Row) step() evidence.Chain {
	return evidence.Chain{Title: r.Name, Value: fmt.Sprintf("%d–%d", r.From, r.To), How: fmt.Sprintf("cost in the years looked at: %s; worth %s", r.CostText(), chart.Number(r.Value, 3)), Records: []evidence.Record{r.Record}, URL: r.SourceURL}
}

// unstatedHow says how many costs are missing in a sum.
func (s Sequence) unstatedHow() string {
	if n := s.Unstated(); n > 0 {
		return fmt.Sprintf("; the cost of %d more is not stated and is not in the sum", n)
	}
	return ""
}

// Proof says in words what is proven of the sequence.
func (s Sequence) Proof() string {
	switch {
	case s.Kept:
		return "some are where they were put by hand, against the rules named; the others stand as without that"
	case s.Status == milp.Optimal && s.Shortest:
		return "proven: under these rules none is worth more, and of those worth as much none ends sooner"
	case s.Status == milp.Optimal:
		return "proven: under these rules none is worth more; whether one as good ends sooner was not settled"
	}
	return fmt.Sprintf("not proven in the time given: none can be worth more than %s", chart.Number(s.Bound, 3))
}

func (s Sequence) spendChain(c evidence.Chain, year string) (evidence.Chain, error) {
	y, err := strconv.Atoi(year)
	k := y - s.Setting.From
	if err != nil || k < 0 || k >= len(s.Years) {
		return c, fmt.Errorf("sequence/spend/%s: %w", year, evidence.ErrNoFigure)
	}
	c.Title, c.Value, c.How = "Spending in "+portfolio.YearName(y), s.Years[k].AmountText(), "by funder; "+s.Prices()
	if says := s.Years[k].Caveat(); says != "" {
		c.How += "; " + says + ", which are in no sum"
	}
	for i, f := range s.Funders {
		if p := s.Years[k].SpendP[i]; p > 0 {
			c.Steps = append(c.Steps, evidence.Chain{Title: FunderName(f), Value: chart.Money(p)})
		}
	}
	for _, r := range s.Rows {
		if r.From <= y && y <= r.To {
			c.Records = append(c.Records, r.Record)
		}
	}
	return c, nil
}

// FunderName is a funder in words.
func FunderName(f string) string {
	if f == "" {
		return "not named"
	}
	return f
}

func (s Sequence) startChain(c evidence.Chain, id string) (evidence.Chain, error) {
	for _, r := range s.Rows {
		if r.ID != id || r.From == 0 {
			continue
		}
		c.Title, c.Value, c.How = r.Name, fmt.Sprintf("%d–%d", r.From, r.To), s.Proof()
		switch {
		case r.UnderWay:
			c.How = "under way: its years are those on record"
		case r.Moved:
			c.How = "set by hand"
		}
		if !r.Uncosted() {
			c.How += fmt.Sprintf("; %s of its cost of %s lies in the years looked at: %s", chart.Money(r.CostP), chart.Money(r.total()), s.Prices())
		}
		c.Records, c.URL = []evidence.Record{r.Record}, r.SourceURL
		for _, w := range append(append([]string{}, r.Waits...), r.Notes...) {
			c.Steps = append(c.Steps, evidence.Chain{Title: w})
		}
		return c, nil
	}
	return c, fmt.Errorf("sequence/start/%s: %w", id, evidence.ErrNoFigure)
}

func (s Sequence) pilotChain(c evidence.Chain, id string) (evidence.Chain, error) {
	for _, p := range s.Pilots {
		if p.Pilot.ID != id {
			continue
		}
		c.Title = fmt.Sprintf("%s before %s", p.Pilot.Name, p.Scheme.Name)
		c.How = "decision tree with one pilot: the better of scaling up and leaving it after each answer, discounted by the delay, less the cost of the pilot; in multiples of the scheme's cost"
		if p.Decided {
			c.Value = fmt.Sprintf("%s (%s to %s)", chart.Number(p.Waiting.Worth, 3), chart.Number(p.Low, 3), chart.Number(p.High, 3))
		}
		for _, a := range p.Assumptions {
			c.Steps = append(c.Steps, evidence.Chain{Title: "Assumed: " + a})
		}
		if p.ChanceKnown {
			c.Steps = append(c.Steps, evidence.Chain{Title: "Chance that the scheme works", Value: chart.Number(p.Chance, 3), How: p.Scheme.Growth.Basis, Records: []evidence.Record{p.Scheme.Record}, URL: p.Scheme.SourceURL})
		}
		if p.Held {
			c.Steps = append(c.Steps, evidence.Chain{Title: "The chance counts an evaluation of the pilot already; it is not counted a second time"})
		}
		c.Records = append(c.Records, p.Relation.Record)
		return c, nil
	}
	return c, fmt.Errorf("sequence/pilot/%s: %w", id, evidence.ErrNoFigure)
}

// Proven says that no sequence under the rules is worth more, or ends sooner at the same
// worth.
func (s Sequence) Proven() bool {
	return !s.Kept && s.Status == milp.Optimal && s.Shortest
}
