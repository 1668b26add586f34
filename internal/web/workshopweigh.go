package web

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/mcda"
	"milieu/internal/portfolio/workshop"
	"milieu/internal/typed"
)

// WeighPage is where a stakeholder gives points to criteria, and sees what ranks they come to.
type WeighPage struct {
	Base
	W         workshop.Workshop
	Here      string
	S         workshop.Weights // as kept, or new
	Own       bool             // the person's own
	Room      string           // where an editor enters weights for somebody in the room
	Name      string           // as typed
	Note      string
	Doubts    []Choice
	Criteria  []WeighRow
	Preview   WeighPreview
	Versions  []WorkshopVersion
	FaultList []FaultLink
	Faults    map[string]string
}

// WeighRow is a criterion with its points.
type WeighRow struct {
	Key, Name, Means, From, To, Points, Share, Fault string
}

// WeighPreview is what the points come to.
type WeighPreview struct {
	Says  string // in a sentence, which is read out when it changes
	Rows  []WeighRank
	Empty string // why there is nothing
	Most  int
}

// WeighRank is an option with its ranks under the points given.
type WeighRank struct {
	Name, Rank, First, Value string
	Range                    chart.Chart
}

// whoWeighs is whose weights the address or form is about: one's own, those of a stakeholder, or a new one's.
func (s *Server) whoWeighs(r *http.Request, w workshop.Workshop, as string) (workshop.Weights, error) {
	a := actorOf(r)
	all := append(slices.Clone(w.Weights), w.Gone...)
	if as == "" {
		for _, x := range all {
			if x.Person == a.PersonID && a.PersonID != "" {
				return x, nil
			}
		}
		return workshop.Weights{Name: a.Name, Person: a.PersonID}, nil
	}
	if as == "new" {
		if !a.May(auth.RunWorkshop) {
			return workshop.Weights{}, auth.ErrDenied
		}
		return workshop.Weights{}, nil
	}
	for _, x := range all {
		if x.ID != as {
			continue
		}
		if x.Person != a.PersonID && (x.Person != "" || !a.May(auth.RunWorkshop)) {
			return x, auth.ErrDenied
		}
		return x, nil
	}
	return workshop.Weights{}, workshop.ErrNotFound
}

func (s *Server) weigh(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.weighPage(r, snap, r.URL.Query())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.render(w, r, "workshopweigh", p)
}

// weighPage shows the points of the values given, else those that are kept.
func (s *Server) weighPage(r *http.Request, snap *live.Snapshot, q url.Values) (WeighPage, error) {
	kept, err := s.workshopBook().Get(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return WeighPage{}, err
	}
	p := WeighPage{Base: s.base(r, snap, "Weigh: "+kept.Setup.Question, "/workshops"), W: kept, Here: workshopPath(kept.ID)}
	if p.S, err = s.whoWeighs(r, kept, q.Get("as")); err != nil {
		return p, err
	}
	p.Own = p.S.Person != ""
	if actorOf(r).May(auth.RunWorkshop) && p.Own {
		p.Room = p.Here + "/weigh?as=new"
	}
	sent, faults := sentWeights(q, kept.Setup, p.S)
	p.Name, p.Note = sent.Name, sent.Swings.Note
	p.criteria(q, sent, faults)
	if len(faults) > 0 {
		p.Preview.Empty = "Points are numbers from 0 to 100."
	} else if err := p.preview(r, snap, sent); err != nil {
		return p, err
	}
	if isFragment(r) || p.S.ID == "" {
		return p, nil
	}
	p.Versions, err = s.weightVersions(r, p.W.ID, p.S)
	return p, err
}

// sentWeights reads weights from an address or a form; what it does not have is as it was kept.
func sentWeights(q url.Values, setup workshop.Setup, was workshop.Weights) (workshop.Weights, typed.Faults) {
	faults := typed.Faults{}
	out := was
	out.Swings.Points = map[string]float64{}
	for _, c := range setup.Criteria {
		name := "p." + c.Key
		switch text := strings.TrimSpace(q.Get(name)); {
		case text != "":
			v := typedNumber(faults, name, text)
			if !(v >= 0 && v <= 100) {
				faults.Add(name, "must be between 0 and 100")
			}
			out.Swings.Points[c.Key] = v
		case q.Has(name): // emptied
		default:
			if v, given := was.Swings.Points[c.Key]; given {
				out.Swings.Points[c.Key] = v
			}
		}
	}
	if q.Has("name") {
		out.Name = q.Get("name")
	}
	if q.Has("note") {
		out.Swings.Note = q.Get("note")
	}
	if q.Has("doubt") {
		d, err := strconv.ParseFloat(q.Get("doubt"), 64)
		if err != nil || !slices.Contains(workshop.Doubts, d) {
			faults.Add("doubt", "is none of those on the page")
		} else {
			out.Swings.Doubt = d
		}
	}
	return out, faults
}

