package web

import (
	"database/sql"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/report"
)

// RegisterPage lists all interventions with how much is on record of each: a register, not a ranking.
type RegisterPage struct {
	Base
	Lede     report.Text
	Filters  []SelectFilter
	Filtered bool
	Order    []LensTab
	Rows     []RegisterRow
	All      int
	Existing *ExistingShare
	Circles  []string
	Faults   []string
	CSV      string
	Decides  bool
}

// RegisterRow is one intervention.
type RegisterRow struct {
	portfolio.Intervention
	Path, Years, Grade, Where         string
	Costs, Outcomes, Relations, Risks int
	Reports, Missing                  int
	Gaps                              string
	TotalP                            int64 // its rows by year and funder, or else the stated total
	Costed                            bool
}

// Total is the cost as shown.
func (r RegisterRow) Total() report.Figure {
	if r.Intervention.CostP.Valid && r.TotalP == r.Intervention.CostP.Int64 {
		return r.Cost()
	}
	return report.MoneyFigure(r.TotalP, evidence.MakeRef(portfolio.RefCosts, []string{r.ID}))
}

// registerOrders are the ways to order the register, the usual one first.
var registerOrders = []struct {
	key, label string
	less       func(a, b RegisterRow) bool
}{
	{"name", "By name", func(a, b RegisterRow) bool { return false }},
	{"cost", "Dearest first", func(a, b RegisterRow) bool { return costOrNone(a) > costOrNone(b) }},
	{"missing", "Most missing first", func(a, b RegisterRow) bool { return a.Missing > b.Missing }},
	{"start", "Latest beginning first", func(a, b RegisterRow) bool { return a.Start.Int64 > b.Start.Int64 }},
}

func costOrNone(r RegisterRow) int64 {
	if !r.Costed {
		return -1
	}
	return r.TotalP
}

func (s *Server) registerPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	reg, err := followRegister(r, snap)
	if err != nil {
		return err
	}
	order := r.URL.Query().Get("order")
	if order == "" {
		order = registerOrders[0].key
	}
	p := RegisterPage{Base: s.base(r, snap, "Register of interventions", "/priorities"), All: len(all), CSV: readdress(r, "format", "csv"), Decides: actorOf(r).May(auth.Decide)}
	list := PrioritiesPage{}
	keep := list.filter(r, all)
	p.Filters, p.Filtered = list.Filters, list.Filtered
	rows := registerRows(all, reg, keep)
	if err := p.sort(r, rows, order); err != nil {
		return err
	}
	if wantsCSV(r) {
		return registerCSV(w, p.Rows)
	}
	p.Existing = existingShare(askNow(snap, all), all, reg)
	names := interventionNamesOf(all)
	for _, c := range reg.Circles() {
		p.Circles = append(p.Circles, circleWords(c, names))
	}
	for _, f := range reg.Faults(all) {
		p.Faults = append(p.Faults, fmt.Sprintf("%s line %d: %s", f.Record.File, f.Record.Line, f.Says))
	}
	p.find(all, reg)
	return s.render(w, r, "register", p)
}

// find says in a sentence how much is on record.
func (p *RegisterPage) find(all []portfolio.Intervention, reg portfolio.Register) {
	kept := func(what string, n int) report.Figure {
		return report.CountFigure(int64(n), evidence.MakeRef(portfolio.RefKept, []string{what}))
	}
	p.Lede = report.Say("%v interventions are on record, %v of them with a cost. The register holds %v costs by year and funder, %v outputs and outcomes, %v dependencies and %v risks. What is missing is unknown, not nought.",
		report.CountFigure(int64(len(all)), evidence.MakeRef("count", []string{"interventions"})), kept("costed", len(reg.TotalsP(all))), kept("costs", len(reg.Costs)), kept("outcomes", len(reg.Outcomes)), kept("relations", len(reg.Relations)), kept("risks", len(reg.Risks)))
}

func registerRows(all []portfolio.Intervention, reg portfolio.Register, keep func(portfolio.Intervention) bool) []RegisterRow {
	var out []RegisterRow
	totals := reg.TotalsP(all)
	for _, i := range all {
		if !keep(i) {
			continue
		}
		own := reg.Of(i.ID)
		gaps := i.Gaps(own)
		row := RegisterRow{Intervention: i, Path: interventionPath(i.ID), Years: years(i), Grade: gradeWords[i.Grade], Where: regionName(i.Region), Costs: len(own.Costs), Outcomes: len(own.Outcomes),
			Relations: len(own.Relations), Risks: len(own.Risks), Reports: len(own.Delivery), Missing: len(gaps)}
		row.TotalP, row.Costed = totals[i.ID]
		for k, g := range gaps {
			if k > 0 {
				row.Gaps += "; "
			}
			row.Gaps += g.What
		}
		out = append(out, row)
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Name < out[b].Name })
	return out
}

// sort orders the rows and offers the other orders.
func (p *RegisterPage) sort(r *http.Request, rows []RegisterRow, order string) error {
	known := false
	for _, o := range registerOrders {
		p.Order = append(p.Order, LensTab{o.label, readdress(r, "order", o.key), o.key == order})
		if o.key == order {
			known = true
			sort.SliceStable(rows, func(a, b int) bool { return o.less(rows[a], rows[b]) })
		}
	}
	if !known {
		return badRequest("The register can be ordered by name, cost, missing or start, not by %q.", order)
	}
	p.Rows = rows
	return nil
}

func registerCSV(w http.ResponseWriter, rows []RegisterRow) error {
	header := []string{"id", "name", "lead", "partners", "category", "place", "region", "stage", "horizon", "benefits", "scope", "problem", "problem_url", "grade", "cost_gbp", "start_year", "end_year",
		"costs", "outcomes", "relations", "risks", "reports", "missing", "source_url", "file", "line"}
	var out [][]string
	for _, i := range rows {
		out = append(out, []string{i.ID, i.Name, i.Lead, strings.Join(i.Partners, "; "), i.Category, i.Place, i.Region, i.Stage, i.Horizon, i.Benefits, i.Scope, i.Problem, i.ProblemURL, i.Intervention.Grade,
			nullPounds(sql.NullInt64{Int64: i.TotalP, Valid: i.Costed}), nullInt(i.Start), nullInt(i.End), strconv.Itoa(i.Costs), strconv.Itoa(i.Outcomes), strconv.Itoa(i.Relations), strconv.Itoa(i.Risks), strconv.Itoa(i.Reports), i.Gaps,
			i.SourceURL, i.Record.File, strconv.Itoa(i.Record.Line)})
	}
	return writeCSV(w, "register", header, out)
}
