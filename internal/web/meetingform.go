package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/org"
	"milieu/internal/store"
)

// MeetingFormPage is the form by which a meeting is written down with who was there, or more organisations of one.
type MeetingFormPage struct {
	Base
	More, MoreName string // the meeting to which organisations are added
	Fields         url.Values
	Kinds          []Choice
	Facilities     []Choice
	Places         []string
	Themes         []string
	Matches        []AttendeeMatch // lines that somebody must look at
	FaultList      []FaultLink
	Faults         map[string]string
}

// Value is what stands in a field.
func (p MeetingFormPage) Value(name string) string { return p.Fields.Get(name) }

// AttendeeMatch is a line of the form with the organisation that it was taken for.
type AttendeeMatch struct {
	OrgMatch
	Line  string // as it was typed
	Part  string // host, speaker or guest
	Field string // name of the choice
}

// left says that somebody chose to leave the line out.
const leftOutChoice = "-"

// most of a meeting's form
const (
	mostAttendees = 300
	placesListed  = 200
)

// meetingColumns are the fields of the form that are columns of the table of events.
var meetingColumns = []string{"name", "kind", "date", "year", "place", "facility_id", "theme", "source_url"}

func (s *Server) newMeeting(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.meetingForm(r, snap, r.URL.Query().Get("more"), r.URL.Query())
	if err != nil {
		return err
	}
	return s.render(w, r, "meetingform", p)
}

func (s *Server) meetingForm(r *http.Request, snap *live.Snapshot, more string, fields url.Values) (MeetingFormPage, error) {
	p := MeetingFormPage{Base: s.base(r, snap, "Record a meeting", "/meetings"), More: more, Fields: fields}
	if more != "" {
		events, err := s.tableNow(r, snap, eventsTable)
		if err != nil {
			return p, err
		}
		if events.now[more] == nil {
			return p, notFound("There is no meeting %q in the table of events.", more)
		}
		p.MoreName, p.Title = orText(events.now[more]["name"], more), "Who was there"
		return p, nil
	}
	for _, k := range []string{"event", "visit", "talk", "encounter"} {
		p.Kinds = append(p.Kinds, Choice{Value: k, Label: meetingKinds[k], Current: k == fields.Get("kind")})
	}
	all, err := org.Facilities(r.Context(), snap.DB)
	if err != nil {
		return p, err
	}
	for _, f := range all[:min(len(all), placesListed)] {
		p.Facilities = append(p.Facilities, Choice{Value: f.ID, Label: f.Name, Current: f.ID == fields.Get("facility_id")})
	}
	for _, c := range meetingFilters(snap.Network.Meetings(), listFilter{})[1].Choices {
		p.Places = append(p.Places, c.Label)
	}
	p.Themes = snap.Network.Themes()[:min(len(snap.Network.Themes()), placesListed)]
	return p, nil
}

// meetingKinds say what a kind of meeting is.
var meetingKinds = map[string]string{"event": "Event: many, at a set time", "visit": "Visit: some at another's place", "talk": "Talk: one speaks to others", "encounter": "Encounter: two or three who talk"}

// attendeeParts are the parts that organisations play at a meeting.
var attendeeParts = []string{"host", "speaker", "guest"}

// attendeeLine takes a line of the form apart: "Sample Hub; speaker".
func attendeeLine(line string) (text, part string) {
	i := strings.LastIndexByte(line, ';')
	if i >= 0 && slices.Contains(attendeeParts, strings.ToLower(strings.TrimSpace(line[i+1:]))) {
		return strings.TrimSpace(line[:i]), strings.ToLower(strings.TrimSpace(line[i+1:]))
	}
	return strings.TrimSpace(line), "guest"
}

// pickField is the name of the choice for a text.
func pickField(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "pick." + hex.EncodeToString(sum[:6])
}

// readAttendees says whom the lines of the form mean, and whether somebody must look at some first.
func readAttendees(r *http.Request, snap *live.Snapshot, lines string) (all []AttendeeMatch, look bool, err error) {
	var texts []string
	for line := range strings.Lines(lineEnds(lines)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		m := AttendeeMatch{Line: line}
		m.Text, m.Part = attendeeLine(line)
		all = append(all, m)
		texts = append(texts, m.Text)
	}
	if len(all) > mostAttendees {
		return nil, false, badRequest("That is %d organisations; record at most %d at once.", len(all), mostAttendees)
	}
	found, err := matchOrgs(r.Context(), snap, texts)
	if err != nil {
		return nil, false, err
	}
	for i := range all {
		m := &all[i]
		m.OrgMatch, m.Field = found[m.Text], pickField(m.Text)
		said := r.PostForm.Get(m.Field)
		switch {
		case m.How == matchedID || m.How == matchedName && strings.EqualFold(m.Name, m.Text):
		case said == leftOutChoice:
			m.How, m.ID = matchedPick, ""
		case said != "":
			m.OrgMatch = m.pick(said)
			look = look || m.How != matchedPick
		default:
			look = true
		}
	}
	return all, look, nil
}

