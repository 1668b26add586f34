package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/sheet"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/invent"
	"milieu/internal/tabular"
)

// VoicePeoplePage lists the firms that were drawn: whom to write to, the links that they are sent, and what became of each.
type VoicePeoplePage struct {
	VoiceHead
	Finding     string
	Lede        string
	Anonym      bool
	Drawn       int
	WithEmail   int
	ToInvite    int // firms that have no link yet
	ToRemind    int // those that have one and have not answered
	CanSend     bool
	CanMail     bool
	Invented    bool
	States      []Choice
	Strata      []Choice
	Text        string
	NoEmail     bool
	Rows        []UnitRow
	Pager       Pager
	Marks       []Choice
	Narrowed    bool
	CSV         string
	Imported    *fieldwork.Imported
	File        string
	Fault       string // why a file of addresses was not taken
	Round       *fieldwork.Round
	RoundFailed string
	KeepMeaning string
}

// UnitRow is one firm of the list.
type UnitRow struct {
	fieldwork.Unit
	Path, Stratum, State, Sent, Reminder, Last string
	Interview                                  string // address of the form for an interview
	CanMark, Erased, Marked                    bool
}

// unitStates are what the states of a firm are called.
var unitStates = []Choice{
	{Value: fieldwork.UnitDrawn, Label: "not asked yet"}, {Value: fieldwork.UnitSent, Label: "sent a link"}, {Value: fieldwork.UnitOpened, Label: "opened it"}, {Value: fieldwork.UnitStarted, Label: "has begun"},
	{Value: fieldwork.UnitDone, Label: "has answered"}, {Value: fieldwork.UnitRefused, Label: "refused"}, {Value: fieldwork.UnitBounced, Label: "the message came back"}, {Value: fieldwork.UnitOutOfScope, Label: "out of scope"}, {Value: fieldwork.UnitErased, Label: "erased on request"},
}

// unitMarks are the states that people set.
var unitMarks = []Choice{{Value: fieldwork.UnitRefused, Label: "It refused"}, {Value: fieldwork.UnitBounced, Label: "The message came back"}, {Value: fieldwork.UnitOutOfScope, Label: "It is out of scope (closed, moved away, no firm)"}, {Value: "", Label: "None of these: take it back"}}

// unitRows is how many firms stand on a page.
const unitRows = 20

func (s *Server) voicePeople(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, b, err := s.peoplePage(r, snap)
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return s.voicePeopleCSV(w, r, b, p)
	}
	return s.render(w, r, "voicepeople", p)
}

// peoplePage is the page as the address asks for it.
func (s *Server) peoplePage(r *http.Request, snap *live.Snapshot) (VoicePeoplePage, fieldwork.Book, error) {
	b, head, err := s.voiceHead(r, snap, "people", "links and replies")
	if err != nil {
		return VoicePeoplePage{}, b, err
	}
	v, q := head.Survey, r.URL.Query()
	p := VoicePeoplePage{VoiceHead: head, Anonym: v.Level == survey.Anonymous, Invented: v.Invented, Text: strings.TrimSpace(q.Get("name")), NoEmail: q.Get("email") == "no", Marks: unitMarks, CSV: "/voices/" + url.PathEscape(v.ID) + "/people?format=csv", KeepMeaning: fieldwork.KeepMeaning}
	p.CanSend = p.Runs && v.State == fieldwork.Open && !v.Invented
	p.CanMail = p.CanSend && s.canMail()
	labels, err := p.strata(r, b, q.Get("stratum"))
	if err != nil {
		return p, b, err
	}
	all, err := b.Units(r.Context(), actorOf(r), v.ID, fieldwork.UnitFilter{})
	if err != nil {
		return p, b, err
	}
	p.count(all, q.Get("state"))
	if err := p.list(r, b, labels); err != nil {
		return p, b, err
	}
	p.say()
	return p, b, nil
}

// strata are the strata that firms were drawn from, and what each is called.
func (p *VoicePeoplePage) strata(r *http.Request, b fieldwork.Book, current string) (map[string]string, error) {
	progress, err := b.Progress(r.Context(), actorOf(r), p.Survey.ID)
	if err != nil {
		return nil, err
	}
	labels := map[string]string{}
	for _, t := range progress.Strata {
		labels[t.Key] = t.Label
		if t.Drawn > 0 {
			p.Strata = append(p.Strata, Choice{Value: t.Key, Label: t.Label, N: t.Drawn, Current: t.Key == current})
		}
	}
	return labels, nil
}

