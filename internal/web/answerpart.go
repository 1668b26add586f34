package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
)

// AnswerPartPage is one page of questions.
type AnswerPartPage struct {
	AnswerBase
	Section   SectionView
	N, Of     int    // which page it is
	Version   int64  // of the answers as they were shown
	Mark      string // of this page's answers as they were shown
	Back      string // address of the page before
	FaultList []FaultLink
	Says      string // what else is to be looked at
	Language  string
	Last      bool
	Open      bool // what is saved can be read by whoever has the link: the browser keeps no cookies
}

// where is the page of an id among those that are asked; false where it is not asked.
func where(visible []survey.Section, id string) (int, bool) {
	k := slices.IndexFunc(visible, func(s survey.Section) bool { return s.ID == id })
	return k, k >= 0
}

func (s *Server) answerPart(w http.ResponseWriter, r *http.Request, v answerVisit) error {
	if v.Done {
		return s.answerEnd(w, r, v, nil)
	}
	visible := v.Instrument.Visible(v.Answers)
	if _, ok := where(visible, r.PathValue("section")); !ok {
		return see(w, r, v.path, "")
	}
	giveDevice(w, r, v)
	return s.render(w, r, "answerpart", s.partPage(r, v, v.Answers))
}

// partPage draws the page of the address.
func (s *Server) partPage(r *http.Request, v answerVisit, answers survey.Answers) AnswerPartPage {
	visible := v.Instrument.Visible(answers)
	k, _ := where(visible, r.PathValue("section"))
	sec := v.section(r.PathValue("section"))
	p := AnswerPartPage{AnswerBase: s.answerBase(r, v, sec.Title), N: k + 1, Of: len(visible) + 1, Version: v.Version, Mark: sectionMark(sec, v.Answers), Last: k == len(visible)-1, Language: v.Instrument.Language,
		Open: v.Survey.Level == survey.Anonymous && !v.bound && v.Version > 0}
	p.Section = sectionView(v.Instrument, sec, v.Instrument.Asked(answers), answers, v.Known, v.Sources)
	p.Section.Route, p.Section.Hidden = "", false
	for i := range p.Section.Questions {
		q := &p.Section.Questions[i]
		if q.Kind() == survey.Organisations && s.suggests() {
			q.Suggest = v.path + "/names"
		}
	}
	p.Back = v.path
	if k > 0 {
		p.Back = v.partPath(visible[k-1].ID)
	}
	return p
}

// section is a page of the instrument with all its questions, asked or not.
func (v answerVisit) section(id string) survey.Section {
	k, ok := where(v.Instrument.Sections, id)
	if !ok {
		return survey.Section{}
	}
	return v.Instrument.Sections[k]
}

// Ways to leave a page of questions.
const (
	goNext  = "next"
	goBack  = "back"
	goLeave = "leave"
)

// keepPart keeps what a page brought, and goes where its button says. Going on takes answers to all that needs one.
func (s *Server) keepPart(w http.ResponseWriter, r *http.Request, v answerVisit) error {
	if v.Done {
		return s.answerEnd(w, r, v, nil)
	}
	sec := v.section(r.PathValue("section"))
	if sec.ID == "" {
		return fieldwork.ErrNotFound
	}
	after, faults := readSection(sec, v.Answers, r.PostForm, v.Known)
	if changedElsewhere(r.PostForm, v, sec) {
		return s.partAgain(w, r, v, after, faults, http.StatusConflict, "These questions have been answered elsewhere since this page was opened, on another device or in another window. What you typed is below and is not saved. Send it to keep it in place of the other, or open your link again to see that.")
	}
	version, err := v.save(r, after)
	var conflict *fieldwork.ConflictError
	if errors.As(err, &conflict) {
		return s.partAgain(w, r, v, after, faults, http.StatusConflict, "These answers were being saved elsewhere at the same moment. Send this page once more.")
	}
	if err != nil {
		return err
	}
	v.Version, v.Answers = version, after
	way := r.PostForm.Get("go")
	if way == goNext {
		for id, fault := range missingIn(v.Instrument, sec, after) {
			if faults[id] == "" && slices.Contains(r.PostForm["shown"], id) {
				faults[id] = fault
			}
		}
	}
	if len(faults) > 0 {
		return s.partAgain(w, r, v, after, faults, http.StatusUnprocessableEntity, "")
	}
	if more := unseen(v.Instrument, sec, after, r.PostForm); way == goNext && len(more) > 0 {
		return s.partAgain(w, r, v, after, nil, http.StatusOK, fmt.Sprintf("Saved. %s after what you chose; please answer below.", counted(len(more), "more question is asked", "more questions are asked")))
	}
	return see(w, r, v.next(sec, way), "")
}

