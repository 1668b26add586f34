package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/meeting"
	"milieu/internal/report"
)

// MeetingsPage lists who met where, and what followed.
type MeetingsPage struct {
	Base
	Finding  string
	Lede     string
	Rows     []MeetingRow
	Pages    Leaves
	Filters  []MeetingFilter
	From, To string // years
	Filtered bool
	N        int // meetings on record
	Waiting  []MeetingRow
	CSV      string
	FollowedView
}

// MeetingFilter is a choice by which meetings are listed.
type MeetingFilter struct {
	Name, Label string
	Choices     []Choice
}

// MeetingRow is one meeting of a list.
type MeetingRow struct {
	ID, Name, Path, Kind, When, Place, Theme string
	Orgs                                     report.Figure
}

func meetingPath(id string) string { return "/meetings/" + url.PathEscape(id) }

// whenMet is the day of a meeting, or the year where only that is known.
func whenMet(m network.Meeting) string {
	switch {
	case m.Date != "":
		return metDay(m.Date)
	case m.Year != 0:
		return strconv.Itoa(m.Year)
	}
	return ""
}

func meetingRow(m network.Meeting) MeetingRow {
	return MeetingRow{ID: m.ID, Name: m.Name, Path: meetingPath(m.ID), Kind: m.Kind, When: whenMet(m), Place: m.Place, Theme: m.Theme, Orgs: report.CountFigure(int64(len(m.Orgs)), meeting.Ref(m.ID))}
}

var meetingHeader = []string{"meeting_id", "name", "kind", "date", "year", "place", "facility_id", "theme", "lon", "lat", "organisations", "organisation_ids"}

func (s *Server) meetings(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	years, err := meeting.ParseYears(r.URL.Query().Get("years"))
	if err != nil {
		return badRequest("%s.", capital(err.Error()))
	}
	f, err := meetingFilter(r)
	if err != nil {
		return err
	}
	all := slices.Clone(snap.Network.Meetings())
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b network.Meeting) int { return b.Year - a.Year }) // the newest first, those without a year last
	shown := slices.DeleteFunc(slices.Clone(all), func(m network.Meeting) bool { return !f.has(m) })
	if wantsCSV(r) && r.URL.Query().Get("table") != "followed" {
		return writeCSV(w, "meetings", meetingHeader, meetingTable(snap.Network, shown))
	}
	p := MeetingsPage{Base: s.base(r, snap, "Meetings", "/meetings"), N: len(all), From: f.text("from"), To: f.text("to"), Filtered: len(shown) < len(all), CSV: readdress(r, "format", "csv")}
	if p.FollowedView, err = followed(r, snap, years); err != nil {
		return err
	}
	if wantsCSV(r) {
		return writeCSV(w, "after-meetings", followedHeader, p.table())
	}
	p.Filters = meetingFilters(all, f)
	rows, pages := leaf(r, shown, "list", "meetings")
	p.Pages = pages
	for _, m := range rows {
		p.Rows = append(p.Rows, meetingRow(m))
	}
	if p.Waiting, err = s.waitingMeetings(r, snap); err != nil {
		return err
	}
	p.say(len(shown))
	return s.render(w, r, "meetings", p)
}

// say writes the finding and the sentence below it.
func (p *MeetingsPage) say(shown int) {
	p.Finding = "No meeting is on record yet"
	p.Lede = "An event, a visit, a talk or a cup of coffee of two: written down with who was there, it shows later which places and themes bring people together."
	if p.N == 0 {
		return
	}
	p.Finding = counted(p.N, "meeting is on record", "meetings are on record")
	if p.Filtered {
		p.Finding = counted(shown, "meeting passes", "meetings pass") + " this filter, of " + chart.Number(float64(p.N), 0)
	}
	p.Lede = "Who met where, when and on what; and of the pairs that had no tie before, how many have one since. " + p.FollowedView.Sentence
}

// listFilter is by what meetings are listed.
type listFilter struct {
	from, to            int
	kind, place, theme  string
	fromText, untilText string
}

func (f listFilter) text(name string) string {
	if name == "from" {
		return f.fromText
	}
	return f.untilText
}

func meetingFilter(r *http.Request) (listFilter, error) {
	q := r.URL.Query()
	f := listFilter{kind: q.Get("kind"), place: q.Get("place"), theme: q.Get("theme"), fromText: q.Get("from"), untilText: q.Get("to")}
	var err error
	for _, y := range []struct {
		name string
		into *int
	}{{"from", &f.from}, {"to", &f.to}} {
		text := strings.TrimSpace(q.Get(y.name))
		if text == "" {
			continue
		}
		if *y.into, err = strconv.Atoi(text); err != nil || *y.into < 1000 || *y.into > 9999 {
			return f, badRequest("%q is no year of four digits.", cutText(text, 20))
		}
	}
	return f, nil
}