func (s *Server) saveMeeting(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p, err := s.meetingForm(r, snap, r.PostForm.Get("more"), r.PostForm)
	if err != nil {
		return err
	}
	again := func(status int, faults map[string]string) error {
		p.fault(faults)
		s.write(w, r, status, "meetingform", p)
		return nil
	}
	there, look, err := readAttendees(r, snap, p.Value("who"))
	if err != nil {
		return err
	}
	for _, m := range there {
		if m.How != matchedID && (m.How != matchedName || !strings.EqualFold(m.Name, m.Text)) {
			p.Matches = append(p.Matches, m)
		}
	}
	if look {
		return again(http.StatusUnprocessableEntity, map[string]string{"matches": "were not all exact names: say below which organisations are meant"})
	}
	drafts, err := s.meetingDrafts(r, snap, &p, there)
	if err != nil {
		return err
	}
	if len(drafts) == 0 {
		return again(http.StatusUnprocessableEntity, map[string]string{"who": "name nobody who is not on record there already"})
	}
	_, err = s.cfg.Team.Book.DecideAll(r.Context(), actorOf(r), drafts)
	var input *decision.InputError
	var conflict *decision.ConflictError
	switch {
	case errors.As(err, &conflict):
		return again(http.StatusConflict, map[string]string{"": "somebody else recorded something of this meeting meanwhile; send it again"})
	case errors.As(err, &input):
		return again(http.StatusUnprocessableEntity, input.Fields)
	case err != nil:
		return err
	}
	if p.More != "" {
		return see(w, r, meetingPath(p.More), "decided")
	}
	return see(w, r, "/meetings", "decided")
}

// meetingDrafts are the decisions by which a meeting comes into the tables of the team: its row, and one for each who was there.
func (s *Server) meetingDrafts(r *http.Request, snap *live.Snapshot, p *MeetingFormPage, there []AttendeeMatch) ([]decision.Draft, error) {
	events, err := s.tableNow(r, snap, eventsTable)
	if err != nil {
		return nil, err
	}
	attendance, err := s.tableNow(r, snap, attendanceTable)
	if err != nil {
		return nil, err
	}
	batch := store.NewID("m")
	draft := func(t tableState, id string, fields map[string]string) decision.Draft {
		return decision.Draft{Kind: decision.Add, Table: t.table.Name, Subject: id, Fields: fields, Reason: p.Value("reason"), Source: p.Value("source"), Batch: batch, Version: t.versions[id]}
	}
	var out []decision.Draft
	id, name := p.More, p.MoreName
	if id == "" {
		name = strings.TrimSpace(p.Value("name"))
		id = freeRow(events, evidence.Slug(name+" "+orText(p.Value("date"), p.Value("year"))))
		fields := map[string]string{}
		for _, c := range meetingColumns {
			fields[c] = strings.TrimSpace(p.Value(c))
		}
		out = append(out, draft(events, id, fields))
	}
	known := map[string]bool{}
	for _, row := range attendance.ids {
		if attendance.now[row]["event_id"] == id {
			known[attendance.now[row]["org_id"]] = true
		}
	}
	for _, m := range there {
		if m.ID == "" || known[m.ID] {
			continue
		}
		known[m.ID] = true
		row := freeRow(attendance, evidence.Slug(cutText(id, 60)+" "+m.ID))
		out = append(out, draft(attendance, row, map[string]string{"event_id": id, "event_name": name, "org_id": m.ID, "org_name": m.Name, "role": m.Part}))
	}
	return out, nil
}

// longestRowID is how long an id is that is made here; a longer one is cut and told apart by a hash.
const longestRowID = 100

// freeRow is an id near a slug that no row of the table has or had.
func freeRow(t tableState, slug string) string {
	if len(slug) > longestRowID {
		sum := sha256.Sum256([]byte(slug))
		slug = strings.Trim(slug[:longestRowID-9], "-") + "-" + hex.EncodeToString(sum[:4])
	}
	if slug == "" {
		slug = "meeting"
	}
	id := slug
	for n := 2; t.now[id] != nil || t.out[id] != "" || t.source[id] != nil; n++ {
		id = slug + "-" + strconv.Itoa(n)
	}
	return id
}

// fault puts messages at the top of the form and beside their fields.
func (p *MeetingFormPage) fault(faults map[string]string) {
	p.Faults = faults
	labels := map[string]string{"who": "The lines of who was there", "matches": "The organisations named", "source": "What shows it", "reason": "Why", "source_url": "The page", "facility_id": "The facility", "": "It"}
	for _, k := range append(slices.Clone(meetingColumns), "who", "matches", "source", "reason", "id", "org_id", "role", "") {
		if faults[k] == "" {
			continue
		}
		field := k
		if k == "" || k == "id" || k == "org_id" || k == "role" {
			field = "main"
		}
		p.FaultList = append(p.FaultList, FaultLink{field, orText(labels[k], capital(columnLabel(k))) + " " + faults[k]})
	}
}
