package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/report"
	"milieu/internal/stat"
)

// PrioritiesPage ranks the interventions under one lens, with the other beside it.
type PrioritiesPage struct {
	Base
	Finding    string
	Lede       report.Text
	Lens       portfolio.Lens
	LensLabel  string
	Other      portfolio.Lens
	Lenses     []LensTab
	Filters    []SelectFilter
	Filtered   bool
	Bands      []BandRows
	Bases      []Basis // what the scores rest on, said once for all that share it
	NoEvidence []NoEvidence
	Unscored   int // shown without a score under the lens
	Shown, All int
	Picture    chart.Chart
	Apart      []ApartRow
	ApartMore  []ApartRow // the rest of the list, folded
	ApartSure  int
	Existing   *ExistingShare
	CSV        string
	Head       string // of the column of the lens
	OtherHead  string
	Interval   string // confidence of the lens, such as 90 %
	OtherWay   string // confidence of the other lens, where it is another
	Demand     string // from what the lens of demand is read
	Asked      string // address of the survey that it is read from
	Invented   bool   // what is shown was made by a model
}

// LensTab is the way to the ranking under a lens.
type LensTab struct {
	Label, Path string
	Current     bool
}

// SelectFilter is one filter of the list.
type SelectFilter struct {
	Name, Label string
	Value       string
	Choices     []Box
}

// BandRows is a band of the ranking with those of its rows that pass the filter.
type BandRows struct {
	Title string
	Rows  []PriorityRow
}

// PriorityRow is an intervention in the list.
type PriorityRow struct {
	portfolio.Intervention
	Score, OtherScore report.Figure
	Known, OtherKnown bool
	Places            string
	BasisID           string
	Where             string // the region as a name
}

// Basis is what scores rest on and what they do not say.
type Basis struct{ ID, Text, Caution string }

// NoEvidence is interventions without a score under the lens for one reason.
type NoEvidence struct {
	Reason, Next string
	Rows         []PriorityRow
}

// ApartRow is where the lenses part.
type ApartRow struct {
	Items          []portfolio.Intervention
	Name           string
	Growth, Demand report.Figure
	Says           string
}

// places writes a range of ranks.
func places(r stat.RankRange) string {
	if r.Best == r.Worst {
		return strconv.Itoa(r.Best)
	}
	return fmt.Sprintf("%d–%d", r.Best, r.Worst)
}

// regionName writes the key of a region as a name: each word with a capital.
func regionName(key string) string {
	parts := strings.FieldsFunc(key, func(r rune) bool { return r == '-' || r == '_' || r == ' ' })
	for k := range parts {
		parts[k] = capital(parts[k])
	}
	return strings.Join(parts, " ")
}

func readInterventions(r *http.Request, snap *live.Snapshot) ([]portfolio.Intervention, error) {
	return live.Remember(&snap.Cache, "interventions", func() ([]portfolio.Intervention, error) {
		return portfolio.Interventions(context.WithoutCancel(r.Context()), snap.DB)
	})
}

// priorityFilters are the properties that the list can be narrowed by.
var priorityFilters = []struct {
	name, label string
	of          func(portfolio.Intervention) string
}{
	{"benefits", "Serves", func(i portfolio.Intervention) string { return i.Benefits }},
	{"scope", "Scope", func(i portfolio.Intervention) string { return i.Scope }},
	{"horizon", "Horizon", func(i portfolio.Intervention) string { return i.Horizon }},
	{"stage", "Stage", func(i portfolio.Intervention) string { return i.Stage }},
	{"region", "Region", func(i portfolio.Intervention) string { return i.Region }},
	{"category", "Category", func(i portfolio.Intervention) string { return i.Category }},
	{"grade", "Grade of evidence", func(i portfolio.Intervention) string { return i.Grade }},
	{"lead", "Lead", func(i portfolio.Intervention) string { return i.Lead }},
}

func (s *Server) priorities(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	lens := portfolio.Growth
	if v := r.URL.Query().Get("lens"); v != "" {
		if _, err := portfolio.ParseLens(v); err != nil && v != string(portfolio.Invented) {
			return badRequest("The lens %q is neither growth nor demand.", v)
		}
		lens = portfolio.Lens(v)
	}
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	if !slices.Contains(portfolio.Lenses(all), lens) {
		return notFound("This release has no invented answers, or has real ones in their place: look at what firms use or ask for now.")
	}
	p := PrioritiesPage{Base: s.base(r, snap, "Priorities", "/priorities"), Lens: lens, LensLabel: portfolio.LabelOf(all, lens), Other: otherLens(lens), All: len(all), CSV: readdress(r, "format", "csv")}
	p.heads(s, r, all)
	keep := p.filter(r, all)
	if wantsCSV(r) {
		return prioritiesCSV(w, portfolio.ByLens(all, lens), keep)
	}
	for _, l := range portfolio.Lenses(all) {
		p.Lenses = append(p.Lenses, LensTab{sentence(portfolio.LabelOf(all, l)), readdress(r, "lens", string(l)), l == lens})
	}
	p.rows(all, keep)
	p.apart(all)
	p.Picture = lensScatter(all, 560, 380)
	p.find(all)
	reg, err := followRegister(r, snap)
	if err != nil {
		return err
	}
	p.Existing = existingShare(askNow(snap, all), all, reg)
	return s.render(w, r, "priorities", p)
}

