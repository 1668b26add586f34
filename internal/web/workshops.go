package web

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/portfolio/workshop"
	"milieu/internal/typed"
)

// WorkshopsPage lists the workshops, and takes a new one.
type WorkshopsPage struct {
	Base
	Rows, Deleted []WorkshopRow
	MayRun        bool
	Question      string // as typed
	About         string
	Filled        []Choice // criteria that the evidence can fill
	Faults        map[string]string
	FaultList     []FaultLink
}

// WorkshopRow is a workshop of the list.
type WorkshopRow struct {
	workshop.Summary
	Path, When, Who string
}

func (s *Server) workshops(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.workshopList(r, snap)
	if err != nil {
		return err
	}
	return s.render(w, r, "workshops", p)
}

func (s *Server) workshopList(r *http.Request, snap *live.Snapshot) (WorkshopsPage, error) {
	p := WorkshopsPage{Base: s.base(r, snap, "Workshops", "/workshops"), MayRun: actorOf(r).May(auth.RunWorkshop)}
	for _, x := range workshop.Sources {
		p.Filled = append(p.Filled, Choice{Value: x.Key, Label: x.Name, Path: x.Caution, Current: x.Fixed || x.Key == "cost"})
	}
	all, err := s.workshopBook().List(r.Context(), actorOf(r))
	if err != nil {
		return p, err
	}
	var ids []string
	for _, x := range all {
		ids = append(ids, x.By)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return p, err
	}
	for _, x := range all {
		row := WorkshopRow{x, workshopPath(x.ID), dayTime(x.Changed), nameOf(x.By, names)}
		if x.Deleted != "" {
			p.Deleted = append(p.Deleted, row)
		} else {
			p.Rows = append(p.Rows, row)
		}
	}
	return p, nil
}

// makeWorkshop makes a workshop with the criteria that were ticked. Options come next.
func (s *Server) makeWorkshop(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	facts, err := workshopFacts(r, snap)
	if err != nil {
		return err
	}
	f := r.PostForm
	setup := workshop.Setup{Question: f.Get("question"), About: f.Get("about")}
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	everything := everyOption(all)
	for _, x := range workshop.Sources {
		if !slices.Contains(f["source"], x.Key) {
			continue
		}
		c := workshop.Criterion{Key: setup.NextKey(), Name: x.Name, Means: x.Means, Unit: x.Unit, Source: x.Key}
		c.Worst, c.Best = facts.Anchors(x.Key, everything)
		setup.Criteria = append(setup.Criteria, c)
	}
	id, err := s.workshopBook().Make(r.Context(), actorOf(r), setup)
	var input *typed.InputError
	if errors.As(err, &input) {
		p, err := s.workshopList(r, snap)
		if err != nil {
			return err
		}
		p.Question, p.About, p.Faults, p.FaultList = setup.Question, setup.About, input.Fields, faultLinks(input.Fields)
		for k := range p.Filled {
			p.Filled[k].Current = slices.Contains(f["source"], p.Filled[k].Value)
		}
		s.write(w, r, http.StatusUnprocessableEntity, "workshops", p)
		return nil
	}
	if err != nil {
		return err
	}
	return see(w, r, workshopPath(id)+"/options", "kept")
}

// faultLinks leads from the top of a form to its faults, sorted by field.
func faultLinks(faults map[string]string) []FaultLink {
	var out []FaultLink
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		says := faults[name]
		if name == "" {
			out = append(out, FaultLink{"main", capital(says) + "."})
			continue
		}
		label, _, _ := strings.Cut(name, ".")
		if label == "p" {
			label = "points"
		}
		out = append(out, FaultLink{name, "The " + label + " " + says + "."})
	}
	return out
}
