package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/survey"
	"milieu/internal/survey/prospect"
	"milieu/internal/typed"
)

// ProspectPage is one prospect: how far it has come, why, and who it became.
type ProspectPage struct {
	Base
	P        prospect.Prospect
	StageIs  string
	SinceDay string
	SizeIs   string
	Way      []ProspectStep // the newest first
	Writes   bool
	Erases   bool
	Reads    bool // contacts and notes
	Open     bool // it can still be changed
	Stages   []Choice
	Reasons  []ReasonGroup
	Sizes    []Choice
	Today    string
	Back     string
	Org      *Choice // that it became: label and path; without a path where the release does not have it yet
	Find     string  // what was searched for
	Found    []Choice
	Searched bool
}

// ProspectStep is a line of its way.
type ProspectStep struct {
	prospect.Step
	What, DaySay, Who, When string
	Says                    []Choice
}

// ReasonGroup is the reasons of a topic, to be ticked.
type ReasonGroup struct {
	Topic, Label string
	Choices      []Choice
}

// ProspectFormPage is the form by which a prospect is written down.
type ProspectFormPage struct {
	Base
	D         prospect.Draft
	Step      prospect.Step
	Stages    []Choice
	Reasons   []ReasonGroup
	Sizes     []Choice
	Today     string
	Faults    map[string]string
	FaultList []FaultLink
}

// prospectReasonChoices are the reasons of the instrument that comes with the program: what firms that are here say of others is asked with them too.
func prospectReasonChoices() ([]prospect.Reason, error) {
	in, err := survey.Parse(survey.Shipped()[0].Text)
	return prospect.Choices(in), err
}

func (s *Server) reasonGroups(chosen []prospect.Reason) ([]ReasonGroup, error) {
	all, err := prospectReasonChoices()
	out := []ReasonGroup{{Topic: prospect.Attract, Label: "What draws it"}, {Topic: prospect.Deter, Label: "What keeps it away"}}
	for _, x := range all {
		for k := range out {
			if out[k].Topic == x.Topic {
				on := slices.ContainsFunc(chosen, func(r prospect.Reason) bool { return r.Key() == x.Key() })
				out[k].Choices = append(out[k].Choices, Choice{Value: x.Option, Label: x.Label, Current: on})
			}
		}
	}
	return out, err
}

// stageChoices are the stages that a form offers; landing has a form of its own.
func stageChoices(now prospect.Stage) []Choice {
	var out []Choice
	for _, x := range prospect.Stages {
		if x.Stage != prospect.Landed || now == prospect.Landed {
			out = append(out, Choice{Value: string(x.Stage), Label: x.Label, Current: x.Stage == now})
		}
	}
	return out
}

func sizeChoices(now string) []Choice {
	var out []Choice
	for _, x := range prospect.Sizes {
		out = append(out, Choice{Value: x.Key, Label: x.Label, Current: x.Key == now})
	}
	return out
}

func draftProspect(r *http.Request) prospect.Draft {
	f := r.PostForm
	return prospect.Draft{Name: f.Get("name"), ComesFrom: f.Get("from"), Sector: f.Get("sector"), Size: f.Get("size"), Contact: f.Get("contact")}
}

// prospectStep reads a step from a form. Reasons come as ticked options and, a line each, as words of its own.
func (s *Server) prospectStep(r *http.Request) (prospect.Step, error) {
	f := r.PostForm
	step := prospect.Step{Stage: prospect.Stage(f.Get("stage")), WentTo: f.Get("place"), Day: f.Get("day"), Note: f.Get("note")}
	all, err := prospectReasonChoices()
	if err != nil {
		return step, err
	}
	for _, x := range all {
		if slices.Contains(f[x.Topic], x.Option) {
			step.Reasons = append(step.Reasons, x)
		}
	}
	for _, topic := range []string{prospect.Attract, prospect.Deter} {
		if words := strings.TrimSpace(f.Get(topic + ".other")); words != "" {
			step.Reasons = append(step.Reasons, prospect.Reason{Topic: topic, Label: words})
		}
	}
	return step, nil
}

