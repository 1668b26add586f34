package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/auth"

	"milieu/internal/live"
	"milieu/internal/report"
	"milieu/internal/survey/interview"
)

// InterviewsPage lists the conversations that were held, for those who may read them.
type InterviewsPage struct {
	Base
	Finding, Lede string
	Tabs          []Choice
	N, Excerpts   report.Figure
	Rows          []InterviewRow
	Pages         Leaves
	Erased        int
	OnDevice      string // what the keys of this device's copies begin with
	CSV           string
}

// InterviewRow is one conversation of a list.
type InterviewRow struct {
	Path, Firm, OrgID, Day, Survey, State string
	Open, Erased                          bool
	Excerpts, Coders                      int
}

func interviewPath(id string) string { return "/interviews/" + url.PathEscape(id) }

// deviceKey is what the keys begin with under which a browser keeps what one person types in one workspace.
func deviceKey(r *http.Request) string {
	a := actorOf(r)
	return "milieu-interview/" + a.Workspace + "/" + a.PersonID + "/"
}

// interviewTabs are the pages of what was said.
func interviewTabs(here string) []Choice {
	tabs := []Choice{{Label: "Interviews", Path: "/interviews"}, {Label: "Code book", Path: "/codebook"}, {Label: "Agreement", Path: "/interviews/agreement"}}
	for i := range tabs {
		tabs[i].Current = tabs[i].Path == here
	}
	return tabs
}

var interviewHeader = []string{"interview_id", "day", "org_id", "organisation", "survey_id", "state", "excerpts", "coders"}

func (s *Server) interviews(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	b, _ := s.interviewBook()
	all, err := b.Interviews(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	if wantsCSV(r) && r.URL.Query().Get("table") == "excerpts" {
		return s.excerptsCSV(w, r, b)
	}
	if wantsCSV(r) {
		if err := s.tookInterviews(r, "interviews", len(all)); err != nil {
			return err
		}
		return writeCSV(w, "interviews", interviewHeader, interviewTable(all))
	}
	p := InterviewsPage{Base: s.base(r, snap, "Interviews", "/interviews"), Tabs: interviewTabs("/interviews"), OnDevice: deviceKey(r), CSV: "/interviews?format=csv"}
	titles, err := s.surveyTitles(r)
	if err != nil {
		return err
	}
	kept, excerpts := 0, 0
	rows, pages := leaf(r, all, "list", "interviews")
	p.Pages = pages
	for _, i := range all {
		if i.State == interview.Erased {
			p.Erased++
			continue
		}
		kept++
		excerpts += i.Excerpts
	}
	for _, i := range rows {
		p.Rows = append(p.Rows, interviewRow(i, titles))
	}
	p.N, p.Excerpts = report.CountFigure(int64(kept), interview.InterviewsRef), report.CountFigure(int64(excerpts), interview.ExcerptsRef)
	p.say(kept)
	return s.render(w, r, "interviews", p)
}

func (p *InterviewsPage) say(kept int) {
	p.Finding, p.Lede = "No conversation is on record yet", "What somebody says in the room tells why. Notes are kept with the consent under which they were given; words are quoted only as far as that goes."
	if kept > 0 {
		p.Finding = counted(kept, "conversation is on record", "conversations are on record")
		p.Lede = "Notes are for people who have signed in; words are quoted to others only as far as was agreed. Whom to talk to was not drawn by chance, so nothing here is a share of firms."
	}
}

func interviewRow(i interview.Interview, titles map[string]string) InterviewRow {
	row := InterviewRow{Path: interviewPath(i.ID), Firm: i.OrgName, OrgID: i.OrgID, Day: metDay(i.Day), Survey: titles[i.SurveyID], Excerpts: i.Excerpts, Coders: i.Coders, Open: i.State == interview.Open, Erased: i.State == interview.Erased}
	row.State = map[interview.State]string{interview.Open: "being written", interview.Done: "finished", interview.Erased: "erased on request"}[i.State]
	if i.SurveyID == "" {
		row.Survey = "notes alone"
	}
	return row
}

func interviewTable(all []interview.Interview) [][]string {
	var rows [][]string
	for _, i := range all {
		rows = append(rows, []string{i.ID, i.Day, i.OrgID, i.OrgName, i.SurveyID, string(i.State), strconv.Itoa(i.Excerpts), strconv.Itoa(i.Coders)})
	}
	return rows
}

// surveyTitles are the titles of surveys by id, for those who may read interviews.
func (s *Server) surveyTitles(r *http.Request) (map[string]string, error) {
	fw, ok := s.readsVoices(r)
	if !ok {
		return nil, nil
	}
	all, err := fw.Surveys(r.Context(), actorOf(r))
	out := map[string]string{}
	for _, v := range all {
		out[v.ID] = v.Title
	}
	return out, err
}

var excerptHeader = []string{"excerpt_id", "interview_id", "text", "permission", "coders", "codes_of_own", "codes_of_others"}

// excerptsCSV is all excerpts with the codes that the person who asks may see; coders have numbers and no names.
func (s *Server) excerptsCSV(w http.ResponseWriter, r *http.Request, b interview.Book) error {
	all, err := b.Excerpts(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	book, err := b.Codes(r.Context(), actorOf(r))
	if err != nil {
		return err
	}
	label := map[string]string{}
	for _, c := range book {
		label[c.ID] = c.Label
	}
	labels := func(codes []string) string {
		out := make([]string, len(codes))
		for i, c := range codes {
			out[i] = label[c]
		}
		return strings.Join(out, "; ")
	}
	var rows [][]string
	for _, e := range all {
		mine, others := "", []string{}
		if e.Mine != nil {
			mine = labels(e.Mine.Codes)
		}
		for _, o := range e.Others {
			others = append(others, labels(o.Codes))
		}
		rows = append(rows, []string{e.ID, e.InterviewID, e.Text, string(e.Allowed), strconv.Itoa(e.Coders), mine, strings.Join(others, " | ")})
	}
	if err := s.tookInterviews(r, "excerpts of interviews", len(rows)); err != nil {
		return err
	}
	return writeCSV(w, "excerpts", excerptHeader, rows)
}

// tookInterviews notes in the log that somebody takes away what was said.
func (s *Server) tookInterviews(r *http.Request, what string, rows int) error {
	return s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadAnswers, what, "csv", rows)
}

// eraser says that the person may erase what a firm said.
func eraser(r *http.Request) bool { return actorOf(r).May(auth.EraseAnswers) }