// list reads the firms of the page that the address asks for.
func (p *VoicePeoplePage) list(r *http.Request, b fieldwork.Book, labels map[string]string) error {
	v, q := p.Survey, r.URL.Query()
	page, err := pageOf(q)
	if err != nil {
		return err
	}
	filter := fieldwork.UnitFilter{Stratum: q.Get("stratum"), State: q.Get("state"), Text: p.Text, NoEmail: p.NoEmail, Limit: unitRows, Offset: (page - 1) * unitRows}
	if v.Invented {
		filter.State, p.States = "", nil
	}
	p.Narrowed = filter.Stratum != "" || filter.State != "" || p.Text != "" || p.NoEmail
	shown, total, err := b.UnitPage(r.Context(), actorOf(r), v.ID, filter)
	if err != nil {
		return err
	}
	for _, u := range shown {
		if v.Invented {
			u = unattributed(u)
		}
		row := unitRow(u, labels, p.Runs)
		if row.CanMark && !p.Anonym && v.State == fieldwork.Open && !v.Invented {
			row.Interview = "/interviews/new?" + url.Values{"survey": {v.ID}, "org": {u.OrgID}}.Encode()
		}
		p.Rows = append(p.Rows, row)
	}
	p.Pager = pager(r.URL.Path, q, page, unitRows, total)
	return nil
}

// pageOf is the number of the page that an address asks for.
func pageOf(q url.Values) (int, error) {
	text := q.Get("page")
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > pagesMost {
		return 1, badRequest("Page %q is not one of 1 to %d; narrow the list instead.", cutText(text, 20), pagesMost)
	}
	return n, nil
}

// count counts the firms of each state, and those that are due a link.
func (p *VoicePeoplePage) count(all []fieldwork.Unit, current string) {
	n := map[string]int{}
	for _, u := range all {
		n[u.State]++
		if u.Email != "" {
			p.WithEmail++
		}
	}
	p.Drawn, p.ToInvite = len(all), n[fieldwork.UnitDrawn]
	p.ToRemind = n[fieldwork.UnitSent] + n[fieldwork.UnitOpened] + n[fieldwork.UnitStarted]
	for _, c := range unitStates {
		if c.N = n[c.Value]; c.N > 0 || c.Value == current {
			c.Current = c.Value == current
			p.States = append(p.States, c)
		}
	}
}

func unitRow(u fieldwork.Unit, labels map[string]string, runs bool) UnitRow {
	row := UnitRow{Unit: u, Stratum: orText(labels[u.Stratum], u.Stratum), State: u.State, Sent: dayWords(u.SentAt), Reminder: dayWords(u.RemindedAt), Last: dayWords(orText(u.DoneAt, orText(u.StartedAt, u.OpenedAt)))}
	for _, c := range unitStates {
		if c.Value == u.State {
			row.State = c.Label
		}
	}
	if u.OrgID != "" {
		row.Path = orgPath(u.OrgID)
	}
	row.Erased = u.State == fieldwork.UnitErased
	row.CanMark = runs && u.State != fieldwork.UnitDone && u.State != unitInvented && !row.Erased
	row.Marked = slices.Contains([]string{fieldwork.UnitRefused, fieldwork.UnitBounced, fieldwork.UnitOutOfScope}, u.State)
	if !runs {
		row.Email, row.Contact, row.Note = "", "", ""
	}
	return row
}

// unattributed is a firm of an invented survey without what the model made up of it: what is invented is said of no firm.
func unattributed(u fieldwork.Unit) fieldwork.Unit {
	return fieldwork.Unit{ID: u.ID, OrgID: u.OrgID, Name: u.Name, Stratum: u.Stratum, State: unitInvented}
}

// unitInvented stands in place of the state of a firm of an invented survey.
const unitInvented = "invented"

// dayWords is the day of a moment in words, "" for none.
func dayWords(at string) string {
	if at == "" {
		return ""
	}
	return daySay(at[:min(len(at), len("2026-01-01"))])
}

// say writes the finding and the sentence below it.
func (p *VoicePeoplePage) say() {
	switch {
	case p.Drawn == 0:
		p.Finding, p.Lede = "Nobody has been drawn yet", "Choose whom to ask first; then links can be made for them."
	case p.ToInvite == p.Drawn:
		p.Finding = counted(p.Drawn, "firm is", "firms are") + " waiting to be asked"
		p.Lede = counted(p.WithEmail, "has", "have") + " an e-mail address. Each firm gets a link of its own; it is shown to nobody here."
	default:
		p.Finding = counted(p.Drawn-p.ToInvite, "firm has", "firms have") + " been asked"
		p.Lede = "Of " + counted(p.Drawn, "firm that was", "firms that were") + " drawn. Each link is written to its firm, and shown to nobody here."
	}
	if p.Anonym && p.Drawn > 0 {
		p.Lede += " Nobody can see here who has answered."
	}
}