func (f listFilter) has(m network.Meeting) bool {
	place, _ := meeting.PlaceOf(m)
	return (f.from == 0 || m.Year >= f.from) && (f.to == 0 || m.Year != 0 && m.Year <= f.to) && (f.kind == "" || m.Kind == f.kind) &&
		(f.place == "" || place == f.place) && (f.theme == "" || slices.Contains(meeting.ThemesOf(m), f.theme))
}

// filterChoices is how many places or themes a filter offers, the most frequent.
const filterChoices = 100

// meetingFilters are the choices that the meetings allow.
func meetingFilters(all []network.Meeting, f listFilter) []MeetingFilter {
	var kinds, places, themes []Choice
	add := func(to *[]Choice, value, label, now string) {
		for i := range *to {
			if (*to)[i].Value == value {
				(*to)[i].N++
				return
			}
		}
		*to = append(*to, Choice{Value: value, Label: label, N: 1, Current: value == now})
	}
	for _, m := range all {
		add(&kinds, m.Kind, m.Kind, f.kind)
		if key, name := meeting.PlaceOf(m); key != "" {
			add(&places, key, name, f.place)
		}
		for _, t := range meeting.ThemesOf(m) {
			add(&themes, t, t, f.theme)
		}
	}
	out := []MeetingFilter{{"kind", "Kind", kinds}, {"place", "Place", places}, {"theme", "Theme", themes}}
	for i := range out {
		slices.SortStableFunc(out[i].Choices, func(a, b Choice) int { return b.N - a.N })
		out[i].Choices = out[i].Choices[:min(len(out[i].Choices), filterChoices)]
	}
	return out
}

func meetingTable(b *network.Book, list []network.Meeting) [][]string {
	var rows [][]string
	for _, m := range list {
		ids := make([]string, len(m.Orgs))
		for i, o := range m.Orgs {
			ids[i] = b.Node(int(o)).ID
		}
		lon, lat, year := "", "", ""
		if m.Placed {
			lon, lat = strconv.FormatFloat(m.Lon, 'f', -1, 64), strconv.FormatFloat(m.Lat, 'f', -1, 64)
		}
		if m.Year != 0 {
			year = strconv.Itoa(m.Year)
		}
		rows = append(rows, []string{m.ID, m.Name, m.Kind, m.Date, year, m.Place, m.PlaceID, m.Theme, lon, lat, strconv.Itoa(len(m.Orgs)), strings.Join(ids, ";")})
	}
	return rows
}

// Names of the team's tables that hold meetings.
const (
	eventsTable     = "events"
	attendanceTable = "attendance"
)

// waitingMeetings are those that people recorded since the release was built, for those who may read decisions.
func (s *Server) waitingMeetings(r *http.Request, snap *live.Snapshot) ([]MeetingRow, error) {
	if s.cfg.Team == nil || !actorOf(r).May(auth.ReadDecisions) {
		return nil, nil
	}
	events, err := s.tableNow(r, snap, eventsTable)
	if err != nil {
		return nil, err
	}
	there, err := s.tableNow(r, snap, attendanceTable)
	if err != nil {
		return nil, err
	}
	built := map[string]bool{}
	for _, m := range snap.Network.Meetings() {
		built[m.ID] = true
	}
	n := map[string]int{}
	for _, id := range there.ids {
		n[there.now[id]["event_id"]]++
	}
	var out []MeetingRow
	for _, id := range events.ids {
		if built[id] {
			continue
		}
		row := events.now[id]
		out = append(out, MeetingRow{ID: id, Name: row["name"], Path: rowPath(eventsTable, id), Kind: row["kind"], When: orText(metDay(row["date"]), row["year"]), Place: orText(row["place"], row["facility_id"]), Theme: row["theme"],
			Orgs: report.Figure{Text: strconv.Itoa(n[id])}})
	}
	return out, nil
}

// tableNow is a table of the team at this moment.
func (s *Server) tableNow(r *http.Request, snap *live.Snapshot, name string) (tableState, error) {
	tables, err := evidence.TeamTables()
	if err != nil {
		return tableState{}, err
	}
	i := slices.IndexFunc(tables, func(t evidence.TeamTable) bool { return t.Name == name })
	if i < 0 {
		return tableState{}, notFound("There is no table %q.", name)
	}
	return s.readTable(r, snap, tables[i])
}

// metDay writes a day such as 2017-11-28 in words; what is none stays as it is.
func metDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 January 2006")
}