func (s *Server) prospectForm(r *http.Request, snap *live.Snapshot, d prospect.Draft, step prospect.Step) (ProspectFormPage, error) {
	p := ProspectFormPage{Base: s.base(r, snap, "Write down a prospect", "/prospects"), D: d, Step: step, Stages: stageChoices(step.Stage), Sizes: sizeChoices(d.Size), Today: s.prospectBook().Now().UTC().Format("2006-01-02")}
	var err error
	p.Reasons, err = s.reasonGroups(step.Reasons)
	return p, err
}

func (s *Server) newProspect(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.prospectForm(r, snap, prospect.Draft{Name: r.URL.Query().Get("name")}, prospect.Step{Stage: prospect.Identified})
	if err != nil {
		return err
	}
	return s.render(w, r, "prospectnew", p)
}

func (s *Server) saveProspect(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	step, err := s.prospectStep(r)
	if err != nil {
		return err
	}
	d := draftProspect(r)
	id, err := s.prospectBook().New(r.Context(), actorOf(r), d, step)
	var input *typed.InputError
	if errors.As(err, &input) {
		p, err := s.prospectForm(r, snap, d, step)
		if err != nil {
			return err
		}
		p.Faults = input.Fields
		for _, name := range []string{"name", "from", "sector", "size", "contact", "stage", "day", "place", "reasons", "note"} {
			if says := input.Fields[name]; says != "" {
				p.FaultList = append(p.FaultList, FaultLink{name, "The " + name + " " + says + "."})
			}
		}
		s.write(w, r, http.StatusUnprocessableEntity, "prospectnew", p)
		return nil
	}
	if err != nil {
		return err
	}
	return see(w, r, prospectPath(id), "kept")
}

