package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/portfolio"
)

// PlanForm is the question as typed, with what is wrong with it.
type PlanForm struct {
	Budget, Existing string
	Worth            string
	Worths           []WorthOption
	Regions, Stages  []Box
	Caps             []CapField // those there are, then an empty one
	Places           []PlaceField
	PlaceNames       []string
	Funders          []string
	Draws, Seed      string
	Hidden           []HiddenField // settings that have no field here
	More             bool          // fields beyond the first are used
	Field, Error     string        // the field that cannot be read
}

// WorthOption is something that a plan can be worth.
type WorthOption struct{ Value, Label string }

// HiddenField is a setting of the address that a form hands on.
type HiddenField struct{ Name, Value string }

// CapField is a cap as typed.
type CapField struct{ Year, Funder, Amount string }

// PlaceField is the least share of a place as typed.
type PlaceField struct{ Place, Share string }

// planForm fills the form with what was asked, or with what was typed where it
// could not be read.
func (s *Server) planForm(r *http.Request, ask portfolio.Ask, all []portfolio.Intervention) PlanForm {
	f := PlanForm{Budget: chart.Number(float64(ask.BudgetP)/100, 0), Existing: sharePercent(ask.MinExisting), Worth: ask.By(), Seed: strconv.FormatUint(ask.Seed, 10), Draws: strconv.Itoa(ask.DrawCount())}
	q := r.URL.Query()
	if v := q.Get("budget"); v != "" {
		f.Budget = v
	}
	boxes := func(of func(portfolio.Intervention) string, name func(string) string, on []string) []Box {
		n := map[string]int{}
		for _, i := range all {
			n[of(i)]++
		}
		var out []Box
		for _, v := range portfolio.Values(all, of) {
			out = append(out, Box{Value: v, Label: name(v), N: n[v], On: slices.Contains(on, v)})
		}
		return out
	}
	f.Regions, f.Stages = boxes(region, regionName, ask.Regions), boxes(stage, sentence, ask.Stages)
	f.Worths = s.worths(r, ask)
	f.PlaceNames = portfolio.Values(all, func(i portfolio.Intervention) string { return i.Place })
	f.limits(ask)
	return f
}

// worths are what a plan can be worth, for whoever asks.
func (s *Server) worths(r *http.Request, ask portfolio.Ask) []WorthOption {
	out := []WorthOption{{"growth", "What grows the cluster"}, {"demand", "What firms use or ask for now"}, {portfolio.WorthJobs, "Net additional jobs"}, {portfolio.WorthNPSV, "Net present social value"}}
	if in := s.planInput(r.Context(), nil); in.Workshop != nil {
		a := actorOf(r)
		a.Workspace = s.workshopBook().Workspace
		// A store that does not answer takes the choices away, not the page.
		choices, _ := s.workshopBook().WorthChoices(r.Context(), a)
		for _, c := range choices {
			out = append(out, WorthOption{c.Key, c.Label})
		}
	}
	if by := ask.By(); !slices.ContainsFunc(out, func(o WorthOption) bool { return o.Value == by }) {
		out = append(out, WorthOption{by, by})
	}
	return out
}

// limits fills caps, places and what is only handed on.
func (f *PlanForm) limits(ask portfolio.Ask) {
	for _, c := range ask.Caps {
		row := CapField{Funder: c.Funder, Amount: chart.Number(float64(c.AmountP)/100, 0)}
		if c.AmountP%100 != 0 {
			row.Amount = chart.Number(float64(c.AmountP)/100, 2)
		}
		if c.Year != 0 {
			row.Year = strconv.Itoa(c.Year)
		}
		f.Caps = append(f.Caps, row)
	}
	for _, p := range ask.Places {
		f.Places = append(f.Places, PlaceField{p.Place, sharePercent(p.Share)})
	}
	f.More = len(f.Caps)+len(f.Places) > 0 || ask.Draws != 0 || ask.Seed != 0
	f.Caps, f.Places = append(f.Caps, CapField{}), append(f.Places, PlaceField{})
	q := ask.Query()
	for _, name := range []string{"include", "leave", "start", "assume"} {
		for _, v := range q[name] {
			f.Hidden = append(f.Hidden, HiddenField{name, v})
		}
	}
}

// typed puts back caps and shares of places as they were typed, where they cannot be read.
func (f *PlanForm) typed(q url.Values) {
	var values []string
	for _, v := range q[f.Field] {
		values = append(values, strings.FieldsFunc(v, func(r rune) bool { return r == ';' })...)
	}
	switch f.Field {
	case "cap":
		f.Caps = nil
		for _, v := range values {
			year, rest, _ := strings.Cut(v, ":")
			last := max(strings.LastIndex(rest, ":"), 0)
			f.Caps = append(f.Caps, CapField{year, rest[:last], strings.TrimPrefix(rest[last:], ":")})
		}
		f.Caps, f.More = append(f.Caps, CapField{}), true
	case "place":
		f.Places = nil
		for _, v := range values {
			last := max(strings.LastIndex(v, ":"), 0)
			f.Places = append(f.Places, PlaceField{v[:last], strings.TrimPrefix(v[last:], ":")})
		}
		f.Places, f.More = append(f.Places, PlaceField{}), true
	}
}

func sharePercent(v float64) string {
	return strings.Replace(chart.Number(100*v, 1)+"%", ".0%", "%", 1)
}

// planMerged is the address that a sent form means: a cap and a share of a place have several
// fields, and one setting. It is empty where nothing is to be merged.
func planMerged(q url.Values) string {
	if !q.Has("capamount") && !q.Has("placeshare") {
		return ""
	}
	at := func(name string, k int) string {
		if k < len(q[name]) {
			return strings.TrimSpace(q[name][k])
		}
		return ""
	}
	caps := []string{}
	for k := range q["capamount"] {
		if amount := at("capamount", k); amount != "" {
			caps = append(caps, at("capyear", k)+":"+at("capfunder", k)+":"+amount)
		}
	}
	var places []string
	for k := range q["placeshare"] {
		if place, share := at("placename", k), at("placeshare", k); place != "" && share != "" {
			places = append(places, place+":"+share)
		}
	}
	for _, name := range []string{"capamount", "capyear", "capfunder", "placename", "placeshare"} {
		q.Del(name)
	}
	q["cap"], q["place"] = caps, places
	if len(caps) == 0 {
		q["cap"] = []string{""} // no caps, whatever the workspace's are
	}
	if len(places) == 0 {
		q.Del("place")
	}
	if q.Get("draws") == strconv.Itoa(portfolio.DefaultDraws) {
		q.Del("draws")
	}
	if q.Get("seed") == "0" {
		q.Del("seed")
	}
	return "/plan?" + q.Encode()
}
