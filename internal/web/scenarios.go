package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/portfolio/scenario"
)

// ScenariosPage lists the scenarios that are kept.
type ScenariosPage struct {
	Base
	Finding string
	Kind    string
	Tabs    []Choice
	Rows    []ScenarioRow
	Deleted []ScenarioRow
	Keeps   bool
	CSV     string
	Pick    []Choice // to compare
}

// ScenarioRow is a scenario of the list.
type ScenarioRow struct {
	scenario.Scenario
	KindIs, Path, When, Who, Says, Release string
	Older                                  bool // kept on another release than the one that is being served
}

func (s *Server) scenarioRow(sc scenario.Scenario, snap *live.Snapshot, names map[string]string) ScenarioRow {
	return ScenarioRow{Scenario: sc, KindIs: sc.Kind.Label(), Path: scenarioPath(sc.ID), When: dayTime(sc.Changed), Who: nameOf(sc.By, names), Says: sc.Outcome.Finding, Release: sc.Release, Older: sc.Release != snap.Rel.ID}
}

func (s *Server) scenarios(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	kind := r.URL.Query().Get("kind")
	if kind != "" && !slices.Contains(scenario.Kinds, scenario.Kind(kind)) {
		return badRequest("There is no kind of scenario %.40q: it is plan, appraisal, sequence or workshop.", kind)
	}
	all, err := s.scenarioBook().Scenarios(r.Context(), actorOf(r), true)
	if err != nil {
		return err
	}
	var ids []string
	for _, sc := range all {
		ids = append(ids, sc.By)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return err
	}
	p := ScenariosPage{Base: s.base(r, snap, "Scenarios", "/scenarios"), Kind: kind, Keeps: actorOf(r).May(auth.KeepScenarios), CSV: "/scenarios?format=csv"}
	counts := map[scenario.Kind]int{}
	n := 0
	for _, sc := range all {
		row := s.scenarioRow(sc, snap, names)
		if sc.Deleted != "" {
			p.Deleted = append(p.Deleted, row)
			continue
		}
		n++
		counts[sc.Kind]++
		p.Pick = append(p.Pick, Choice{Value: sc.ID, Label: scenarioLabel(sc, there(all))})
		if kind == "" || string(sc.Kind) == kind {
			p.Rows = append(p.Rows, row)
		}
	}
	if wantsCSV(r) {
		return scenariosCSV(w, p.Rows)
	}
	p.Tabs = append(p.Tabs, Choice{Label: "All", N: n, Path: "/scenarios", Current: kind == ""})
	for _, k := range scenario.Kinds {
		if counts[k] > 0 {
			p.Tabs = append(p.Tabs, Choice{Label: k.Label(), N: counts[k], Path: "/scenarios?kind=" + url.QueryEscape(string(k)), Current: kind == string(k)})
		}
	}
	p.Finding = capital(counted(n, "scenario is kept", "scenarios are kept"))
	return s.render(w, r, "scenarios", p)
}

// there leaves out what was deleted.
func there(all []scenario.Scenario) []scenario.Scenario {
	var out []scenario.Scenario
	for _, sc := range all {
		if sc.Deleted == "" {
			out = append(out, sc)
		}
	}
	return out
}

func scenariosCSV(w http.ResponseWriter, rows []ScenarioRow) error {
	var out [][]string
	for _, r := range rows {
		out = append(out, []string{r.ID, r.KindIs, r.Name, r.Note, strconv.FormatInt(r.N, 10), r.Address, r.Release, r.Says, r.Changed, r.Who})
	}
	return writeCSV(w, "scenarios", []string{"id", "kind", "name", "note", "settings_version", "address", "release", "finding", "changed", "by"}, out)
}