func (s *Server) prospect(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, a := s.prospectBook(), actorOf(r)
	way, err := b.Prospect(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	row := prospectRow(way.Prospect)
	p := ProspectPage{Base: s.base(r, snap, row.Name, "/prospects"), P: row.Prospect, StageIs: way.Stage.Label(), SinceDay: row.SinceDay, SizeIs: row.SizeIs, Reads: a.May(auth.ReadAnswers), Open: way.ErasedAt == "",
		Today: b.Now().UTC().Format("2006-01-02"), Back: prospectPath(way.ID), Stages: stageChoices(way.Stage), Sizes: sizeChoices(way.Size)}
	p.Writes, p.Erases = p.Open && a.May(auth.RunSurvey), p.Open && a.May(auth.EraseAnswers)
	if p.Way, err = s.prospectWay(r, way); err != nil {
		return err
	}
	if p.Reasons, err = s.reasonGroups(nil); err != nil {
		return err
	}
	if way.OrgID != "" {
		p.Org, err = landedAs(r, snap, way.OrgID)
	} else if p.Writes {
		err = p.find(r, snap)
	}
	if err != nil {
		return err
	}
	return s.render(w, r, "prospect", p)
}

// prospectWay is the steps in words, the newest first.
func (s *Server) prospectWay(r *http.Request, way prospect.Way) ([]ProspectStep, error) {
	var ids []string
	for _, x := range way.Steps {
		ids = append(ids, x.By)
	}
	names, err := s.peopleNames(r, ids...)
	if err != nil {
		return nil, err
	}
	var out []ProspectStep
	was := prospect.Stage("")
	for _, x := range way.Steps {
		v := ProspectStep{Step: x, What: x.Stage.Label(), DaySay: daySay(x.Day), Who: nameOf(x.By, names), When: dayWords(x.At), Says: reasonWords(x.Reasons)}
		if x.Stage == was {
			v.What = "Still " + strings.ToLower(v.What)
		}
		if x.WentTo != "" {
			v.What += ": " + x.WentTo
		}
		was = x.Stage
		out = append(out, v)
	}
	slices.Reverse(out)
	return out, nil
}

// landedAs is the organisation that a prospect became.
func landedAs(r *http.Request, snap *live.Snapshot, id string) (*Choice, error) {
	o, err := snap.Orgs.Find(r.Context(), id)
	if errors.Is(err, org.ErrNotFound) {
		if whose, err := org.Whose(r.Context(), snap.DB, id); err == nil {
			return &Choice{Value: whose, Label: id, Path: orgPath(whose)}, nil
		}
		return &Choice{Value: id, Label: id}, nil
	}
	return &Choice{Value: id, Label: o.Name, Path: orgPath(o.ID)}, err
}

// find looks for the organisation that the prospect may be.
func (p *ProspectPage) find(r *http.Request, snap *live.Snapshot) error {
	p.Find, p.Searched = strings.TrimSpace(r.URL.Query().Get("find")), r.URL.Query().Has("find")
	if p.Find == "" {
		p.Find, p.Searched = p.P.Name, false
		return nil
	}
	id, which, err := whichOrg(r.Context(), snap, p.Find)
	if err != nil {
		return err
	}
	if id != "" && len(which) == 0 {
		o, err := snap.Orgs.Find(r.Context(), id)
		if err != nil && !errors.Is(err, org.ErrNotFound) {
			return err
		}
		which = []Choice{{Value: id, Label: orText(o.Name, id)}}
	}
	for _, c := range which {
		c.Path = orgPath(c.Value)
		p.Found = append(p.Found, c)
	}
	return nil
}

func (s *Server) landProspect(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	id := strings.TrimSpace(r.PostForm.Get("organisation"))
	if _, err := snap.Orgs.Find(r.Context(), id); err != nil {
		return badRequest("There is no organisation %.60q in this release: find it on the page of the prospect first.", id)
	}
	return s.doProspect(w, r, "landed", func(b prospect.Book, p string, version int64) error {
		return b.Land(r.Context(), actorOf(r), p, version, id, prospect.Step{Day: r.PostForm.Get("day"), Note: r.PostForm.Get("note")})
	})
}

// landNewProspect adds a prospect that is in no register to the team's table, and lets it land as that row.
func (s *Server) landNewProspect(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	f := r.PostForm
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, a := s.prospectBook(), actorOf(r)
	way, err := b.Prospect(r.Context(), a, r.PathValue("id"))
	if err != nil {
		return err
	}
	if way.Version != version {
		return &prospect.ConflictError{ID: way.ID, Version: way.Version}
	}
	name := strings.TrimSpace(f.Get("name"))
	d := decision.Draft{Kind: decision.Add, Table: decision.Organisations, Subject: evidence.Slug(name), Reason: f.Get("reason"), Source: f.Get("source"),
		Fields: map[string]string{"name": name, "role": "firm", "source_url": strings.TrimSpace(f.Get("source"))}}
	if code := strings.TrimSpace(f.Get("postcode")); code != "" {
		d.Fields["postcode"] = code
	}
	t, _, err := decision.TeamTable(decision.Organisations)
	if err != nil {
		return err
	}
	st, err := s.readRow(r, snap, t, d.Subject)
	var missing statusError
	switch {
	case err == nil && st.gone():
		d.Version = st.version
	case err == nil:
		return &typed.InputError{Fields: map[string]string{"": "an organisation with the id " + d.Subject + " is on record: find it on the page of the prospect, or add this one under another name"}}
	case !errors.As(err, &missing):
		return err
	}
	if _, err := s.cfg.Team.Book.Decide(r.Context(), a, d); err != nil {
		return err
	}
	if err := b.Land(r.Context(), a, way.ID, version, d.Subject, prospect.Step{Day: f.Get("day"), Note: f.Get("note")}); err != nil {
		return err
	}
	return see(w, r, prospectPath(way.ID), "landed")
}
