// Package bizcase owns the case for investment: a document in the order of the
// five cases for a chosen plan, in which every figure is bound to a calculation
// and a source, and what is not known stands as a gap. It gathers what the
// analyses found; it analyses nothing itself and renders no page.
package bizcase

import (
	"context"
	"fmt"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/cluster"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
	"milieu/internal/org"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// Input is what a case is made from.
type Input struct {
	Workspace *evidence.Workspace
	Release   evidence.Release
	Plan      portfolio.Plan
	Options   []portfolio.Intervention // all interventions with their scores
}

// material is what the sections draw on.
type material struct {
	Input
	roles   []org.Count
	total   int
	profile cluster.Profile
	special []cluster.Industry
	net     network.Network
	labs    int64
}

// Write makes the case.
func Write(ctx context.Context, q lake.Querier, in Input) (report.Document, error) {
	m := material{Input: in, labs: in.Release.Manifest.Rows("facility")}
	var err error
	if m.total, err = org.Total(ctx, q, org.Filter{}); err != nil {
		return report.Document{}, err
	}
	if m.roles, err = org.CountByRole(ctx, q, org.Filter{}); err != nil {
		return report.Document{}, err
	}
	if m.net, err = network.Read(ctx, q); err != nil {
		return report.Document{}, err
	}
	if f := in.Workspace.Focus; f.Area != "" {
		m.profile, err = cluster.Special(ctx, q, cluster.Question{Area: f.Area, Reference: f.Reference, Year: f.Year})
		if err != nil {
			return report.Document{}, err
		}
		m.special = m.profile.Most(float64(f.MinJobs))
	}
	return m.document(), nil
}

func (m material) document() report.Document {
	ws := m.Workspace
	title := ws.Case.Title
	if title == "" {
		title = "The case for " + ws.Name
	}
	d := report.Document{Title: title, Subtitle: ws.Summary, Owner: ws.Case.Owner, Release: m.Release.ID, Date: m.Release.Built.Date(),
		Sections: []report.Section{
			{ID: "strategic", Title: "Strategic case", Question: "Why here, why this, why now?", Blocks: m.strategic()},
			{ID: "economic", Title: "Economic case", Question: "Which options give the best value?", Blocks: m.economic()},
			{ID: "commercial", Title: "Commercial case", Question: "Who could supply it, and on what terms?", Blocks: m.commercial()},
			{ID: "financial", Title: "Financial case", Question: "What does it cost, when, and who pays?", Blocks: m.financial()},
			{ID: "management", Title: "Management case", Question: "How will it be delivered, watched and judged?", Blocks: m.management()},
		}}
	for _, s := range m.Release.Manifest.Sources {
		d.Sources = append(d.Sources, report.SourceNote{ID: s.ID, Title: s.Title, Publisher: s.Publisher, Licence: s.Licence,
			Attribution: s.Attribution, Retrieved: s.Retrieved, URL: s.URL})
	}
	return d
}

func (m material) count(what string, n int64, settings ...string) evidence.Figure {
	return evidence.CountFigure(n, evidence.MakeRef("count", []string{what}, settings...))
}

func (m material) role(key string) evidence.Figure {
	for _, c := range m.roles {
		if c.Key == key {
			return m.count("organisations", int64(c.N), "role", key)
		}
	}
	return m.count("organisations", 0, "role", key)
}

func (m material) strategic() []report.Block {
	b := []report.Block{report.Paragraph("%v organisations are on record: %v firms, %v innovation drivers and %v cultivators, with %v facilities and %v ties between them, each with its evidence.",
		m.count("organisations", int64(m.total)), m.role("firm"), m.role("driver"), m.role("cultivator"), m.count("facilities", m.labs), m.count("ties", int64(len(m.net.Ties))))}
	b = append(b, m.specialisation()...)
	b = append(b, m.links()...)
	return append(b, report.Missing("What firms themselves say of why they are here, what helps and what stops them is not known: no survey has been held.",
		"Hold one, and let its answers stand beside what the ties show."))
}

func (m material) specialisation() []report.Block {
	if len(m.special) == 0 {
		if m.Workspace.Focus.Area == "" {
			return []report.Block{report.Missing("What the place is special in is not known: the workspace names no area of the employment table.", "Set focus.area in "+evidence.File+".")}
		}
		return []report.Block{report.Paragraph("No industry of %v with enough jobs has a location quotient that is surely above 1.", m.profile.Area)}
	}
	top := m.special[0]
	text := report.Paragraph("%v has %v times the share of jobs in %v that %v has (%v). In %v industries its share is surely higher, whatever official rounding hides.",
		m.profile.Area, Quotient(top), strings.ToLower(top.Name), m.profile.Reference, m.profile.Year, fmt.Sprint(len(m.special)))
	t := &report.Table{Caption: fmt.Sprintf("Industries in which %s is surely special, %d: at least %d jobs, the whole interval above 1", m.profile.Area, m.profile.Year, m.Workspace.Focus.MinJobs),
		Header: []string{"Industry", "Jobs", "Location quotient"}, Numeric: []bool{false, true, true}}
	for k, i := range m.special {
		if k == 8 {
			break
		}
		t.Rows = append(t.Rows, []report.Text{report.Say("%v", i.Name), report.Say("%v", Jobs(i)), report.Say("%v", Quotient(i))})
	}
	return []report.Block{text, {Table: t}}
}

// Quotient is the figure of an industry's location quotient.
func Quotient(i cluster.Industry) evidence.Figure {
	return evidence.NumberFigure(i.Quotient.Value, i.Quotient.Lo, i.Quotient.Hi, 1, i.Ref)
}

// Jobs is the figure of an industry's jobs.
func Jobs(i cluster.Industry) evidence.Figure {
	return evidence.NumberFigure(i.Jobs.Value, i.Jobs.Lo, i.Jobs.Hi, 0, "jobs"+strings.TrimPrefix(i.Ref, "lq"))
}

func (m material) links() []report.Block {
	brokers := m.net.Brokers(3)
	if len(brokers) == 0 {
		return []report.Block{report.Missing("Who is tied to whom is not known: the workspace has no ties.", "Add a table of ties.")}
	}
	var names []string
	for _, n := range brokers {
		names = append(names, n.Name)
	}
	return []report.Block{report.Paragraph("Most of the shortest paths between organisations pass through %v; the first has %v ties. If it left, they would be the hardest to replace.",
		strings.Join(names, ", "), evidence.CountFigure(int64(brokers[0].Degree), evidence.MakeRef("degree", []string{brokers[0].ID})))}
}

// figure makes a figure of the plan.
func (m material) figure(what, text string) evidence.Figure {
	return evidence.Figure{Text: text, Ref: evidence.MakeRef("plan", []string{what}, m.Plan.Settings()...)}
}

func (m material) economic() []report.Block {
	p := m.Plan
	if len(p.Conflict) > 0 {
		return []report.Block{report.Missing("No set of interventions meets the rules together: "+strings.Join(p.Conflict, " and ")+".", "Loosen one of them on the plan page.")}
	}
	if len(p.Chosen) == 0 {
		return []report.Block{report.Missing("No plan has been chosen: nothing fits the budget.", "Choose a budget on the plan page.")}
	}
	value := m.figure("value", chart.Number(p.Value, 1))
	value.Range = chart.Number(p.Lo, 1) + "–" + chart.Number(p.Hi, 1)
	proof := "It is proven that no other set of these options is worth more."
	if !p.Proven {
		proof = fmt.Sprintf("It is not proven best: no set can be worth more than %s.", chart.Number(p.Bound, 2))
	}
	blocks := []report.Block{report.Paragraph("Of %v interventions on record, %v can still be chosen, have a stated cost and have evidence under the lens \"%v\". Under a budget of %v the best set has %v, worth %v. %v",
		m.count("interventions", int64(len(m.Options))), fmt.Sprint(len(p.Chosen)+len(p.Left)), p.Lens.Label(), chart.Money(p.BudgetP),
		m.figure("count", fmt.Sprint(len(p.Chosen))), value, proof),
		report.Paragraph("Worth means %v.", worth(p.Lens)), {Table: m.chosen()}, {Table: m.left()}}
	if n := len(p.Unvalued); n > 0 {
		blocks = append(blocks, report.Missing(fmt.Sprintf("%d further interventions that are open to choice could not be compared: their cost is not stated, or no evidence says what they do.", n),
			"Find a cost and evidence for each; they are listed on the plan page."))
	}
	return append(blocks, report.Missing("Benefits are not valued in money: there is no net present social value, benefit-cost ratio, deadweight, leakage or displacement yet, and no comparison with business as usual and do minimum.",
		"Appraise the chosen interventions."))
}

func worth(l portfolio.Lens) string {
	if l == portfolio.Demand {
		return "the sum of the shares of firms on record that already use something of each intervention's kind; it counts reach, not effect"
	}
	return "the number of the chosen interventions that would be expected to show growth in jobs if each did as sound studies found for its type; it says nothing of how large the growth is"
}

func (m material) chosen() *report.Table {
	t := &report.Table{Caption: "The chosen interventions", Header: []string{"Intervention", "Lead", "Serves", "Cost", "Score, %"}, Numeric: []bool{false, false, false, true, true}}
	for _, i := range m.Plan.Chosen {
		t.Rows = append(t.Rows, []report.Text{report.Say("%v", i.Name), report.Say("%v", i.Lead), report.Say("%v", i.Benefits), report.Say("%v", i.Cost()), report.Say("%v", scoreFigure(i, m.Plan.Lens))})
	}
	return t
}

// scoreFigure is the score without its unit, which stands in the header.
func scoreFigure(i portfolio.Intervention, l portfolio.Lens) evidence.Figure {
	f := i.Score(l).Figure()
	f.Unit = ""
	return f
}

func (m material) left() *report.Table {
	t := &report.Table{Caption: "What is left out, and why", Header: []string{"Intervention", "Cost", "Reason"}, Numeric: []bool{false, true, false}}
	for _, l := range m.Plan.Left {
		t.Rows = append(t.Rows, []report.Text{report.Say("%v", l.Name), report.Say("%v", l.Cost()), report.Say("%v", l.Reason)})
	}
	return t
}

func (m material) commercial() []report.Block {
	leads := map[string]int{}
	var order []string
	for _, i := range m.Plan.Chosen {
		lead := i.Lead
		if lead == "" {
			lead = "not named"
		}
		if leads[lead] == 0 {
			order = append(order, lead)
		}
		leads[lead]++
	}
	var blocks []report.Block
	if len(order) > 0 {
		blocks = append(blocks, report.Paragraph("The sources name these bodies as leads of the chosen interventions: %v.", strings.Join(order, "; ")))
	}
	return append(blocks, report.Missing("How the work would be bought, which suppliers could do it, how risk would be shared and what subsidy control asks are not known.",
		"The lead of each intervention owes this."))
}

func (m material) financial() []report.Block {
	p := m.Plan
	if len(p.Chosen) == 0 {
		return []report.Block{report.Missing("Without a plan there is no cost.", "Choose a plan.")}
	}
	t := &report.Table{Caption: "Cost by intervention, as its source states it", Header: []string{"Intervention", "Years", "Cost"}, Numeric: []bool{false, false, true}}
	for _, i := range p.Chosen {
		t.Rows = append(t.Rows, []report.Text{report.Say("%v", i.Name), report.Say("%v", years(i)), report.Say("%v", i.Cost())})
	}
	return []report.Block{report.Paragraph("The plan costs %v of a budget of %v; %v of the money serves businesses that are already here.",
		m.figure("cost", chart.Money(p.CostP)), chart.Money(p.BudgetP), m.figure("existing", chart.Number(100*p.Existing, 0)+" %")), {Table: t},
		report.Missing("Costs by year and by funder, prices of one year, optimism bias and who is committed to pay are not known. The stated costs are of different years and of different kinds (totals, grants, bids).",
			"Ask each lead for a profile by year and funder.")}
}

func years(i portfolio.Intervention) string {
	switch {
	case i.Start.Valid && i.End.Valid:
		return fmt.Sprintf("%d–%d", i.Start.Int64, i.End.Int64)
	case i.Start.Valid:
		return fmt.Sprintf("from %d", i.Start.Int64)
	}
	return "not stated"
}

func (m material) management() []report.Block {
	short, long := 0, 0
	var untested []string
	for _, i := range m.Plan.Chosen {
		if i.Horizon == "short" {
			short++
		} else {
			long++
		}
		if !i.Growth.Known {
			untested = append(untested, i.Name)
		}
	}
	var blocks []report.Block
	if short+long > 0 {
		blocks = append(blocks, report.Paragraph("Of the chosen interventions %v have a short horizon and can show results first; %v are long.", fmt.Sprint(short), fmt.Sprint(long)))
	}
	if len(untested) > 0 {
		blocks = append(blocks, report.Paragraph("No sound study says what these would do for jobs, so an evaluation belongs in their budget: %v.", strings.Join(untested, "; ")))
	}
	return append(blocks, report.Missing("Who is accountable, the sequence by dependency, the risks, the targets with dates and owners, and how results will be judged are not known.",
		"Name a lead, set baselines and targets, and keep a risk register."))
}
