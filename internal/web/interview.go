package web

import (
	"net/http"
	"slices"

	"milieu/internal/live"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/interview"
)

// InterviewPage is one conversation that is finished: consent, notes, excerpts and what they are about.
type InterviewPage struct {
	Base
	I        interview.Interview
	Day      string
	Survey   string
	SurveyID string
	Agreed   string // day of the consent
	Quotes   string // how far words may be quoted
	Here     []AnsweredView
	Written  string // by whom and when last
	Erased   string // day
	Excerpts ExcerptsView
	CanEdit  bool
	CanErase bool
	Store    string // key of the device's copy, which is not needed any more
}

// AnsweredView is an answer that stayed in the interview, in words.
type AnsweredView struct{ Question, Answer string }

// ExcerptsView is the excerpts of an interview with their codes and the form for one more.
type ExcerptsView struct {
	Interview  string // id
	List       []ExcerptView
	Choices    []PermissionChoice // as far as the consent goes
	Codes      []interview.Code   // in use
	CanCode    bool
	Text       string
	Permission string
	Faults     map[string]string
	FaultList  []FaultLink
}

// ExcerptView is words with their permission and codes.
type ExcerptView struct {
	interview.Excerpt
	Interview string
	Allows    string // the permission in words
	Less      bool   // the consent allows less than the permission of the words
	Choices   []PermissionChoice
	Codes     []CodeChoice
	Mine      []string // labels that the person gave
	Coded     bool     // by the person
	Others    []OtherCoding
	Blind     bool // others have coded it, and the person sees that only after coding it too
	CanCode   bool
}

// CodeChoice is a code that can be given.
type CodeChoice struct {
	ID, Label, Definition string
	Given                 bool
}

// OtherCoding is what another coder gave.
type OtherCoding struct {
	Who   string
	Codes []string
}

func (s *Server) interview(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	return s.showInterview(w, r, snap, r.PathValue("id"), nil)
}

// showInterview shows the form of one that is being written or mended, and the record of any other. With typed, a form
// for an excerpt has been refused.
func (s *Server) showInterview(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, id string, typed func(*ExcerptsView)) error {
	b, _ := s.interviewBook()
	i, excerpts, err := b.Interview(r.Context(), actorOf(r), id)
	if err != nil {
		return err
	}
	view, err := s.excerptsView(r, b, i, excerpts)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if typed != nil {
		typed(&view)
		view.fault()
		status = http.StatusUnprocessableEntity
	}
	if canInterview(r) && (i.State == interview.Open || i.State == interview.Done && r.URL.Query().Has("edit")) {
		p, err := s.interviewForm(r, snap, interview.Draft{Key: i.Key, Version: i.Version, Content: i.Content})
		if err != nil {
			return err
		}
		p.ID, p.Title, p.Excerpts = i.ID, i.OrgName, view
		if p.Done = i.State == interview.Done; p.Done {
			p.Sections = nil
		}
		s.write(w, r, status, "interviewform", p)
		return nil
	}
	p, err := s.interviewRecord(r, snap, i, view)
	if err != nil {
		return err
	}
	s.write(w, r, status, "interview", p)
	return nil
}

func (s *Server) interviewRecord(r *http.Request, snap *live.Snapshot, i interview.Interview, view ExcerptsView) (InterviewPage, error) {
	p := InterviewPage{Base: s.base(r, snap, orText(i.OrgName, "Erased interview"), "/interviews"), I: i, Day: metDay(i.Day), SurveyID: i.SurveyID, Agreed: metDay(i.Consent.At), Quotes: i.Consent.Quotes.Label(), Excerpts: view,
		CanEdit: canInterview(r), CanErase: eraser(r), Store: deviceKey(r) + i.Key}
	names, err := s.peopleNames(r, i.By, i.MadeBy)
	if err != nil {
		return p, err
	}
	p.Written = names[i.By] + ", " + interviewDay(i.Changed)
	if i.ErasedAt != "" {
		p.Erased = interviewDay(i.ErasedAt)
	}
	if i.SurveyID == "" {
		return p, nil
	}
	titles, err := s.surveyTitles(r)
	p.Survey = orText(titles[i.SurveyID], i.SurveyID)
	if err != nil || len(i.Typed) == 0 {
		return p, err
	}
	fw, _ := s.voices()
	p.Here, err = answersInWords(r, fw, i)
	return p, err
}