// heads says what the columns are, and from what they are read.
func (p *PrioritiesPage) heads(s *Server, r *http.Request, all []portfolio.Intervention) {
	p.Head, p.OtherHead = portfolio.Short(all, p.Lens), portfolio.Short(all, p.Other)
	p.Interval, p.OtherWay = portfolio.IntervalWords(all, p.Lens), portfolio.IntervalWords(all, p.Other)
	if p.OtherWay == p.Interval {
		p.OtherWay = ""
	}
	p.Demand, p.Invented = portfolio.DemandSource(all), p.Lens == portfolio.Invented
	l := portfolio.Demand
	if p.Invented {
		l = p.Lens
	}
	if a, heard := portfolio.Heard(all, l); heard {
		p.Asked = s.surveyLink(r, a.SurveyID)
	}
}

func otherLens(l portfolio.Lens) portfolio.Lens {
	if l == portfolio.Growth {
		return portfolio.Demand
	}
	return portfolio.Growth
}

// filter reads the filters and returns who passes.
func (p *PrioritiesPage) filter(r *http.Request, all []portfolio.Intervention) func(portfolio.Intervention) bool {
	for _, f := range priorityFilters {
		sel := SelectFilter{Name: f.name, Label: f.label, Value: r.URL.Query().Get(f.name)}
		known := false
		for _, v := range portfolio.Values(all, f.of) {
			label := sentence(v)
			switch f.name {
			case "region":
				label = regionName(v)
			case "grade":
				label = gradeWords[v]
			case "lead":
				label = v
			}
			sel.Choices = append(sel.Choices, Box{Value: v, Label: label, On: v == sel.Value})
			known = known || v == sel.Value
		}
		if !known {
			sel.Value = ""
		}
		p.Filtered = p.Filtered || sel.Value != ""
		p.Filters = append(p.Filters, sel)
	}
	filters := p.Filters
	return func(i portfolio.Intervention) bool {
		for k, f := range filters {
			if f.Value != "" && priorityFilters[k].of(i) != f.Value {
				return false
			}
		}
		return true
	}
}

// rows puts the interventions that pass into their bands, and those without
// evidence under their reasons.
func (p *PrioritiesPage) rows(all []portfolio.Intervention, keep func(portfolio.Intervention) bool) {
	bands := portfolio.Bands(all, p.Lens)
	for k, b := range bands {
		rows := BandRows{Title: bandTitle(b, k, len(bands))}
		for _, g := range b.Groups {
			basis := Basis{ID: fmt.Sprintf("b%d", len(p.Bases)+1), Text: g.Score.Basis, Caution: g.Score.Caution}
			n := len(rows.Rows)
			for _, i := range g.Items {
				if keep(i) {
					rows.Rows = append(rows.Rows, p.row(i, basis.ID))
				}
			}
			if len(rows.Rows) > n {
				p.Bases = append(p.Bases, basis)
			}
		}
		p.Shown += len(rows.Rows)
		if len(rows.Rows) > 0 {
			p.Bands = append(p.Bands, rows)
		}
	}
	at := map[string]int{}
	for _, i := range portfolio.ByLens(all, p.Lens) {
		s := i.Score(p.Lens)
		if s.Known || !keep(i) {
			continue
		}
		k, ok := at[s.Basis]
		if !ok {
			k = len(p.NoEvidence)
			at[s.Basis] = k
			p.NoEvidence = append(p.NoEvidence, NoEvidence{Reason: capital(s.Basis) + ".", Next: nextEvidence(p.Lens)})
		}
		p.NoEvidence[k].Rows = append(p.NoEvidence[k].Rows, p.row(i, ""))
		p.Unscored++
	}
	p.Shown += p.Unscored
}

// nextEvidence says what would give a score.
func nextEvidence(l portfolio.Lens) string {
	if l != portfolio.Growth {
		return "Ask firms in a survey and let it into releases, or name in the table the kinds of tie that show use (demand_kinds)."
	}
	return "Name the nearest reviewed type in the table where one fits (effect_type), or let the intervention begin with an evaluation."
}

func bandTitle(b portfolio.Band, k, n int) string {
	if b.N() == 1 {
		return fmt.Sprintf("Place %d", b.First)
	}
	if n == 1 {
		return fmt.Sprintf("All %d: no two of them can be told apart", b.N())
	}
	return fmt.Sprintf("Band %d, places %d to %d by value: no two of these %d can be told apart", k+1, b.First, b.Last, b.N())
}

