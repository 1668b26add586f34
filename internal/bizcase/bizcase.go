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
	net     *network.Book
	ties    int64
	labs    int64
}

// Write makes the case.
func Write(ctx context.Context, q lake.Querier, in Input) (report.Document, error) {
	m := material{Input: in, labs: in.Release.Manifest.Rows("facility"), ties: in.Release.Manifest.Rows("tie")}
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
		if s.ID == evidence.InventedVoices {
			continue // nothing of the case rests on it
		}
		d.Sources = append(d.Sources, report.SourceNote{ID: s.ID, Title: s.Title, Publisher: s.Publisher, Licence: s.Licence,
			Attribution: stop(s.Attribution), Retrieved: s.Retrieved, URL: s.URL})
	}
	return d
}

// stop gives a text that stands as a sentence its full stop.
func stop(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

func (m material) count(what string, n int64, settings ...string) report.Figure {
	return report.CountFigure(n, evidence.MakeRef("count", []string{what}, settings...))
}

func (m material) strategic() []report.Block {
	b := []report.Block{{Text: m.whoIsHere()}}
	b = append(b, m.specialisation()...)
	b = append(b, m.links()...)
	return append(b, report.Missing("No survey has been held, so nobody knows what firms themselves say: why they are here, what helps them and what stops them.",
		"Ask them, and set the answers beside what the ties show."))
}

// whoIsHere counts what is on record; of what there is none nothing is said.
func (m material) whoIsHere() report.Text {
	t := report.Say("%v organisations are on record here", m.count("organisations", int64(m.total)))
	var kinds []report.Text
	for _, role := range []struct{ key, words string }{{"firm", "firms"}, {"driver", "innovation drivers, which create knowledge"}, {"cultivator", "cultivators, which help others to grow"}} {
		for _, c := range m.roles {
			if c.Key == role.key && c.N > 0 {
				kinds = append(kinds, report.Say("%v "+role.words, m.count("organisations", int64(c.N), "role", role.key)))
			}
		}
	}
	for k, kind := range kinds {
		switch {
		case k == 0:
			t = append(t, report.Say(". Among them are ")...)
		case k == len(kinds)-1:
			t = append(t, report.Say(" and ")...)
		default:
			t = append(t, report.Say("; ")...)
		}
		t = append(t, kind...)
	}
	t = append(t, report.Say(".")...)
	if m.labs > 0 {
		t = append(t, report.Say(" %v facilities are on record.", m.count("facilities", m.labs))...)
	}
	if n := m.ties; n > 0 {
		t = append(t, report.Say(" %v ties between organisations are written down, each with the page that shows it.", m.count("ties", n))...)
	}
	return t
}

func (m material) specialisation() []report.Block {
	if len(m.special) == 0 {
		if m.Workspace.Focus.Area == "" {
			return []report.Block{report.Missing("The workspace names no area of the employment table, so nothing can be said of what the place is special in.", "Set focus.area in "+evidence.File+".")}
		}
		return []report.Block{report.Paragraph("No industry of %v with at least %v jobs has a share of jobs that is, whatever rounding hides, above that of %v.", m.profile.Area, chart.Number(float64(m.Workspace.Focus.MinJobs), 0), m.profile.Reference)}
	}
	top := m.special[0]
	text := report.Paragraph("%v of %v industries of %v with at least %v jobs take a larger share of jobs there than in %v (%v): even with what official rounding hides, the whole interval lies above 1. %v leads, with %v times the share.",
		m.industries("special", len(m.special)), m.industries("industries", len(m.profile.Large(float64(m.Workspace.Focus.MinJobs)))), m.profile.Area, chart.Number(float64(m.Workspace.Focus.MinJobs), 0), m.profile.Reference, fmt.Sprint(m.profile.Year), cluster.ShortName(top.Name), Quotient(top))
	caption := "The industries"
	if len(m.special) > mostSpecial {
		caption = fmt.Sprintf("The %d industries", mostSpecial)
	}
	t := &report.Table{Caption: fmt.Sprintf("%s with the highest lower end of the location quotient, %s against %s, %d; intervals are what rounding allows", caption, m.profile.Area, m.profile.Reference, m.profile.Year),
		Header: []string{"Industry", "Jobs", "Location quotient"}, Numeric: []bool{false, true, true}}
	for k, i := range m.special {
		if k == mostSpecial {
			break
		}
		t.Rows = append(t.Rows, []report.Text{report.Say("%v", cluster.ShortName(i.Name)), report.Say("%v", Jobs(i)), report.Say("%v", Quotient(i))})
	}
	return []report.Block{text, {Table: t}}
}

// mostSpecial is how many industries the case lists.
const mostSpecial = 8

// industries is how many industries of a kind the profile has.
func (m material) industries(kind string, n int) report.Figure {
	return report.CountFigure(int64(n), m.profile.CountRef(kind, float64(m.Workspace.Focus.MinJobs)))
}

// Quotient is the figure of an industry's location quotient.
func Quotient(i cluster.Industry) report.Figure {
	return report.NumberFigure(i.Quotient.Value, i.Quotient.Lo, i.Quotient.Hi, 1, i.Ref)
}

// Jobs is the figure of an industry's jobs.
func Jobs(i cluster.Industry) report.Figure {
	return report.NumberFigure(i.Jobs.Value, i.Jobs.Lo, i.Jobs.Hi, 0, "jobs"+strings.TrimPrefix(i.Ref, "lq"))
}

func (m material) links() []report.Block {
	brokers := m.net.Brokers(3)
	if len(brokers) == 0 {
		return []report.Block{report.Missing("No ties are on record in which one organisation stands between others, so nobody can say who holds the place together.", "Add a table of ties, or more rows to it.")}
	}
	first := brokers[0]
	between := func(n *network.Node) report.Figure {
		return report.NumberFigure(n.Whole.Betweenness, n.Whole.Betweenness, n.Whole.Betweenness, 0, evidence.MakeRef("betweenness", []string{n.ID}))
	}
	text := report.Say("%v holds the network together: it is tied to %v others, and the shortest paths between %v pairs of organisations pass through it.",
		first.Name, report.CountFigure(int64(first.Whole.Degree), evidence.MakeRef("degree", []string{first.ID})), between(first))
	if len(brokers) == 3 {
		text = append(text, report.Say(" Next come %v (%v pairs) and %v (%v pairs).", brokers[1].Name, between(brokers[1]), brokers[2].Name, between(brokers[2]))...)
	}
	return []report.Block{{Text: append(text, report.Say(" A plan that leaves them out would have to build these paths anew.")...)}}
}

// figure makes a figure of the plan.
func (m material) figure(what, text string) report.Figure {
	return report.Figure{Text: text, Ref: evidence.MakeRef("plan", []string{what}, m.Plan.Settings()...)}
}

func (m material) economic() []report.Block {
	p := m.Plan
	if len(p.Conflict) > 0 {
		return []report.Block{report.Missing("No set of interventions meets these rules together: "+strings.Join(p.Conflict, " and ")+".", "Loosen one of them on the plan page.")}
	}
	if len(m.Options) == 0 {
		return []report.Block{report.Missing("No interventions are on record, so there is nothing to choose from.", "Add a table of interventions.")}
	}
	if len(p.Chosen) == 0 {
		return []report.Block{report.Missing("No plan has been chosen: none of the options fits the budget, or none is worth its cost. "+p.Empty(), "Ask another question on the plan page.")}
	}
	value := m.figure("value", chart.Number(p.Value, 1))
	value.Range = chart.Number(p.Lo, 1) + "–" + chart.Number(p.Hi, 1)
	proof := "No other set of these options is worth more, which is proven."
	if p.Alternative {
		proof += " Another set is worth just as much."
	}
	if !p.Proven {
		proof = fmt.Sprintf("Whether it is the best is not proven: no set can be worth more than %s.", chart.Number(p.Bound, 2))
	}
	blocks := []report.Block{
		report.Paragraph("Interventions are looked at under two lenses, which are never added up: what grows the cluster, read from sound studies of programmes of the same type, and %v. A score is a share in per cent with its interval, which is %v for the first and %v for the second.",
			portfolio.DemandSource(m.Options), portfolio.IntervalWords(m.Options, portfolio.Growth), portfolio.IntervalWords(m.Options, portfolio.Demand)),
		{Chart: lensChart(m.Options)},
		report.Paragraph("Of %v interventions on record, %v are open to choice, have a stated cost and are known to be worth something by “%v”. Under a budget of %v%v the best set has %v of them and is worth %v. %v",
			m.count("interventions", int64(len(m.Options))), m.figure("options", fmt.Sprint(len(p.Chosen)+len(p.Left))), p.Worth.Label, chart.Money(p.BudgetP), shareRule(p), m.figure("count", fmt.Sprint(len(p.Chosen))), value, proof),
		report.Paragraph("Worth means %v.", p.Worth.Means), {Table: m.chosen()}}
	if len(p.Left) > 0 {
		blocks = append(blocks, report.Block{Table: m.left()})
	}
	blocks = append(blocks, m.doubled()...)
	if n := p.Committed(); n > 0 {
		blocks = append(blocks, report.Missing(fmt.Sprintf("Of the %d chosen, %d are approved or in delivery already: for those this says what to keep, not what to start.", len(p.Chosen), n),
			"Decide which of them are still open, and take the others out of the choice (plan.stages, or the stages on the plan page)."))
	}
	if n := len(p.Unvalued); n > 0 {
		blocks = append(blocks, report.Paragraph("%v more interventions are open to choice but could not be compared.", m.figure("unvalued", fmt.Sprint(n))),
			report.Missing("Of these, nobody states the cost, or no evidence says what they do.", "Find a cost and evidence for each; the plan page lists them."))
	}
	return append(blocks, report.Missing("Benefits are not valued in money in this document. What each chosen intervention costs and brings, net beside gross and with ranges, stands on the page of appraisals; the plan is not compared with business as usual or with the least that could be done.",
		"Open the appraisal of the chosen interventions, and say what would be done without the plan."))
}

// lensChart draws the two lenses.
func lensChart(all []portfolio.Intervention) *chart.Chart {
	c := portfolio.Scatter(all, 620, 400)
	c.Title = "Interventions under the two lenses. Lines are the intervals; a mark stands for all that share their evidence, and grows with their number"
	return &c
}

// shareRule says the rule of the plan beside the budget.
func shareRule(p portfolio.Plan) string {
	if p.MinExisting == 0 {
		return ""
	}
	return fmt.Sprintf(", of which at least %s %% is to serve businesses already here,", chart.Number(100*p.MinExisting, 0))
}

// doubled names the chosen interventions whose cost holds or repeats another row's.
func (m material) doubled() []report.Block {
	var names []string
	for _, i := range m.Plan.Chosen {
		if i.Overlaps() {
			names = append(names, i.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []report.Block{report.Missing("The cost of these holds that of another row, so the two must not be added: "+strings.Join(names, "; ")+".", "Before the plan is used, see on the plan page whether both were chosen, and take one out of the table.")}
}

func (m material) chosen() *report.Table {
	t := &report.Table{Caption: "The chosen interventions", Header: []string{"Intervention", "Lead", "Serves", "Cost held against the budget", worthHeader(m.Plan.Worth)}, Numeric: []bool{false, false, false, true, true}}
	for _, i := range m.Plan.Chosen {
		t.Rows = append(t.Rows, []report.Text{report.Say("%v", i.Name), report.Say("%v", i.Lead), report.Say("%v", i.Benefits), report.Say("%v", m.cost(i.ID)), report.Say("%v", worthFigure(m.Plan.Worth, m.Plan.ValueOf(i.ID)))})
	}
	return t
}

// cost is what an option costs as it is held against the budget.
func (m material) cost(id string) report.Figure {
	return m.figure("cost-of-"+id, chart.Money(m.Plan.CostOf(id)))
}

func worthHeader(w portfolio.Worth) string {
	switch {
	case w.Percent:
		return "Score, %"
	case w.Unit == "£":
		return "Social value, £"
	}
	return strings.ToUpper(w.Unit[:1]) + w.Unit[1:]
}

// worthFigure is what an intervention is worth without its unit, which stands in the header.
func worthFigure(w portfolio.Worth, v portfolio.Value) report.Figure {
	by := 1.0
	if w.Percent {
		by = 100
	}
	return report.NumberFigure(by*v.Value, by*v.Lo, by*v.Hi, 0, v.Ref)
}

func (m material) left() *report.Table {
	t := &report.Table{Caption: "What is left out, and why", Header: []string{"Intervention", "Cost held against the budget", "Reason"}, Numeric: []bool{false, true, false}}
	for _, l := range m.Plan.Left {
		t.Rows = append(t.Rows, []report.Text{report.Say("%v", l.Name), report.Say("%v", m.cost(l.ID)), report.Say("%v", l.Reason)})
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
		blocks = append(blocks, report.Paragraph("As leads of the chosen interventions the sources name: %v.", strings.Join(order, "; ")))
	}
	return append(blocks, report.Missing("Nobody has said yet how the work would be bought, who could supply it, how risk would be shared and what subsidy control asks.",
		"The lead of each intervention owes the answers."))
}

func (m material) financial() []report.Block {
	p := m.Plan
	if len(p.Chosen) == 0 {
		return []report.Block{report.Missing("Without a plan there is no cost.", "Choose a plan.")}
	}
	t := &report.Table{Caption: "Cost of each intervention, as its source states it and as it is held against the budget", Header: []string{"Intervention", "Years", "Stated", "Held against the budget"}, Numeric: []bool{false, false, true, true}}
	for _, i := range p.Chosen {
		t.Rows = append(t.Rows, []report.Text{report.Say("%v", i.Name), report.Say("%v", years(i)), report.Say("%v", i.Cost()), report.Say("%v", m.cost(i.ID))})
	}
	bars := portfolio.CostBars(p, 620)
	bars.Title = "Cost of each chosen intervention, as it is held against the budget"
	share := m.figure("existing", chart.Number(100*p.Existing, 0))
	share.Unit = "%"
	return []report.Block{report.Paragraph("The plan costs %v of a budget of %v. Of that money, %v serves businesses that are already here; what serves old and new businesses alike counts half. %v",
		m.figure("cost", chart.Money(p.CostP)), chart.Money(p.BudgetP), share, p.MoneyNote()), {Chart: &bars}, {Table: t},
		report.Missing("The stated costs are of different years and of different kinds (totals, grants, bids). Where no page parts them by year and funder, the plan spreads them evenly, which is assumed, and it is not known who is committed to pay.",
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
	var untested []string
	for _, i := range m.Plan.Chosen {
		if !i.Growth.Known {
			untested = append(untested, i.Name)
		}
	}
	var blocks []report.Block
	short, long := len(m.Plan.Horizon("short")), len(m.Plan.Horizon("long"))
	switch {
	case short > 0 && long > 0:
		blocks = append(blocks, report.Paragraph("By horizon, %v of the chosen interventions are short and can show results first; %v are long.", m.figure("short", fmt.Sprint(short)), m.figure("long", fmt.Sprint(long))))
	case short > 0:
		blocks = append(blocks, report.Paragraph("All %v chosen interventions have a short horizon.", m.figure("short", fmt.Sprint(short))))
	case long > 0:
		blocks = append(blocks, report.Paragraph("All %v chosen interventions have a long horizon: none can show results soon.", m.figure("long", fmt.Sprint(long))))
	}
	if len(untested) > 0 {
		blocks = append(blocks, report.Paragraph("No sound study says what some of them would do for jobs, so an evaluation belongs in their budget: %v.", strings.Join(untested, "; ")))
	}
	return append(blocks, report.Missing("It is not settled who answers for the plan, which targets it sets by when, and how results will be judged. The order of the work and the risks on record stand on the page of the sequence and on those of the interventions, and are not part of this document yet.",
		"Name who answers for it, set baselines and targets with dates, and keep a register of risks."))
}
