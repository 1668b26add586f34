package web

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	surveyframe "milieu/internal/survey/frame"
	"milieu/internal/survey/interview"
	"milieu/internal/typed"
)

// InterviewFormPage is the form of an adviser in the room: consent first, then notes and the questions of a survey.
type InterviewFormPage struct {
	Base
	D         interview.Draft
	ID        string // "" while the server has nothing
	Unkept    bool   // what stands in the form is not what the server has
	Done      bool   // notes are mended; answers have gone to the survey
	Store     string // key of the device's copy
	Surveys   []Choice
	Choose    bool // which survey is asked is to be chosen first
	Survey    fieldwork.Survey
	Sections  []InterviewSection
	Quotes    []PermissionChoice
	Match     OrgMatch // firms of the register that may be meant
	Faults    map[string]string
	FaultList []FaultLink
	Clash     []Clash
	ClashBy   string
	Here      string // why the survey cannot take the answers, so that they may stay in the interview
	Excerpts  ExcerptsView
	CanErase  bool
}

// InterviewSection is a page of a survey's questions.
type InterviewSection struct {
	Title, Intro string
	Route        string // the condition on which it is asked, for the script
	Hidden       bool   // that does not hold
	Questions    []QuestionView
}

// PermissionChoice is a permission to quote that can be chosen.
type PermissionChoice struct {
	Value, Label, Meaning string
	Current               bool
}

// fieldPrefix begins the names of the form's own fields: ids of questions begin with a letter.
const fieldPrefix = "_"

// clientKey is a key by which a device's interview is known, before and after the server has it.
func clientKey() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// knownKey says that a key has the form of one.
func knownKey(key string) bool {
	b, err := hex.DecodeString(key)
	return err == nil && len(b) == 10
}

func (s *Server) newInterview(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	q := r.URL.Query()
	b, _ := s.interviewBook()
	d := interview.Draft{Key: q.Get("key")}
	if d.Key != "" {
		if !knownKey(d.Key) {
			return badRequest("The key of the interview cannot be read: open it from the list of interviews.")
		}
		i, err := b.ByKey(r.Context(), actorOf(r), d.Key)
		if err == nil {
			return see(w, r, interviewPath(i.ID), "")
		}
		if !errors.Is(err, interview.ErrNotFound) {
			return err
		}
	} else {
		d.Key = clientKey()
	}
	d.SurveyID, d.OrgID = q.Get("survey"), q.Get("org")
	d.Day = b.Now().UTC().Format("2006-01-02")
	d.Consent.Quotes = interview.NotQuoted
	if d.OrgID != "" {
		found, err := matchOrgs(r.Context(), snap, []string{d.OrgID})
		if err != nil {
			return err
		}
		d.OrgID, d.OrgName = found[d.OrgID].ID, orText(found[d.OrgID].Name, d.OrgID)
	}
	p, err := s.interviewForm(r, snap, d)
	if err != nil {
		return err
	}
	p.Title = "New interview"
	if !q.Has("survey") && q.Get("key") == "" {
		if err := s.surveyChoices(r, &p); err != nil {
			return err
		}
	}
	return s.render(w, r, "interviewform", p)
}

// surveyChoices offers the surveys that can be asked; where there is none, notes alone are taken at once.
func (s *Server) surveyChoices(r *http.Request, p *InterviewFormPage) error {
	fw, _ := s.voices()
	all, err := fw.Surveys(r.Context(), actorOf(r))
	for _, v := range all {
		if interview.Askable(v) {
			p.Surveys = append(p.Surveys, Choice{Value: v.ID, Label: v.Title})
		}
	}
	p.Choose = len(p.Surveys) > 0
	return err
}

