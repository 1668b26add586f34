package web

import (
	"net/http"
	"net/url"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/scenario"
	"milieu/internal/portfolio/scenario/outcome"
)

// ScenarioPage is a scenario with what it came to when it was kept and what it comes to now.
type ScenarioPage struct {
	Base
	S         scenario.Scenario
	KindIs    string
	When, By  string
	Settings  []Labelled
	Kept      OutcomeView
	KeptOn    string // release and day
	Older     bool   // kept on another release than the one that is being served
	Changed   string // what the newer release changed, in words; empty where it was not reckoned
	SincePath string
	Versions  []VersionRow
	CanUndo   bool
	CanRedo   bool
	Keeps     bool
	SharedOn  string
	SharedBy  string
	At        string // its address
	Weighed   bool   // the plan is valued by the weights of a named stakeholder
	Others    []Choice
	Twin      bool   // another scenario has the same name
	CasePath  string // where a case is started from it; empty where that cannot be
}

// VersionRow is one version of the settings.
type VersionRow struct {
	N          int64
	Name, Says string
	When, Who  string
	Current    bool
	Differs    []SettingRow // from the settings that it was made from
	Open       string       // the page with these settings
}

// SettingRow is a setting on both sides.
type SettingRow struct{ Label, A, B string }

func (s *Server) scenarioPage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b := s.scenarioBook()
	a := actorOf(r)
	sc, err := b.Scenario(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	versions, err := b.Versions(r.Context(), a, sc.ID)
	if err != nil {
		return err
	}
	ids := []string{sc.By, sc.SharedBy}
	for _, v := range versions {
		ids = append(ids, v.Person)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return err
	}
	p := ScenarioPage{Base: s.base(r, snap, sc.Name, "/scenarios"), S: sc, KindIs: sc.Kind.Label(), When: dayTime(sc.Changed), By: nameOf(sc.By, names), Settings: settingRows(sc.Address),
		Kept: outcomeView(sc.Outcome), KeptOn: keptOn(sc.Release, sc.Outcome.Built), Older: sc.Release != snap.Rel.ID, CanUndo: sc.From > 0, CanRedo: scenario.After(versions, sc.N) > 0,
		Keeps: a.May(auth.KeepScenarios), SharedOn: dayTime(sc.SharedAt), SharedBy: nameOf(sc.SharedBy, names), At: scenarioPath(sc.ID), Weighed: weighedAddress(sc.Address), SincePath: comparePath(sc.ID, sc.ID, "since")}
	if sc.Kind == scenario.Plan && sc.Deleted == "" && a.May(auth.WriteCase) {
		p.CasePath = "/cases?from=" + url.QueryEscape("scenario:"+sc.ID) + "#new"
	}
	p.versions(versions, names)
	if err := s.others(r, &p); err != nil {
		return err
	}
	if p.Older {
		if p.Changed, err = s.sinceKept(r, snap, sc); err != nil {
			return err
		}
	}
	return s.render(w, r, "scenario", p)
}

// weighedAddress says that an address asks for a plan by the weights of a named stakeholder.
func weighedAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && portfolio.IsWeighed(u.Query().Get("worth"))
}

// keptOn says on which release something was reckoned.
func keptOn(release, built string) string {
	text := "release " + shortRelease(release)
	if built != "" {
		text += " of " + built
	}
	return text
}

func shortRelease(id string) string {
	if len(id) > 12 {
		return id[:12]
	}
	return orText(id, "not known")
}

// sinceKept says whether the release that is being served changes what a scenario comes to.
func (s *Server) sinceKept(r *http.Request, snap *live.Snapshot, sc scenario.Scenario) (string, error) {
	_, now, err := s.outcomeOf(r, snap, sc.Kind, sc.Address)
	if err != nil {
		return "", err
	}
	d := outcome.Compare(sc.Outcome, now)
	switch {
	case d.Same():
		return "On today’s release it comes to the same.", nil
	case len(d.OnlyA)+len(d.OnlyB) > 0:
		return "On today’s release " + counted(len(d.OnlyB), "intervention comes in", "interventions come in") + " and " + counted(len(d.OnlyA), "goes out", "go out") + ".", nil
	}
	return "On today’s release the same is chosen, with other figures.", nil
}