var peopleHeader = []string{"unit_id", "org_id", "name", "stratum", "email", "contact", "state", "sent_at", "reminded", "reminded_at", "opened_at", "started_at", "done_at", "note"}

// voicePeopleCSV gives the firms that were drawn, with addresses for those who write to them; it is in the audit log that it was taken.
func (s *Server) voicePeopleCSV(w http.ResponseWriter, r *http.Request, b fieldwork.Book, p VoicePeoplePage) error {
	all, err := b.Units(r.Context(), actorOf(r), p.Survey.ID, fieldwork.UnitFilter{})
	if err != nil {
		return err
	}
	if err := s.cfg.Team.Book.Exported(r.Context(), actorOf(r), auth.ReadSurveys, "survey-people", "csv", len(all)); err != nil {
		return err
	}
	var rows [][]string
	for _, u := range all {
		if p.Invented {
			u = unattributed(u)
			u.Note = invent.Note
		}
		if !p.Runs && !p.Invented {
			u.Email, u.Contact, u.Note = "", "", ""
		}
		rows = append(rows, []string{u.ID, u.OrgID, u.Name, u.Stratum, u.Email, u.Contact, u.State, u.SentAt, strconv.Itoa(u.Reminded), u.RemindedAt, u.OpenedAt, u.StartedAt, u.DoneAt, u.Note})
	}
	return writeCSV(w, "people", peopleHeader, rows)
}

// contactColumns are what a file of addresses may hold.
var contactColumns = []tabular.Column{
	{Name: "org_id", Headers: []string{"org_id", "organisation_id", "id"}, Optional: true},
	{Name: "name", Headers: []string{"name", "firm", "organisation", "company"}, Optional: true},
	{Name: "email", Headers: []string{"email", "e-mail", "e_mail", "mail", "address"}},
	{Name: "contact", Headers: []string{"contact", "person", "contact_name"}, Optional: true},
}

// importContacts sets addresses from a file, and shows which of its lines were not taken.
func (s *Server) importContacts(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	name, data, err := uploaded(r)
	var t sheet.Table
	if err == nil {
		t, err = sheet.Read(r.Context(), data, contactColumns)
	}
	if err == nil && !t.Present[0] && !t.Present[1] {
		err = fmt.Errorf("the file has neither a column org_id nor a column name: one of them says which firm a line is of")
	}
	var rows []fieldwork.ContactRow
	for _, row := range t.Rows {
		cell := func(i int) string { return sheet.Bare(row.Cells[i]) }
		if cell(2) == "" && t.Present[0] && t.Present[1] {
			continue // a list that was taken from here, with lines that are not filled in yet
		}
		rows = append(rows, fieldwork.ContactRow{Line: row.Line, OrgID: cell(0), Name: cell(1), Email: cell(2), Contact: cell(3)})
	}
	b, _ := s.voices()
	var done fieldwork.Imported
	if err == nil {
		done, err = b.ImportContacts(r.Context(), actorOf(r), r.PathValue("id"), rows)
		if _, typed := voiceFaults(err); err != nil && !typed {
			return err
		}
	}
	p, _, pageErr := s.peoplePage(r, snap)
	if pageErr != nil {
		return pageErr
	}
	p.File = name
	if err != nil {
		p.Fault = capital(err.Error()) + "."
		s.write(w, r, http.StatusUnprocessableEntity, "voicepeople", p)
		return nil
	}
	for _, reject := range t.Rejects {
		done.Rejects = append(done.Rejects, fieldwork.Reject{Line: reject.Line, Reason: reject.Reason})
	}
	p.Imported = &done
	return s.render(w, r, "voicepeople", p)
}

// backToPeople is the page of the list that a form stood on.
func backToPeople(r *http.Request) string {
	path := voicePath(r.PathValue("id")) + "/people"
	if u, err := url.Parse(r.PostForm.Get("back")); err == nil && u.Path == path {
		q := u.Query()
		q.Del("said")
		return path + "?" + q.Encode()
	}
	return path
}

func (s *Server) setContact(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.voices()
	f := r.PostForm
	if err := b.SetContact(r.Context(), actorOf(r), r.PathValue("id"), r.PathValue("unit"), version, f.Get("email"), f.Get("contact")); err != nil {
		return err
	}
	return see(w, r, backToPeople(r), "contact-kept")
}

func (s *Server) markUnit(w http.ResponseWriter, r *http.Request, _ *live.Snapshot) error {
	version, err := formVersion(r)
	if err != nil {
		return err
	}
	b, _ := s.voices()
	f := r.PostForm
	if err := b.Mark(r.Context(), actorOf(r), r.PathValue("id"), r.PathValue("unit"), version, f.Get("state"), f.Get("note")); err != nil {
		return err
	}
	return see(w, r, backToPeople(r), "marked")
}