// interviewForm is the form with what a draft has.
func (s *Server) interviewForm(r *http.Request, snap *live.Snapshot, d interview.Draft) (InterviewFormPage, error) {
	p := InterviewFormPage{Base: s.base(r, snap, "Interview", "/interviews"), D: d, Store: deviceKey(r) + d.Key, CanErase: eraser(r)}
	for _, q := range interview.Permissions {
		p.Quotes = append(p.Quotes, PermissionChoice{string(q.Permission), q.Label, q.Meaning, q.Permission == d.Consent.Quotes})
	}
	if d.OrgName != "" && d.OrgID == "" {
		found, err := matchOrgs(r.Context(), snap, []string{d.OrgName})
		if err != nil {
			return p, err
		}
		p.Match = found[d.OrgName]
	}
	if d.SurveyID == "" {
		return p, nil
	}
	fw, _ := s.voices()
	var err error
	if p.Survey, err = fw.Survey(r.Context(), actorOf(r), d.SurveyID); err != nil {
		return p, err
	}
	in, _, err := fw.Instrument(r.Context(), d.SurveyID, 0)
	if err != nil {
		return p, err
	}
	known, err := onRecord(r, fw, d)
	if err != nil {
		return p, err
	}
	p.questions(in, known)
	return p, nil
}

// onRecord is what the survey's frame says of the firm, where it is in the frame.
func onRecord(r *http.Request, fw fieldwork.Book, d interview.Draft) (surveyframe.Unit, error) {
	if d.OrgID == "" {
		return surveyframe.Unit{}, nil
	}
	f, err := fw.Frame(r.Context(), actorOf(r), d.SurveyID)
	if errors.Is(err, fieldwork.ErrNotFound) {
		return surveyframe.Unit{}, nil
	}
	u, _ := f.Find(d.OrgID)
	return u, err
}

// questions puts the survey's questions into the form, those that hang on others too: a script shows them when they are
// asked, and without one they stand there with what they hang on. What the register knows is filled in before anything
// was typed, and stands beside the field after that.
func (p *InterviewFormPage) questions(in survey.Instrument, known surveyframe.Unit) {
	answers, _ := p.D.Typed.Answers(in)
	asked := in.Asked(answers)
	for _, sec := range in.Sections {
		out := InterviewSection{Title: sec.Title, Intro: sec.Intro, Route: routeOf(sec.ShowIf), Hidden: sec.ShowIf.Question != ""}
		for _, q := range sec.Questions {
			v := questionView(q, survey.Answer{}, known.Known[q.Prefill], known.Source[q.Prefill])
			if p.D.Version > 0 || len(p.D.Typed) > 0 {
				v.Typed = url.Values(p.D.Typed)
			}
			v.Suggest = "/interviews/names"
			v.Fault, v.Hidden = p.Faults[q.ID], !asked[q.ID] && (q.ShowIf.Question != "" || sec.ShowIf.Question != "")
			out.Hidden = out.Hidden && !asked[q.ID]
			out.Questions = append(out.Questions, v)
		}
		p.Sections = append(p.Sections, out)
	}
}

// Attributable says that the survey may show answers with the firm's name.
func (p InterviewFormPage) Attributable() bool { return p.Survey.Level == survey.Attributable }

// Promise is what the survey's level promises to those who answer.
func (p InterviewFormPage) Promise() string { return p.Survey.Level.Meaning() }

// readInterview reads what the form sent.
func readInterview(r *http.Request, snap *live.Snapshot) (interview.Draft, error) {
	f := r.PostForm
	version, err := strconv.ParseInt(orText(f.Get("_version"), "0"), 10, 64)
	if err != nil || version < 0 || !knownKey(f.Get("_key")) {
		return interview.Draft{}, badRequest("The form cannot be read: open it again from the list of interviews.")
	}
	d := interview.Draft{Key: f.Get("_key"), Version: version, Content: interview.Content{SurveyID: f.Get("_survey"), OrgName: f.Get("_org"), Day: f.Get("_day"), Who: f.Get("_who"), Notes: f.Get("_notes"), Typed: interview.Typed{}}}
	d.Consent = interview.Consent{Kept: f.Get("_kept") != "", By: f.Get("_agreed"), Quotes: interview.Permission(f.Get("_quotes")), Contact: f.Get("_contact") != "", Named: f.Get("_named") != "", Ties: f.Get("_ties") != ""}
	for field, values := range f {
		if !strings.HasPrefix(field, fieldPrefix) && field != "shown" { // what the questions say of themselves
			d.Typed[field] = values
		}
	}
	name := strings.TrimSpace(d.OrgName)
	found, err := matchOrgs(r.Context(), snap, []string{name})
	if err != nil {
		return d, err
	}
	m := found[name]
	if !m.Found() && f.Get("_pick") != "" {
		m = m.pick(f.Get("_pick"))
	}
	if m.Found() {
		d.OrgID, d.OrgName = m.ID, m.Name
	}
	return d, nil
}

