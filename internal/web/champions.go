package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/champion"
	"milieu/internal/report"
)

// ChampionsPage names the organisations that have agreed to be champions and, to people of the
// workspace, those that could be asked.
type ChampionsPage struct {
	Base
	Finding    string
	Lede       string
	Ask        championAsk
	Sectors    []Choice
	Champions  []ChampionRow
	Candidates []ChampionRow
	Asked      []ConsentRow // who said no, or has withdrawn
	Nominated  bool         // nominations are on record
	Team       bool         // the visitor may see candidates and contacts
	Reach      report.Text
	Bound      string
	Binding    string
	Trust      string
	Spread     chart.Chart
	CSV        string
	Empty      bool
	Waiting    bool // the set is being chosen
}

// ChampionRow is an organisation of the set.
type ChampionRow struct {
	champion.Choice
	Path    string
	Since   string
	Reaches report.Figure // within two ties of it; without a reference where it is not in the network
	Consent *ConsentRow   // for people of the workspace
}

// championAsk is what the address of the page asks for.
type championAsk struct {
	Number     int
	Share      float64
	By, Sector string
	Trust      float64
	ShareText  string // as the form shows it
	TrustText  string
}

const (
	championNumber = 12
	championMost   = 50
	championShare  = 0.25
	championTrust  = 0.3
)

// parseShare reads 25%, 25 or 0.25 as a share of one.
func parseShare(s string, none float64) (float64, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return none, true
	}
	text, percent := strings.CutSuffix(s, "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(v >= 0) {
		return 0, false
	}
	if percent || v > 1 {
		v /= 100
	}
	return v, v <= 1
}

func parseChampionAsk(q url.Values, sectors []network.Named) (championAsk, error) {
	a := championAsk{Number: championNumber, By: cmp.Or(q.Get("by"), "sector"), Sector: q.Get("sector")}
	if n := q.Get("number"); n != "" {
		v, err := strconv.Atoi(n)
		if err != nil || v < 1 || v > championMost {
			return a, badRequest("The number of champions %.20q is not one of 1 to %d.", n, championMost)
		}
		a.Number = v
	}
	var ok bool
	if a.Share, ok = parseShare(q.Get("share"), championShare); !ok || a.Share == 0 {
		return a, badRequest("The share %.20q is not a part of the whole: write 25%% or 0.25.", q.Get("share"))
	}
	if a.Trust, ok = parseShare(q.Get("trust"), championTrust); !ok {
		return a, badRequest("The weight of trust %.20q is not a part of the whole: write 30%% or 0.3.", q.Get("trust"))
	}
	if a.By != "sector" && a.By != "role" {
		return a, badRequest("Champions are spread by sector or by role, not by %.20q.", a.By)
	}
	if a.Sector != "" && !slices.ContainsFunc(sectors, func(n network.Named) bool { return n.ID == a.Sector }) {
		return a, badRequest("There is no sector %.40q in this release.", a.Sector)
	}
	a.ShareText, a.TrustText = chart.Number(100*a.Share, 0)+"%", chart.Number(100*a.Trust, 0)+"%"
	return a, nil
}

// championInput is what champions are chosen from, made once a release: call it where slow work is done.
func championInput(snap *live.Snapshot) (champion.Input, error) {
	return live.Remember(&snap.Cache, "champions/input", func() (champion.Input, error) {
		return champion.FromView(snap.Network.View(network.Filter{})), nil
	})
}

func (s *Server) champions(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	ask, err := parseChampionAsk(r.URL.Query(), snap.Network.Sectors())
	if err != nil {
		return err
	}
	p := ChampionsPage{Base: s.base(r, snap, "Champions", "/champions"), Ask: ask, CSV: withQuery("/champions", r.URL.Query(), "format", "csv", "said", ""), Empty: snap.Network.Len() == 0}
	p.Method = "champions by reach"
	for _, sec := range snap.Network.Sectors() {
		p.Sectors = append(p.Sectors, Choice{Value: sec.ID, Label: sec.Name, Current: sec.ID == ask.Sector})
	}
	asked, err := s.championAnswers(r, &p)
	if err != nil {
		return err
	}
	set, ok, err := chooseChampions(r, snap, ask, asked, p.Team)
	if err != nil {
		return err
	}
	if !ok {
		p.Finding, p.Waiting = "Champions", true
		return s.render(w, r, "champions", p)
	}
	if err := p.rows(r.Context(), snap, set, asked); err != nil {
		return err
	}
	if wantsCSV(r) {
		return s.championsCSV(w, r, p)
	}
	p.say(set)
	return s.render(w, r, "champions", p)
}

