package web

import (
	"net/http"
	"slices"
	"strconv"

	"milieu/internal/auth"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/meeting"
	"milieu/internal/report"
)

// MeetingPage is one meeting: who was there, and which of them are tied, before and since.
type MeetingPage struct {
	Base
	M         MeetingRow
	Lon, Lat  string
	Facility  string // id of the facility in which it was
	URL       string // page that says so
	Ref       string
	There     []AttendeeRow
	Pairs     []MetPair
	PairPages Leaves
	Sentence  string // what followed
	Share     report.Figure
	Years     int
	Edit      string // its row in the table of the team
	Add       string // form for one more organisation
	CSV       string
}

// AttendeeRow is an organisation at a meeting.
type AttendeeRow struct {
	ID, Name, Role, Part, Note string
	Others                     int // at the meeting to whom it is tied
}

// MetPair is two organisations at a meeting.
type MetPair struct {
	A, AID, B, BID string
	State          string // in words
	Later          bool
	Since          report.Figure
}

// what became of a pair, and since when
type pairState struct {
	words string
	later bool
	tied  bool
	since int
}

func (s *Server) meeting(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	id := r.PathValue("id")
	b := snap.Network
	i := slices.IndexFunc(b.Meetings(), func(m network.Meeting) bool { return m.ID == id })
	if i < 0 {
		return s.unbuiltMeeting(w, r, snap, id)
	}
	years, err := meeting.ParseYears(r.URL.Query().Get("years"))
	if err != nil {
		return badRequest("%s.", capital(err.Error()))
	}
	m := b.Meetings()[i]
	p := MeetingPage{Base: s.base(r, snap, m.Name, "/meetings"), M: meetingRow(m), Facility: m.PlaceID, Ref: meeting.Ref(m.ID), Years: years, CSV: readdress(r, "format", "csv")}
	pairs, tied := metPairs(b, m, years)
	if wantsCSV(r) {
		return writeCSV(w, "meeting-"+m.ID, []string{"a_id", "a", "b_id", "b", "state", "since"}, pairTable(pairs))
	}
	p.Pairs, p.PairPages = leaf(r, pairs, "pairs", "pairs")
	if err := p.attendees(r, snap, m, tied); err != nil {
		return err
	}
	if err := p.followed(r, snap); err != nil {
		return err
	}
	if m.Placed {
		p.Lon, p.Lat = strconv.FormatFloat(m.Lon, 'f', 5, 64), strconv.FormatFloat(m.Lat, 'f', 5, 64)
	}
	if s.cfg.Team != nil && actorOf(r).May(auth.ReadDecisions) {
		p.Edit = rowPath(eventsTable, m.ID)
	}
	if s.cfg.Team != nil && actorOf(r).May(auth.Decide) {
		p.Add = "/meetings/new?" + with(nil, "more", m.ID)
	}
	return s.render(w, r, "meeting", p)
}

// unbuiltMeeting leads to the row of a meeting that no release holds yet.
func (s *Server) unbuiltMeeting(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, id string) error {
	if s.cfg.Team != nil && actorOf(r).May(auth.ReadDecisions) {
		events, err := s.tableNow(r, snap, eventsTable)
		if err != nil {
			return err
		}
		if events.now[id] != nil {
			return see(w, r, rowPath(eventsTable, id), "")
		}
	}
	return notFound("There is no meeting %q in this release. One that was recorded lately is in it from the next build on.", id)
}

const attendeeQuery = `select a.org_id, a.org_name, coalesce(a.role, ''), coalesce(a.note, '') from attendance a where a.meeting_id = $1
order by case a.role when 'host' then 0 when 'speaker' then 1 else 2 end, a.org_name, a.org_id`

const meetingURLQuery = `select coalesce(source_url, '') from meeting where meeting_id = $1`