func (p *PrioritiesPage) row(i portfolio.Intervention, basis string) PriorityRow {
	row := PriorityRow{Intervention: i, BasisID: basis, Where: regionName(i.Region), Known: i.Score(p.Lens).Known, OtherKnown: i.Score(p.Other).Known}
	row.Score, row.OtherScore = bare(i.Score(p.Lens).Figure()), bare(i.Score(p.Other).Figure())
	if row.Known {
		row.Places = places(i.Rank(p.Lens))
	}
	return row
}

// bare is a figure whose unit stands in the header.
func bare(f report.Figure) report.Figure {
	f.Unit = ""
	return f
}

func (p *PrioritiesPage) find(all []portfolio.Intervention) {
	bands := portfolio.Bands(all, p.Lens)
	scored := 0
	for _, b := range bands {
		scored += b.N()
	}
	n := report.CountFigure(int64(len(all)), evidence.MakeRef("count", []string{"interventions"}))
	what := "under the lens “" + p.LensLabel + "”"
	switch {
	case scored == 0:
		p.Finding = "Nothing is known yet of " + p.LensLabel
		p.Lede = report.Say("Of %v interventions, none has evidence "+what+". They are listed below, with what to do next.", n)
		return
	case len(bands) == 1:
		p.Finding = fmt.Sprintf("The evidence does not put one of %d interventions above another", scored)
	default:
		p.Finding = fmt.Sprintf("%d of %d interventions compete for the first place in %s", first(bands), scored, p.LensLabel)
	}
	p.Lede = report.Say("Of %v interventions, %v have evidence "+what+" and %v have none. The two lenses are never added up.", n,
		report.CountFigure(int64(scored), evidence.MakeRef("scored", []string{string(p.Lens)})), report.CountFigure(int64(len(all)-scored), evidence.MakeRef("unscored", []string{string(p.Lens)})))
}

// first counts those whose interval allows the first place.
func first(bands []portfolio.Band) int {
	n := 0
	for _, b := range bands {
		for _, g := range b.Groups {
			if g.Rank.Best == 1 {
				n += len(g.Items)
			}
		}
	}
	return n
}

// mostApart is how many disagreements are listed before the rest is folded.
const mostApart = 6

func (p *PrioritiesPage) apart(all []portfolio.Intervention) {
	for _, d := range portfolio.Disagreements(all) {
		if d.Sure {
			p.ApartSure++
		}
		if d.Gap == 0 {
			continue
		}
		row := ApartRow{Items: d.Items, Name: portfolio.GroupName(d.Items), Growth: bare(d.Growth.Figure()), Demand: bare(d.Demand.Figure())}
		row.Says = "higher for growth than for what firms use or ask for"
		if d.Gap < 0 {
			row.Says = "used or asked for by firms more than its place for growth says"
		}
		if !d.Sure {
			row.Says += "; the intervals allow that they agree"
		}
		if len(p.Apart) < mostApart {
			p.Apart = append(p.Apart, row)
			continue
		}
		p.ApartMore = append(p.ApartMore, row)
	}
}

func prioritiesCSV(w http.ResponseWriter, all []portfolio.Intervention, keep func(portfolio.Intervention) bool) error {
	header := []string{"id", "name", "lead", "place", "category", "cost_gbp", "start_year", "end_year", "stage", "region", "horizon", "benefits", "scope", "effect_type", "grade", "problem", "problem_url", "partners", "classes", "classified_by"}
	lenses := portfolio.Lenses(all)
	for _, l := range lenses {
		l := string(l)
		header = append(header, l+"_percent", l+"_low", l+"_high", l+"_rank_best", l+"_rank_worst", l+"_basis")
	}
	header = append(header, "source_url", "file", "line")
	var rows [][]string
	for _, i := range all {
		if !keep(i) {
			continue
		}
		row := []string{i.ID, i.Name, i.Lead, i.Place, i.Category, nullPounds(i.CostP), nullInt(i.Start), nullInt(i.End), i.Stage, i.Region, i.Horizon, i.Benefits, i.Scope, i.EffectType,
			i.Grade, i.Problem, i.ProblemURL, strings.Join(i.Partners, "; "), strings.Join(i.Classes, "; "), i.ClassifiedBy}
		for _, l := range lenses {
			row = append(row, scoreCells(i.Score(l), i.Rank(l))...)
		}
		rows = append(rows, append(row, i.SourceURL, i.Record.File, strconv.Itoa(i.Record.Line)))
	}
	return writeCSV(w, "priorities", header, rows)
}

func scoreCells(s portfolio.Score, r stat.RankRange) []string {
	if !s.Known {
		return []string{"", "", "", "", "", s.Basis}
	}
	percent := func(v float64) string { return strconv.FormatFloat(100*v, 'f', 2, 64) }
	return []string{percent(s.Value), percent(s.Lo), percent(s.Hi), strconv.Itoa(r.Best), strconv.Itoa(r.Worst), s.Basis}
}
