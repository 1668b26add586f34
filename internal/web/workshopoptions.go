package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/workshop"
	"milieu/internal/typed"
)

// WorkshopOptionsPage is where options and criteria of a workshop are chosen.
type WorkshopOptionsPage struct {
	Base
	W         workshop.Workshop
	Here      string
	Question  string // as typed
	About     string
	Groups    []OptionGroup
	Criteria  []CriterionForm
	New       CriterionForm
	Versions  []WorkshopVersion
	Faults    map[string]string
	FaultList []FaultLink
}

// OptionGroup is the interventions of a category, to be ticked.
type OptionGroup struct {
	Label   string
	Chosen  int
	Choices []Choice
}

// CriterionForm is a criterion as it stands in its form.
type CriterionForm struct {
	Key, Name, Means, Unit string
	Worst, Best, Half      string
	Anchors                string
	Sources                []Choice
	ScorePath              string
	Scored                 string // how many options have a value
	Faults                 map[string]string
}

// WorkshopVersion is an earlier state to go back to.
type WorkshopVersion struct {
	N               int64
	What, When, Who string
	Now             bool
}

func (s *Server) workshopOptions(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.optionsPage(r, snap)
	if err != nil {
		return err
	}
	return s.render(w, r, "workshopoptions", p)
}

func (s *Server) optionsPage(r *http.Request, snap *live.Snapshot) (WorkshopOptionsPage, error) {
	id := r.PathValue("id")
	kept, err := s.workshopBook().Get(r.Context(), actorOf(r), id)
	if err != nil {
		return WorkshopOptionsPage{}, err
	}
	p := WorkshopOptionsPage{Base: s.base(r, snap, "Options and criteria", "/workshops"), W: kept, Here: workshopPath(id), Question: kept.Setup.Question, About: kept.Setup.About}
	if p.Groups, err = optionGroups(r, snap, kept.Setup.Options); err != nil {
		return p, err
	}
	facts, err := workshopFacts(r, snap)
	if err != nil {
		return p, err
	}
	for _, c := range kept.Setup.Criteria {
		p.Criteria = append(p.Criteria, criterionForm(kept, facts, c))
	}
	p.New = CriterionForm{Sources: sourceChoices("")}
	p.Versions, err = s.workshopVersions(r, kept)
	return p, err
}

// optionGroups are all interventions by category, those that are chosen ticked. What is chosen and no longer in the
// release stands in a group of its own.
func optionGroups(r *http.Request, snap *live.Snapshot, chosen []workshop.Option) ([]OptionGroup, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	var out []OptionGroup
	seen := map[string]bool{}
	add := func(label string, c Choice) {
		k, ok := at[label]
		if !ok {
			k = len(out)
			at[label] = k
			out = append(out, OptionGroup{Label: label})
		}
		if c.Current {
			out[k].Chosen++
		}
		out[k].Choices = append(out[k].Choices, c)
	}
	for _, i := range all {
		seen[i.ID] = true
		label := orText(capital(strings.ReplaceAll(i.Category, "_", " ")), "Other")
		add(label, Choice{Value: i.ID, Label: i.Name, Path: strings.ReplaceAll(i.Stage, "-", " "), Current: slices.ContainsFunc(chosen, func(o workshop.Option) bool { return o.ID == i.ID })})
	}
	slices.SortFunc(out, func(a, b OptionGroup) int { return strings.Compare(a.Label, b.Label) })
	for _, o := range chosen {
		if !seen[o.ID] {
			add("No longer in the release", Choice{Value: o.ID, Label: orText(o.Name, o.ID), Current: true})
		}
	}
	return out, nil
}

func sourceChoices(now string) []Choice {
	out := []Choice{{Value: "", Label: "People score it", Current: now == ""}}
	for _, x := range workshop.Sources {
		out = append(out, Choice{Value: x.Key, Label: "Evidence: " + lowerFirst(x.Name), Current: x.Key == now})
	}
	return out
}