func (p *MeetingPage) attendees(r *http.Request, snap *live.Snapshot, m network.Meeting, tied map[int32]int) error {
	if err := snap.DB.QueryRowContext(r.Context(), meetingURLQuery, m.ID).Scan(&p.URL); err != nil {
		return err
	}
	rows, err := snap.DB.QueryContext(r.Context(), attendeeQuery, m.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var a AttendeeRow
		if err := rows.Scan(&a.ID, &a.Name, &a.Part, &a.Note); err != nil {
			return err
		}
		if v, ok := snap.Network.Find(a.ID); ok {
			a.Role, a.Others = snap.Network.Node(v).Role, tied[int32(v)]
		}
		p.There = append(p.There, a)
	}
	return rows.Err()
}

// followed says what followed the meeting.
func (p *MeetingPage) followed(r *http.Request, snap *live.Snapshot) error {
	res, err := followResult(r, snap, p.Years)
	if err != nil {
		return err
	}
	g, ok := res.Find("meeting", p.M.ID)
	if !ok {
		p.Sentence = "What followed cannot be said: the meeting has no year, or fewer than two organisations on record."
		return nil
	}
	row := followedRow(g, "meeting", "", res)
	p.Share = row.Share
	p.Sentence = counted(g.Pairs, "pair met", "pairs met") + ": " + counted(g.Before, "was", "were") + " tied before, " + counted(g.Undated, "has", "have") + " a tie without a year, " + counted(g.Recent, "met", "met") + " too lately to be followed; of the other " +
		strconv.Itoa(g.Free) + ", " + counted(g.Later, "was", "were") + " tied from the year of the meeting to " + counted(res.Options.Years, "year", "years") + " later. " + capital(row.Verdict) + "."
	return nil
}

// metPairs are the pairs of a meeting, those tied later first, then those tied before, then the others; tied counts for
// each organisation the others there to whom it is tied.
func metPairs(b *network.Book, m network.Meeting, years int) ([]MetPair, map[int32]int) {
	tied := map[int32]int{}
	var groups [3][]MetPair
	for x := range m.Orgs {
		for y := x + 1; y < len(m.Orgs); y++ {
			st := metState(b, m.Orgs[x], m.Orgs[y], m.Year, years)
			one, other := b.Node(int(m.Orgs[x])), b.Node(int(m.Orgs[y]))
			pair := MetPair{A: one.Name, AID: one.ID, B: other.Name, BID: other.ID, State: st.words, Later: st.later}
			at := 2
			if st.tied {
				tied[m.Orgs[x]]++
				tied[m.Orgs[y]]++
				at = 1
				pair.Since = report.Figure{Text: "since " + strconv.Itoa(st.since), Ref: network.TiedRef(one.ID, other.ID)}
				if st.since == 0 {
					pair.Since.Text = "not dated"
				}
			}
			if st.later {
				at = 0
			}
			groups[at] = append(groups[at], pair)
		}
	}
	return slices.Concat(groups[0], groups[1], groups[2]), tied
}

// metState says how two that met in a year are tied.
func metState(b *network.Book, x, y int32, year, years int) pairState {
	st := pairState{words: "no tie on record"}
	dark, kind := false, ""
	for _, l := range b.Between(int(x), int(y)) {
		k := b.Kind(l)
		if k.Family != network.FamilyTie {
			continue
		}
		st.tied = true
		if l.First == 0 {
			dark = true
		}
		if l.First != 0 && (st.since == 0 || int(l.First) < st.since) {
			st.since, kind = int(l.First), k.Label
		}
		if kind == "" {
			kind = k.Label
		}
	}
	switch {
	case !st.tied:
	case st.since == 0 || dark && st.since >= year, year == 0:
		st.words = "tied, it is not known whether before: " + kind
	case st.since < year:
		st.words = "tied before: " + kind
	case st.since <= year+years:
		st.words, st.later = "tied later: "+kind, true
	default:
		st.words = "tied much later: " + kind
	}
	return st
}

func pairTable(pairs []MetPair) [][]string {
	var rows [][]string
	for _, p := range pairs {
		rows = append(rows, []string{p.AID, p.A, p.BID, p.B, p.State, p.Since.Text})
	}
	return rows
}