func (p *ScenarioPage) versions(all []scenario.Settings, names map[string]string) {
	byN := map[int64]scenario.Settings{}
	for _, v := range all {
		byN[v.N] = v
	}
	for i := len(all) - 1; i >= 0; i-- {
		v := all[i]
		row := VersionRow{N: v.N, Name: v.Name, Says: v.Outcome.Finding, When: dayTime(v.At), Who: nameOf(v.Person, names), Current: v.N == p.S.N, Open: v.Address}
		if before, ok := byN[v.From]; ok {
			row.Differs = differRows(before.Address, v.Address)
			if before.Name != v.Name {
				row.Differs = append(row.Differs, SettingRow{"Name", before.Name, v.Name})
			}
			if before.Note != v.Note {
				row.Differs = append(row.Differs, SettingRow{"Note", short(before.Note), short(v.Note)})
			}
		}
		p.Versions = append(p.Versions, row)
	}
}

func differRows(a, b string) []SettingRow {
	var out []SettingRow
	for _, c := range scenario.Differ(a, b) {
		out = append(out, SettingRow{settingName(c.Key), settingValue(c.Key, c.A), settingValue(c.Key, c.B)})
	}
	return out
}

// others are scenarios to compare this one with.
func (s *Server) others(r *http.Request, p *ScenarioPage) error {
	all, err := s.scenarioBook().Scenarios(r.Context(), actorOf(r), false)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.ID != p.S.ID {
			p.Others = append(p.Others, Choice{Value: o.ID, Label: scenarioLabel(o, all)})
			p.Twin = p.Twin || o.Name == p.S.Name && p.S.Deleted == ""
		}
	}
	return nil
}

func comparePath(a, b, on string) string {
	v := url.Values{"a": {a}, "b": {b}}
	if on != "" {
		v.Set("on", on)
	}
	return "/scenarios/compare?" + v.Encode()
}

// SharedPage is a scenario for somebody who has its link.
type SharedPage struct {
	Base
	S        scenario.Scenario
	KindIs   string
	Settings []Labelled
	Kept     OutcomeView
	KeptOn   string
	Open     string // the page with these settings, where visitors may see it
	When     string
}

// sharedScenario shows a scenario by its secret link, to be read only. Nothing that is not of the scenario is on the page.
func (s *Server) sharedScenario(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	w.Header().Set("Referrer-Policy", "same-origin")
	w.Header().Set("X-Robots-Tag", "noindex, nofollow")
	w.Header().Set("Cache-Control", "no-store")
	sc, err := s.scenarioBook().Shared(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	p := SharedPage{Base: s.base(r, snap, sc.Name, ""), S: sc, KindIs: sc.Kind.Label(), Settings: settingRows(sc.Address), Kept: outcomeView(sc.Outcome), KeptOn: keptOn(sc.Release, sc.Outcome.Built), When: dayTime(sc.At)}
	if !s.closedTo(actorOf(r)) && sc.Kind != scenario.Workshop {
		p.Open = sc.Address
	}
	if wantsCSV(r) {
		return outcomeCSV(w, "scenario", sc.Outcome)
	}
	return s.render(w, r, "shared", p)
}

func outcomeCSV(w http.ResponseWriter, name string, o outcome.Outcome) error {
	var rows [][]string
	for _, m := range o.Measures {
		row := []string{"measure", m.Key, m.Label, "", "", "", m.Why}
		if m.Known {
			row[3] = strconv.FormatFloat(m.Value, 'f', -1, 64)
			if m.Ranged {
				row[4], row[5] = strconv.FormatFloat(m.Lo, 'f', -1, 64), strconv.FormatFloat(m.Hi, 'f', -1, 64)
			}
		}
		rows = append(rows, row)
	}
	for _, i := range o.Chosen {
		rows = append(rows, []string{"chosen", i.ID, i.Name, poundsKnown(i.Known, i.CostP), "", "", itemRow(i).Years})
	}
	for _, x := range o.Spend {
		rows = append(rows, []string{"spend", spendYear(x.Year), x.Funder, poundsKnown(true, x.AmountP), "", "", ""})
	}
	return writeCSV(w, name, []string{"kind", "key", "what", "value", "low", "high", "note"}, rows)
}