func criterionForm(w workshop.Workshop, f workshop.Facts, c workshop.Criterion) CriterionForm {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	out := CriterionForm{Key: c.Key, Name: c.Name, Means: c.Means, Unit: c.Unit, Worst: number(c.Worst), Best: number(c.Best), Sources: sourceChoices(c.Source),
		Anchors: amountSay(c.Worst, c.Unit) + " to " + amountSay(c.Best, c.Unit), ScorePath: workshopPath(w.ID) + "/score/" + c.Key}
	if c.Half != nil {
		out.Half = number(*c.Half)
	}
	known := 0
	for _, o := range w.Setup.Options {
		if w.Setup.Cell(f, o, c).Known {
			known++
		}
	}
	out.Scored = fmt.Sprintf("known for %d of %d options", known, len(w.Setup.Options))
	return out
}

func (s *Server) workshopVersions(r *http.Request, w workshop.Workshop) ([]WorkshopVersion, error) {
	all, err := s.workshopBook().Versions(r.Context(), actorOf(r), w.ID, "")
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
		out = append(out, WorkshopVersion{N: v.N, What: v.What, When: dayTime(v.At), Who: nameOf(v.By, names), Now: v.N == w.Version})
	}
	return out, err
}

// keepSetup keeps another setup; when it cannot be taken, the page is shown again with what is wrong.
func (s *Server) keepSetup(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, setup workshop.Setup, version int64, what string, again func(*WorkshopOptionsPage, map[string]string)) error {
	id := r.PathValue("id")
	err := s.workshopBook().Change(r.Context(), actorOf(r), id, version, setup, what)
	var input *typed.InputError
	if !errors.As(err, &input) {
		if err != nil {
			return err
		}
		return see(w, r, workshopPath(id)+"/options", "kept")
	}
	p, err := s.optionsPage(r, snap)
	if err != nil {
		return err
	}
	p.Faults, p.FaultList = input.Fields, faultLinks(input.Fields)
	again(&p, input.Fields)
	s.write(w, r, http.StatusUnprocessableEntity, "workshopoptions", p)
	return nil
}

// sentWorkshop is the workshop that a form is about, and the version that it was shown.
func (s *Server) sentWorkshop(r *http.Request) (workshop.Workshop, int64, error) {
	version, err := formVersion(r)
	if err != nil {
		return workshop.Workshop{}, 0, err
	}
	kept, err := s.workshopBook().Get(r.Context(), actorOf(r), r.PathValue("id"))
	return kept, version, err
}

// everyOption is all interventions as options.
func everyOption(all []portfolio.Intervention) []workshop.Option {
	var out []workshop.Option
	for _, i := range all {
		out = append(out, workshop.Option{ID: i.ID})
	}
	return out
}

// keepOptions keeps the question and which interventions are compared.
func (s *Server) keepOptions(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	kept, version, err := s.sentWorkshop(r)
	if err != nil {
		return err
	}
	all, err := readInterventions(r, snap)
	if err != nil {
		return err
	}
	names := interventionNamesOf(all)
	for _, o := range kept.Setup.Options {
		if _, there := names[o.ID]; !there {
			names[o.ID] = o.Name
		}
	}
	setup := kept.Setup
	setup.Question, setup.About, setup.Options = r.PostForm.Get("question"), r.PostForm.Get("about"), nil
	for _, id := range r.PostForm["option"] {
		name, known := names[id]
		if !known {
			return badRequest("There is no intervention %.60q in the release that is being served.", id)
		}
		setup.Options = append(setup.Options, workshop.Option{ID: id, Name: name})
	}
	facts, err := workshopFacts(r, snap)
	if err != nil {
		return err
	}
	if len(kept.Weights)+len(kept.Gone) == 0 { // afterwards weights mean the steps between the anchors that were shown
		setup.Criteria = facts.Fit(setup.Criteria, setup.Options, kept.Setup.Options, everyOption(all))
	}
	return s.keepSetup(w, r, snap, setup, version, fmt.Sprintf("question and %s", counted(len(setup.Options), "option", "options")), func(p *WorkshopOptionsPage, _ map[string]string) {
		p.Question, p.About = setup.Question, setup.About
		for g := range p.Groups {
			for c := range p.Groups[g].Choices {
				x := &p.Groups[g].Choices[c]
				x.Current = slices.ContainsFunc(setup.Options, func(o workshop.Option) bool { return o.ID == x.Value })
			}
		}
	})
}