func (p *WeighPage) criteria(q url.Values, sent workshop.Weights, faults typed.Faults) {
	p.Faults = faults
	shares := sent.Shares(p.W.Setup)
	for j, c := range p.W.Setup.Criteria {
		row := WeighRow{Key: c.Key, Name: c.Name, Means: c.Means, From: amountSay(c.Worst, c.Unit), To: amountSay(c.Best, c.Unit), Fault: faults["p."+c.Key]}
		if v, given := sent.Swings.Points[c.Key]; given {
			row.Points = strconv.FormatFloat(v, 'f', -1, 64)
		}
		if row.Fault != "" {
			row.Points = q.Get("p." + c.Key)
		}
		if shares != nil {
			row.Share = percentOf(shares[j])
		}
		p.Criteria = append(p.Criteria, row)
	}
	for k, d := range workshop.Doubts {
		label := []string{"They are sure", "Each may be a fifth more or less", "Each may be half as much more or less"}[k]
		p.Doubts = append(p.Doubts, Choice{Value: strconv.FormatFloat(d, 'f', -1, 64), Label: label, Current: sent.Swings.Doubt == d})
	}
}

// preview ranks the options by the points given.
func (p *WeighPage) preview(r *http.Request, snap *live.Snapshot, sent workshop.Weights) error {
	facts, err := workshopFacts(r, snap)
	if err != nil {
		return err
	}
	v, err := workshop.Preview(r.Context(), p.W, facts, sent)
	if err != nil {
		return err
	}
	switch {
	case !p.W.Ready():
		p.Preview.Empty = "There are no options to rank yet."
		return nil
	case v.Shares == nil:
		p.Preview.Empty = "Give points, and the ranks that they come to are shown."
		return nil
	}
	options := p.W.Setup.Options
	mean := workshop.MeanRanks(v.Result)
	order := mcda.Order(v.Value)
	for _, i := range order {
		p.Preview.Rows = append(p.Preview.Rows, WeighRank{Name: options[i].Name, Rank: rankSay(v.Best[i], v.Worst[i]), First: shareSay(v.Result.Rank[i][0]), Value: chart.Number(100*v.Value[i], 0),
			Range: chart.Range(chart.RangeSpec{Title: "Rank of " + options[i].Name, Value: mean[i], Interval: chart.Interval{Lo: float64(v.Best[i]), Hi: float64(v.Worst[i])}, Min: 1, Max: float64(len(options)), Ref: math.NaN(), Decimals: 1})})
	}
	first, share := v.Favourite()
	p.Preview.Says = fmt.Sprintf("%s is first in %s of draws.", options[first].Name, strings.ToLower(shareSay(share)))
	if share >= workshop.Sure {
		p.Preview.Says = options[first].Name + " is first."
	}
	return nil
}

func (s *Server) weightVersions(r *http.Request, id string, x workshop.Weights) ([]WorkshopVersion, error) {
	all, err := s.workshopBook().Versions(r.Context(), actorOf(r), id, x.ID)
	if err != nil {
		return nil, err
	}
	const most = 20
	var ids []string
	for _, v := range all[:min(len(all), most)] {
		ids = append(ids, v.By)
	}
	names, err := s.peopleNames(r, ids...)
	var out []WorkshopVersion
	for _, v := range all[:min(len(all), most)] {
		out = append(out, WorkshopVersion{N: v.N, What: v.What, When: dayTime(v.At), Who: nameOf(v.By, names), Now: v.N == x.Version})
	}
	return out, err
}

// keepWeights keeps what the form sent.
func (s *Server) keepWeights(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.weighPage(r, snap, r.PostForm)
	if err != nil {
		return err
	}
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	sent, faults := sentWeights(r.PostForm, p.W.Setup, p.S)
	if len(faults) == 0 {
		sent.Version = version
		_, err := s.workshopBook().Weigh(r.Context(), actorOf(r), p.W.ID, sent)
		var input *typed.InputError
		if !errors.As(err, &input) {
			if err != nil {
				return err
			}
			return see(w, r, p.Here, "kept")
		}
		faults = input.Fields
	}
	p.Faults, p.FaultList = faults, faultLinks(faults)
	for k := range p.Criteria {
		p.Criteria[k].Fault = faults["p."+p.Criteria[k].Key]
	}
	s.write(w, r, http.StatusUnprocessableEntity, "workshopweigh", p)
	return nil
}
