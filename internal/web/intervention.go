package web

import (
	"fmt"
	"math"
	"net/http"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// InterventionPage is all that is on record of an intervention.
type InterventionPage struct {
	Base
	I          portfolio.Intervention
	Years      string
	Where      string // the region as a name
	Kinds      string
	Lenses     []LensCard
	InPlan     string // its place in the default plan
	PlanPath   string
	PlanReason string
	Record     report.Figure
	Wanted     []WantedView // what surveys came to on it
	Named      []NamedAsk   // firms that agreed to be named and chose it
	Grade      string       // of its evidence, in words
	Costs      CostTable
	CostRows   []StatedCost
	Outcomes   []OutcomeRow
	Double     bool // jobs and GVA are both stated
	Related    []RelatedRow
	Circles    []string
	Risks      []RiskRow
	Reports    []CameRow // what became of it
	Gaps       []GapRow
	Decides    bool
	Add        map[string]string // table: the form to add to it
	OwnRow     string
	Appraisal  string
	Followed   string // its page of delivery
}

// CameRow is a report of what became of an intervention.
type CameRow struct {
	portfolio.Delivered
	What, When, Says, Ref, Edit string // When hides the day of the row: where only a year is stated no day is
}

// LensCard is what a lens says of an intervention.
type LensCard struct {
	Label  string
	Lens   portfolio.Lens
	Score  portfolio.Score
	Figure report.Figure
	Range  chart.Chart
	Places string
	Among  int
	Basis  string
	Next   string
	Use    string // what firms on record use, where the lens goes by a survey
}

func (s *Server) intervention(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	for _, i := range all {
		if i.ID == id || evidence.Slug(i.ID) == id {
			return s.interventionPage(w, r, snap, i, all)
		}
	}
	return notFound("There is no intervention %q in this release.", id)
}

func (s *Server) interventionPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, i portfolio.Intervention, all []portfolio.Intervention) error {
	p := InterventionPage{Base: s.base(r, snap, i.Name, "/priorities"), I: i, Years: years(i), Where: regionName(i.Region), Record: report.Figure{Ref: evidence.MakeRef("intervention", []string{i.ID})}}
	for _, l := range portfolio.Lenses(all) {
		if l == portfolio.Invented && !i.Invented.Known {
			continue
		}
		p.Lenses = append(p.Lenses, lensCard(i, l, all))
	}
	if err := p.wanted(s, r, snap); err != nil {
		return err
	}
	reg, err := followRegister(r, snap)
	if err != nil {
		return err
	}
	p.register(reg, all)
	var kinds []string
	for _, k := range i.DemandKinds {
		kinds = append(kinds, words(k))
	}
	p.Kinds = strings.Join(kinds, ", ")
	ask := askNow(snap, all)
	plan, err := s.solvePlan(r, snap, ask)
	if err != nil {
		return err
	}
	p.PlanPath = "/plan?" + askQuery(ask)
	p.InPlan, p.PlanReason = placeInPlan(plan, i)
	p.PlanReason = capital(p.PlanReason)
	if wantsCSV(r) {
		return prioritiesCSV(w, []portfolio.Intervention{i}, func(portfolio.Intervention) bool { return true })
	}
	return s.render(w, r, "intervention", p)
}

func lensCard(i portfolio.Intervention, l portfolio.Lens, all []portfolio.Intervention) LensCard {
	s := i.Score(l)
	c := LensCard{Label: sentence(portfolio.LabelOf(all, l)), Lens: l, Score: s, Figure: s.Figure(), Basis: capital(s.Basis), Next: nextEvidence(l)}
	if !s.Known {
		return c
	}
	c.Places = places(i.Rank(l))
	for _, j := range all {
		if j.Score(l).Known {
			c.Among++
		}
	}
	half := 50.0 // the chance at which as many programmes show an effect as do not
	if l != portfolio.Growth {
		half = math.NaN()
	}
	if s.Asked != nil && l == portfolio.Demand && i.Use.Known {
		c.Use = capital(i.Use.Basis)
	}
	c.Range = chart.Range(chart.RangeSpec{Title: c.Label + ", %", Value: 100 * s.Value, Interval: chart.Interval{Lo: 100 * s.Lo, Hi: 100 * s.Hi}, Min: 0, Max: 100, Ref: half})
	return c
}

func years(i portfolio.Intervention) string {
	switch {
	case i.Start.Valid && i.End.Valid && i.Start.Int64 != i.End.Int64:
		return fmt.Sprintf("%d–%d", i.Start.Int64, i.End.Int64)
	case i.Start.Valid:
		return fmt.Sprintf("from %d", i.Start.Int64)
	case i.End.Valid:
		return fmt.Sprintf("to %d", i.End.Int64)
	}
	return ""
}

// placeInPlan says whether the plan takes the intervention, and why not.
func placeInPlan(p portfolio.Plan, i portfolio.Intervention) (place, reason string) {
	if len(p.Conflict) > 0 {
		return "There is no plan", "the rules " + andList(p.Conflict) + " cannot hold together"
	}
	for _, c := range p.Chosen {
		if c.ID == i.ID {
			return "Chosen", ""
		}
	}
	for _, l := range p.Left {
		if l.ID == i.ID {
			return "Left out", l.Reason
		}
	}
	for _, l := range p.Unvalued {
		if l.ID == i.ID {
			return "Not compared", l.Reason
		}
	}
	for _, l := range p.Over {
		if l.ID == i.ID {
			return "Over", l.Reason
		}
	}
	return "Not open to choice", fmt.Sprintf("its stage is %s and its region is %s", words(i.Stage), regionName(i.Region))
}

func words(key string) string {
	if key == "" {
		return "not stated"
	}
	return strings.NewReplacer("_", " ", "-", " ").Replace(key)
}
