package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/portfolio/workshop"
)

// WorkshopPage shows what the weights of a workshop allow to say about its options.
type WorkshopPage struct {
	Base
	W             workshop.Workshop
	Here          string
	Finding, Lede string
	Ready         bool
	Next          string // what is missing before anything can be reckoned
	MayRun        bool
	Own           *WeightRow // one's own weights, where there are any
	Heads         []string   // names of the stakeholders
	Ranks         []OptionRank
	Scale         string // of the pictures
	Agree         []string
	Put           []PutView
	Typical       []TypicalRow
	Criteria      []CriterionHead
	Weights       []WeightRow
	Gone          []WeightRow
	Stays         []string // how far each stakeholder's first option stays first
	Values        []OptionValues
	Warnings      []workshop.Warning
	Ref           string
	CSV, JSON     string
	Changed       string
	Draws, Within string
}

// OptionRank is what is said of an option's ranks.
type OptionRank struct {
	Name, Path  string
	First, Rank string // over all weights
	Range       chart.Chart
	Cells       []string // by stakeholder
	Note        string
}

// PutView says what would put each option first with the weights of a stakeholder, the nearest first.
type PutView struct {
	Name string
	Rows []PutRow
}

// PutRow says what would put an option first.
type PutRow struct {
	Name, Unknown, Say string // Unknown: criteria in which nothing is known of it
	moved              float64
}

// TypicalRow is the mean weights with which an option is first.
type TypicalRow struct {
	Name, First string
	Cells       []string
}

// CriterionHead is a criterion in a table's head.
type CriterionHead struct{ Name, Anchors, Means, Filled string }

// WeightRow is the weights of a stakeholder.
type WeightRow struct {
	workshop.Weights
	Cells             []string // shares by criterion
	Doubt             string
	Whose             string
	MayEdit, MayTake  bool
	Edit, When, Entry string
}

// OptionValues is what is known of an option, by criterion.
type OptionValues struct {
	Name, Path, Ref string
	Cells           []OptionValue
}

// OptionValue is a value with its range.
type OptionValue struct {
	Text, Range string
	Known       bool
	ByHand      bool
	Outside     bool
	Why         string
}

// reckonWorkshop reckons a workshop once for each of its versions and each release.
func reckonWorkshop(r *http.Request, snap *live.Snapshot, w workshop.Workshop) (workshop.Report, error) {
	facts, err := workshopFacts(r, snap)
	if err != nil {
		return workshop.Report{}, err
	}
	key := fmt.Sprintf("workshop/%s/%d", w.ID, w.Version)
	for _, x := range w.Weights {
		key += fmt.Sprintf("/%s.%d", x.ID, x.Version)
	}
	return live.Remember(&snap.Cache, key, func() (workshop.Report, error) { return workshop.Reckon(r.Context(), w, facts) })
}

func (s *Server) workshop(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	a := actorOf(r)
	kept, err := s.workshopBook().Get(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	report, err := reckonWorkshop(r, snap, kept)
	if err != nil {
		return err
	}
	switch format := r.URL.Query().Get("format"); format {
	case "csv", "json":
		return s.takeWorkshop(w, r, report, format)
	case "":
	default:
		return badRequest("There is no format %.20q: ask for csv or json.", format)
	}
	p := WorkshopPage{Base: s.base(r, snap, kept.Setup.Question, "/workshops"), W: kept, Here: workshopPath(kept.ID), Finding: kept.Setup.Question, MayRun: a.May(auth.RunWorkshop),
		Ref: workshop.Ref(kept.ID), Changed: dayTime(kept.Changed), Draws: chart.Number(float64(kept.Setup.Draws()), 0), Within: workshop.WithinSay(kept.Setup.Draws()), Warnings: report.Warnings}
	p.Method = "weighing criteria"
	p.CSV, p.JSON = p.Here+"?format=csv", p.Here+"?format=json"
	if err := s.weightRows(r, &p); err != nil {
		return err
	}
	p.Criteria = criterionHeads(kept.Setup)
	p.Ready, p.Next = kept.Ready(), missingOf(kept)
	if p.Ready {
		p.tell(report)
	}
	return s.render(w, r, "workshop", p)
}

// missingOf says what to do before anything can be reckoned.
func missingOf(w workshop.Workshop) string {
	switch {
	case len(w.Setup.Options) < 2:
		return "Choose at least two interventions to compare."
	case len(w.Setup.Criteria) == 0:
		return "Say by which criteria they are compared."
	}
	return ""
}

func criterionHeads(s workshop.Setup) []CriterionHead {
	var out []CriterionHead
	for _, c := range s.Criteria {
		h := CriterionHead{Name: c.Name, Means: c.Means, Anchors: amountSay(c.Worst, c.Unit) + " to " + amountSay(c.Best, c.Unit), Filled: "scored by people"}
		if x, ok := workshop.SourceOf(c.Source); ok {
			h.Filled = "from the evidence: " + x.Caution
		}
		out = append(out, h)
	}
	return out
}

// amountSay is a number of a criterion with its unit.
func amountSay(v float64, unit string) string {
	text := chart.Number(v, 0)
	if v != float64(int64(v)) {
		text = chart.Number(v, 1)
	}
	switch {
	case unit == "":
		return text
	case strings.HasPrefix(unit, "£"):
		return "£" + text + strings.TrimPrefix(unit, "£")
	}
	return text + " " + unit
}

// weightRows lists the stakeholders.
func (s *Server) weightRows(r *http.Request, p *WorkshopPage) error {
	var ids []string
	for _, x := range append(slices.Clone(p.W.Weights), p.W.Gone...) {
		ids = append(ids, x.By, x.Person)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return err
	}
	a := actorOf(r)
	row := func(x workshop.Weights) WeightRow {
		own := x.Person != "" && x.Person == a.PersonID
		out := WeightRow{Weights: x, When: dayTime(x.Changed), Edit: p.Here + "/weigh?" + url.Values{"as": {x.ID}}.Encode(), Doubt: doubtSay(x.Swings.Doubt), MayEdit: own || x.Person == "" && p.MayRun, MayTake: own || p.MayRun}
		if x.Person == "" {
			out.Entry = "entered by " + nameOf(x.By, names)
		} else {
			out.Entry = "by " + nameOf(x.Person, names)
		}
		shares := x.Shares(p.W.Setup)
		for j, c := range p.W.Setup.Criteria {
			if _, given := x.Swings.Points[c.Key]; !given || shares == nil {
				out.Cells = append(out.Cells, "")
			} else {
				out.Cells = append(out.Cells, percentOf(shares[j]))
			}
		}
		return out
	}
	for _, x := range p.W.Weights {
		next := row(x)
		if x.Person == a.PersonID && x.Person != "" {
			p.Own = &next
		}
		p.Weights = append(p.Weights, next)
		p.Heads = append(p.Heads, x.Name)
	}
	for _, x := range p.W.Gone {
		p.Gone = append(p.Gone, row(x))
	}
	return nil
}

func doubtSay(d float64) string {
	if d == 0 {
		return "sure"
	}
	return "± " + percentOf(d)
}

func rankSay(best, worst int) string {
	if best == worst {
		return strconv.Itoa(best)
	}
	return fmt.Sprintf("%d–%d", best, worst)
}