// interviewDay is the day of a moment of the store, in words.
func interviewDay(at string) string { return store.ParseTime(at).UTC().Format("2 January 2006") }

// answersInWords are the answers that stayed in the interview.
func answersInWords(r *http.Request, fw fieldwork.Book, i interview.Interview) ([]AnsweredView, error) {
	in, _, err := fw.Instrument(r.Context(), i.SurveyID, 0)
	if err != nil {
		return nil, err
	}
	answers, _ := i.Typed.Answers(in)
	settled := in.Settle(answers)
	var out []AnsweredView
	for _, q := range in.Questions() {
		if a := settled[q.ID]; a.State != survey.NotAsked && a.State != survey.Blank {
			out = append(out, AnsweredView{q.Text, answerWords(q, a)})
		}
	}
	return out, nil
}

// excerptsView shows the excerpts of an interview to the person who asks.
func (s *Server) excerptsView(r *http.Request, b interview.Book, i interview.Interview, list []interview.Excerpt) (ExcerptsView, error) {
	v := ExcerptsView{Interview: i.ID, CanCode: canInterview(r) && i.State != interview.Erased, Permission: string(interview.NotQuoted)}
	v.Choices = permissionChoices(i.Consent.Quotes, interview.NotQuoted)
	book, err := b.Codes(r.Context(), actorOf(r))
	if err != nil {
		return v, err
	}
	var people []string
	for _, c := range book {
		if c.RetiredAt == "" {
			v.Codes = append(v.Codes, c)
		}
	}
	for _, e := range list {
		for _, o := range e.Others {
			people = append(people, o.Coder)
		}
	}
	names, err := s.peopleNames(r, people...)
	if err != nil {
		return v, err
	}
	for _, e := range list {
		v.List = append(v.List, excerptView(e, i, book, names, v.CanCode))
	}
	return v, nil
}

func excerptView(e interview.Excerpt, i interview.Interview, book []interview.Code, names map[string]string, canCode bool) ExcerptView {
	x := ExcerptView{Excerpt: e, Interview: i.ID, Allows: e.Allowed.Label(), Less: e.Allowed != e.Permission, CanCode: canCode, Coded: e.Mine != nil}
	x.Choices = permissionChoices(i.Consent.Quotes, e.Permission)
	labels := func(codes []string) []string {
		var out []string
		for _, c := range book {
			if slices.Contains(codes, c.ID) {
				out = append(out, c.Label)
			}
		}
		return out
	}
	var mine []string
	if e.Mine != nil {
		mine = e.Mine.Codes
		x.Mine = labels(mine)
	}
	for _, c := range book {
		if given := slices.Contains(mine, c.ID); given || c.RetiredAt == "" {
			x.Codes = append(x.Codes, CodeChoice{c.ID, c.Label, c.Definition, given})
		}
	}
	for _, o := range e.Others {
		x.Others = append(x.Others, OtherCoding{orText(names[o.Coder], "somebody"), labels(o.Codes)})
	}
	x.Blind = canCode && !x.Coded && e.Coders > 0
	return x
}

// permissionChoices are those that a consent allows, with the one that holds.
func permissionChoices(consent, now interview.Permission) []PermissionChoice {
	var out []PermissionChoice
	for _, q := range interview.Permissions {
		if q.Permission.Within(consent) == q.Permission {
			out = append(out, PermissionChoice{string(q.Permission), q.Label, q.Meaning, q.Permission == now.Within(consent)})
		}
	}
	return out
}

// fault shows what of an excerpt cannot be kept.
func (v *ExcerptsView) fault() {
	for _, f := range []struct{ field, control, label string }{{"text", "text", "The words "}, {"permission", "permission-none", "The permission "}, {"", "excerpts", ""}} {
		if says := v.Faults[f.field]; says != "" {
			v.FaultList = append(v.FaultList, FaultLink{f.control, capital(f.label + says)})
		}
	}
	for i := range v.Choices {
		v.Choices[i].Current = v.Choices[i].Value == v.Permission
	}
}