// keepCriterion adds, changes or removes a criterion.
func (s *Server) keepCriterion(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	kept, version, err := s.sentWorkshop(r)
	if err != nil {
		return err
	}
	f, setup := r.PostForm, kept.Setup
	setup.Criteria = slices.Clone(setup.Criteria)
	at := slices.IndexFunc(setup.Criteria, func(c workshop.Criterion) bool { return c.Key == f.Get("key") })
	if at < 0 && f.Get("key") != "" {
		return workshop.ErrNotFound
	}
	if f.Get("remove") != "" && at >= 0 {
		name := setup.Criteria[at].Name
		setup.Criteria = slices.Delete(setup.Criteria, at, at+1)
		return s.keepSetup(w, r, snap, setup, version, "criterion "+name+" removed", func(*WorkshopOptionsPage, map[string]string) {})
	}
	facts, err := workshopFacts(r, snap)
	if err != nil {
		return err
	}
	c, faults := sentCriterion(r, facts, setup)
	if at >= 0 {
		setup.Criteria[at] = c
	} else {
		c.Key = setup.NextKey(usedKeys(kept)...)
		setup.Criteria = append(setup.Criteria, c)
	}
	again := func(p *WorkshopOptionsPage, faults map[string]string) { p.typedCriterion(r, at, faults) }
	if len(faults) > 0 {
		p, err := s.optionsPage(r, snap)
		if err != nil {
			return err
		}
		p.Faults, p.FaultList = faults, faultLinks(faults)
		again(&p, faults)
		s.write(w, r, http.StatusUnprocessableEntity, "workshopoptions", p)
		return nil
	}
	return s.keepSetup(w, r, snap, setup, version, "criterion "+c.Name, again)
}

// usedKeys are keys that weights or scores name, also of criteria that are gone.
func usedKeys(w workshop.Workshop) []string {
	var out []string
	for _, x := range append(slices.Clone(w.Weights), w.Gone...) {
		for key := range x.Swings.Points {
			out = append(out, key)
		}
	}
	return out
}

// sentCriterion reads a criterion of a form. Anchors that are left empty are those that the evidence suggests.
func sentCriterion(r *http.Request, facts workshop.Facts, setup workshop.Setup) (workshop.Criterion, typed.Faults) {
	f, faults := r.PostForm, typed.Faults{}
	c := workshop.Criterion{Key: f.Get("key"), Name: f.Get("name"), Means: f.Get("means"), Unit: f.Get("unit"), Source: f.Get("source")}
	source, filled := workshop.SourceOf(c.Source)
	if filled {
		c.Unit = source.Unit // values come in it
		if strings.TrimSpace(c.Name) == "" {
			c.Name = source.Name
		}
		if strings.TrimSpace(c.Means) == "" {
			c.Means = source.Means
		}
	}
	worst, best := strings.TrimSpace(f.Get("worst")), strings.TrimSpace(f.Get("best"))
	switch {
	case worst == "" && best == "" && filled:
		c.Worst, c.Best = facts.Anchors(c.Source, setup.Options)
	case worst == "" && best == "":
		c.Worst, c.Best = 0, 10
	default:
		c.Worst, c.Best = typedNumber(faults, "worst", worst), typedNumber(faults, "best", best)
	}
	if half := strings.TrimSpace(f.Get("half")); half != "" {
		v := typedNumber(faults, "half", half)
		c.Half = &v
	}
	return c, faults
}

// typedNumber reads a number as people type it.
func typedNumber(faults typed.Faults, field, s string) float64 {
	v, err := strconv.ParseFloat(strings.NewReplacer(",", "", "£", "", " ", "", "%", "").Replace(s), 64)
	if err != nil || v-v != 0 {
		faults.Add(field, "%.30q is not a number", s)
		return 0
	}
	return v
}

// typedCriterion puts what was typed back into the form that sent it.
func (p *WorkshopOptionsPage) typedCriterion(r *http.Request, at int, faults map[string]string) {
	to := &p.New
	if at >= 0 && at < len(p.Criteria) {
		to = &p.Criteria[at]
	}
	f := r.PostForm
	to.Name, to.Means, to.Unit, to.Worst, to.Best, to.Half = f.Get("name"), f.Get("means"), f.Get("unit"), f.Get("worst"), f.Get("best"), f.Get("half")
	to.Sources, to.Faults = sourceChoices(f.Get("source")), faults
	for k := range p.FaultList {
		p.FaultList[k].Field += "-" + orText(to.Key, "new")
	}
}