// chooseChampions asks for the set. Visitors are given those that agreed and nobody else. ok is false
// while it is being chosen in a large network.
func chooseChampions(r *http.Request, snap *live.Snapshot, ask championAsk, said answers, team bool) (set champion.Set, ok bool, err error) {
	if snap.Network.Len() == 0 || !team && len(said.order) == 0 {
		return set, true, nil
	}
	key := strings.Join([]string{"champions/set", fmt.Sprint(ask.Number, ask.Share, ask.By, ask.Sector, ask.Trust, team), strings.Join(said.order, "\x1e"), strings.Join(sortedNames(said.no), "\x1e")}, "\x1f")
	return later(r.Context(), snap, key, func(ctx context.Context) (champion.Set, error) {
		in, err := championInput(snap)
		if err != nil {
			return champion.Set{}, err
		}
		q := champion.Ask{K: ask.Number, Share: ask.Share, By: ask.By, Sector: ask.Sector, Trust: &ask.Trust, Consented: map[string]bool{}, Declined: said.no}
		for _, id := range said.order {
			q.Consented[id] = true
			if slices.ContainsFunc(in.Orgs, func(o champion.Org) bool { return o.ID == id }) {
				q.Fixed = append(q.Fixed, id)
			}
		}
		if !team {
			q.K, q.Share = len(q.Fixed), 1
		}
		if len(in.Orgs) == 0 || q.K == 0 {
			return champion.Set{}, nil
		}
		set, err := champion.Choose(ctx, in, q)
		if err != nil {
			err = badRequest("%s.", capital(err.Error()))
		}
		return set, err
	})
}

// rows puts the set into lists; who agreed and is not in the network any more is still listed, and
// has no page where the release does not have it at all.
func (p *ChampionsPage) rows(ctx context.Context, snap *live.Snapshot, set champion.Set, said answers) error {
	chosen := map[string]champion.Choice{}
	for _, c := range set.Champions {
		chosen[c.ID] = c
	}
	for _, id := range said.order {
		answer := said.yes[id]
		c, in := chosen[id]
		if !in {
			c = champion.Choice{ID: id, Name: answer.OrgName, Betweenness: -1}
		}
		row := ChampionRow{Choice: c, Path: orgPath(id), Since: daySay(answer.RecordedAt[:min(len(answer.RecordedAt), len(time.DateOnly))])}
		if in {
			row.Reaches = report.CountFigure(int64(c.Reach), champion.ReachRef(id))
		} else if _, err := snap.Orgs.Find(ctx, id); isNotFound(err) {
			row.Path = ""
		} else if err != nil {
			return err
		}
		if p.Team {
			row.Consent = &answer
		}
		p.Champions = append(p.Champions, row)
	}
	if !p.Team {
		return nil
	}
	for _, c := range set.Candidates {
		c.Slot = strings.Join(p.slots(c.Slot), ", ")
		p.Candidates = append(p.Candidates, ChampionRow{Choice: c, Path: orgPath(c.ID), Reaches: report.CountFigure(int64(c.Reach), champion.ReachRef(c.ID))})
	}
	return nil
}

// slots are the sectors for which an organisation counts, or its role where it is in none.
func (p *ChampionsPage) slots(slot string) []string {
	var out []string
	for one := range strings.SplitSeq(slot, ", ") {
		role, isRole := strings.CutPrefix(one, "role ")
		k := slices.IndexFunc(p.Sectors, func(c Choice) bool { return c.Value == one })
		switch {
		case k >= 0:
			out = append(out, p.Sectors[k].Label)
		case isRole && p.Ask.By == "sector":
			out = append(out, capital(orText(roleShort[role], role))+" (no sector)")
		case isRole:
			out = append(out, capital(orText(roleShort[role], role)))
		default:
			out = append(out, capital(orText(one, "none on record")))
		}
	}
	return out
}