// next is the page to which a button leads.
func (v answerVisit) next(sec survey.Section, way string) string {
	visible := v.Instrument.Visible(v.Answers)
	if way == goLeave {
		return v.path
	}
	at, _ := where(v.Instrument.Sections, sec.ID)
	path := v.path
	if way != goBack {
		path = v.path + "/check"
		slices.Reverse(visible)
	}
	for _, other := range visible { // the nearest before, or, of the reversed, the nearest after
		k, _ := where(v.Instrument.Sections, other.ID)
		if way == goBack && k < at || way != goBack && k > at {
			path = v.partPath(other.ID)
		}
	}
	return path
}

// changedElsewhere says that the answers of this very page are no longer those that the form was shown.
func changedElsewhere(form url.Values, v answerVisit, sec survey.Section) bool {
	return form.Get("version") != strconv.FormatInt(v.Version, 10) && form.Get("was") != sectionMark(sec, v.Answers)
}

// save keeps answers in place of those that the visit found.
func (v answerVisit) save(r *http.Request, after survey.Answers) (int64, error) {
	return v.book.Save(r.Context(), v.secret, v.Version, after)
}

// partAgain shows a page again with what was typed.
func (s *Server) partAgain(w http.ResponseWriter, r *http.Request, v answerVisit, after survey.Answers, faults map[string]string, status int, says string) error {
	p := s.partPage(r, v, after)
	p.Says = says
	if says != "" && status == http.StatusConflict { // what is kept now is what the next sending replaces
		p.Mark = sectionMark(v.section(r.PathValue("section")), v.Answers)
	}
	for i := range p.Section.Questions {
		q := &p.Section.Questions[i]
		q.Fault = faults[q.Question.ID]
		if q.Fault != "" {
			q.Typed = r.PostForm
			p.FaultList = append(p.FaultList, FaultLink{q.Control(), "“" + q.Question.Text + "” " + q.Fault})
		}
	}
	s.write(w, r, status, "answerpart", p)
	return nil
}

// saved is what the script is told.
type saved struct {
	Version string `json:"version,omitempty"`
	Was     string `json:"was,omitempty"`
	Says    string `json:"says,omitempty"`
}

// saveAnswers keeps what a page holds while it is being filled in, as far as it can be taken.
func (s *Server) saveAnswers(w http.ResponseWriter, r *http.Request, v answerVisit) error {
	tell := func(status int, say saved) error {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		return json.NewEncoder(w).Encode(say)
	}
	sec := v.section(r.PostForm.Get("section"))
	if v.Done || sec.ID == "" {
		return tell(http.StatusConflict, saved{Says: "These answers have been given already."})
	}
	if changedElsewhere(r.PostForm, v, sec) {
		return tell(http.StatusConflict, saved{Says: "Not saved: these questions have been answered elsewhere since this page was opened. Press the button below to see what to do."})
	}
	after, _ := readSection(sec, v.Answers, r.PostForm, v.Known)
	version, err := v.save(r, after)
	var conflict *fieldwork.ConflictError
	if errors.As(err, &conflict) {
		// Another page of the same firm was saved between reading and writing: the script sends again.
		return tell(http.StatusServiceUnavailable, saved{})
	}
	if err != nil {
		return err
	}
	return tell(http.StatusOK, saved{Version: strconv.FormatInt(version, 10), Was: sectionMark(sec, after)})
}

const (
	namesShown  = 6
	leastTyped  = 3
	mostLetters = 100
)

// suggests says whether names of the register may be offered: where visitors can read them anyway.
func (s *Server) suggests() bool { return !s.cfg.Team.Closed }

// answerNames finds organisations by the letters of their names, for the fields in which they are named.
func (s *Server) answerNames(w http.ResponseWriter, r *http.Request, v answerVisit) error {
	type found struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	list := []found{}
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if n := len([]rune(q)); s.suggests() && n >= leastTyped && n <= mostLetters {
		list = append(list, namesLike(v.snap, q, func(id, name string) found { return found{id, name} })...)
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(list)
}

func namesLike[T any](snap *live.Snapshot, q string, make func(id, name string) T) []T {
	var out []T
	for _, h := range snap.Search.Search(q, namesShown).Hits {
		out = append(out, make(h.Key, h.Name))
	}
	return out
}