// saveInterview keeps an interview, for the form and for the script that sends it while it is written.
func (s *Server) saveInterview(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	d, err := readInterview(r, snap)
	if err != nil {
		return err
	}
	finish, here := r.PostForm.Get("_do") == "finish", r.PostForm.Get("_do") == "here"
	if finish || here {
		if err := joinTyped(r.Context(), snap, d.Typed); err != nil {
			return err
		}
	}
	b, _ := s.interviewBook()
	i, err := b.Save(r.Context(), actorOf(r), d)
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		return s.savedJSON(w, r, d, i, err)
	}
	if err == nil && (finish || here) {
		if err = b.Finish(r.Context(), actorOf(r), i.ID, i.Version, here); err == nil {
			return see(w, r, interviewPath(i.ID), "interview-done")
		}
		d.Version = i.Version
		return s.interviewAgain(w, r, snap, d, i, err)
	}
	if err == nil {
		return see(w, r, interviewPath(i.ID), "kept")
	}
	return s.interviewAgain(w, r, snap, d, i, err)
}

// interviewAgain shows the form again with what was typed and why it cannot be kept; other errors it gives back.
func (s *Server) interviewAgain(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, d interview.Draft, have interview.Interview, err error) error {
	var input *typed.InputError
	var conflict *interview.ConflictError
	status, faults := http.StatusUnprocessableEntity, map[string]string{}
	here := ""
	switch {
	case errors.As(err, &input):
		faults = input.Fields
	case errors.As(err, &conflict) && have.ID != "":
		status = http.StatusConflict
	case errors.Is(err, fieldwork.ErrDone):
		here = "The firm has answered this survey already, and is counted once."
	case errors.Is(err, fieldwork.ErrClosed):
		here = "The survey takes no answers any more."
	default:
		return err
	}
	unkept := conflict != nil || have.ID == ""
	if have.ID == "" {
		b, _ := s.interviewBook()
		if have, err = b.ByKey(r.Context(), actorOf(r), d.Key); err != nil && !errors.Is(err, interview.ErrNotFound) {
			return err
		}
	}
	p, err := s.interviewForm(r, snap, d)
	if err != nil {
		return err
	}
	p.ID, p.Here, p.Unkept, p.Title = have.ID, here, unkept, orText(have.OrgName, "New interview")
	if have.State == interview.Done {
		p.Done, p.Sections = true, nil
	}
	p.fault(faults)
	if conflict != nil {
		if p.Clash, err = s.clashes(r, d, have); err != nil {
			return err
		}
		if p.ClashBy, err = s.personName(r, have.By); err != nil {
			return err
		}
		p.D.Version = have.Version
	}
	s.write(w, r, status, "interviewform", p)
	return nil
}

// interviewLabels are the form's own fields by the names of faults.
var interviewLabels = []struct{ fault, control, label string }{
	{"consent", "_kept", "The consent"}, {"agreed", "_agreed", "Who agreed"}, {"consent day", "_agreed", "The day of the consent"}, {"quotes", "_quotes", "The permission to quote"},
	{"organisation", "_org", "The firm"}, {"day", "_day", "The day"}, {"people", "_who", "Who was there"}, {"notes", "_notes", "The notes"},
}

// fault shows what cannot be kept, with links to the fields.
func (p *InterviewFormPage) fault(faults map[string]string) {
	p.Faults = faults
	for _, l := range interviewLabels {
		if faults[l.fault] != "" {
			p.FaultList = append(p.FaultList, FaultLink{l.control, l.label + " " + faults[l.fault]})
		}
	}
	for i := range p.Sections {
		for k := range p.Sections[i].Questions {
			v := &p.Sections[i].Questions[k]
			if v.Fault = faults[v.Question.ID]; v.Fault != "" {
				p.FaultList = append(p.FaultList, FaultLink{v.Control(), "“" + v.Question.Text + "”: " + v.Fault})
			}
		}
	}
	if faults[""] != "" {
		p.FaultList = append(p.FaultList, FaultLink{"main", capital(faults[""])})
	}
}

// canInterview says that the person may hold interviews.
func canInterview(r *http.Request) bool { return actorOf(r).May(auth.RunSurvey) }