// say puts into words what the set reaches.
func (p *ChampionsPage) say(set champion.Set) {
	n := len(p.Champions)
	switch {
	case n == 0 && p.Team:
		p.Finding, p.Lede = "No champion yet", "Nobody is named as a champion before they have agreed and that is recorded here. Below are organisations that are worth asking."
	case n == 0:
		p.Finding, p.Lede = "No champion is named yet", "Champions are organisations that speak for the place and have agreed to be named for it. None has so far."
	default:
		p.Finding = counted(n, "champion", "champions")
		p.Lede = "Organisations that have agreed to speak for the place and to be named for it."
	}
	if set.Of == 0 {
		return
	}
	who := "They reach"
	switch {
	case len(p.Candidates) > 0 && n > 0:
		who = "With those that could be asked they would reach"
	case len(p.Candidates) > 0:
		who = "Those that could be asked would reach"
	}
	p.Reach = report.Say(who+" %v of %v organisations"+p.inSector()+" within two ties on record.", p.reached(set), chart.Number(float64(set.Of), 0))
	if p.Team {
		p.Bound = fmt.Sprintf("They are chosen one by one for what each adds; this never finds less than %s %% of the most that could be had.", chart.Number(100*set.Guarantee, 0))
		if set.Bound < set.Of {
			p.Bound += fmt.Sprintf(" No set of %d reaches more than %s.", len(set.Order), chart.Number(float64(set.Bound), 0))
		}
		if len(set.Binding) > 0 {
			p.Binding = "The share is used up for " + andList(set.Binding) + "."
		}
		if p.Nominated = set.Nominators > 0; p.Nominated {
			p.Trust = fmt.Sprintf("%s named somebody they trust; %s named one of the set.", counted(set.Nominators, "organisation has", "organisations have"), chart.Number(float64(set.Named), 0))
		} else {
			p.Trust = "No nominations are on record, so trust plays no part. A survey in which organisations name whom they trust brings them (source type survey-roster)."
		}
	}
	p.spread(set)
}

// reached is how many the set reaches. A set that nobody's answer has changed can be chosen again from
// the release by its reference; of any other each organisation's own reach has one.
func (p *ChampionsPage) reached(set champion.Set) any {
	if !p.Team || len(p.Champions)+len(p.Asked) > 0 {
		return chart.Number(float64(set.Reached), 0)
	}
	trust := p.Ask.Trust
	return report.CountFigure(int64(set.Reached), champion.SetRef(champion.Ask{K: p.Ask.Number, Share: p.Ask.Share, By: p.Ask.By, Sector: p.Ask.Sector, Trust: &trust}))
}

func (p *ChampionsPage) inSector() string {
	for _, c := range p.Sectors {
		if c.Current {
			return " of the sector " + c.Label
		}
	}
	return ""
}

// spread draws how the set is spread.
func (p *ChampionsPage) spread(set champion.Set) {
	n := map[string]int{}
	var slots []string
	for _, c := range set.Order {
		for _, slot := range p.slots(c.Slot) {
			if n[slot] == 0 {
				slots = append(slots, slot)
			}
			n[slot]++
		}
	}
	if len(slots) < 2 {
		return
	}
	slices.SortFunc(slots, func(a, b string) int { return cmp.Or(n[b]-n[a], cmp.Compare(a, b)) })
	spec := chart.BarsSpec{Title: "Organisations of the set by " + p.Ask.By, Unit: "Organisations", Width: 420}
	for _, slot := range slots {
		spec.Bars = append(spec.Bars, chart.Bar{Label: slot, Value: float64(n[slot])})
	}
	p.Spread = chart.Bars(spec)
}

func (s *Server) championsCSV(w http.ResponseWriter, r *http.Request, p ChampionsPage) error {
	header := []string{"id", "name", "role", "counts_for", "state", "agreed_at"}
	if p.Team {
		header = append(header, "reach", "gain", "together", "nominations", "why")
		if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadDecisions, "champions", "csv", len(p.Champions)+len(p.Candidates)); err != nil {
			return err
		}
	}
	var out [][]string
	for _, list := range []struct {
		state string
		rows  []ChampionRow
	}{{"champion", p.Champions}, {"to be asked", p.Candidates}} {
		for _, c := range list.rows {
			row := []string{c.ID, c.Name, c.Role, c.Slot, list.state, c.Since}
			if p.Team {
				row = append(row, strconv.Itoa(c.Reach), strconv.Itoa(c.Gain), strconv.Itoa(c.Together), strconv.Itoa(c.Nominations), c.Why)
			}
			out = append(out, row)
		}
	}
	return writeCSV(w, "champions", header, out)
}
