package web

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/example"
	"milieu/internal/network/meeting"
)

const (
	college   = "university-of-sheffield"
	forge     = "sheffield-forgemasters-international-limited"
	compasses = "compass" // a facility
)

// metWorkspace is the example with made-up meetings.
func metWorkspace(t testing.TB, events, attendance string) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "milieu.toml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	more := "\n[[source]]\nid = \"events\"\ntype = \"team-events\"\npath = \"events.csv\"\n\n[[source]]\nid = \"attendance\"\ntype = \"team-attendance\"\npath = \"attendance.csv\"\n"
	for name, data := range map[string]string{file: string(text) + more, filepath.Join(dir, "events.csv"): events, filepath.Join(dir, "attendance.csv"): attendance} {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const madeEvents = "id,name,kind,date,year,place,facility_id,lon,lat,theme,organiser_id,source_url\n" +
	"open-day,Open day,event,2014-11-28,,Sheffield Business Park,,,,robotics; castings," + hub + ",https://example.org/open\n" +
	"talk,Talk on drilling,talk,,2012,,compass,,,drilling,,https://example.org/talk\n" +
	"coffee,Coffee,encounter,,,The café,,,,,,\n"

const madeAttendance = "id,event_id,event_name,org_id,org_name,role,note\n" +
	"a1,open-day,Open day," + college + ",,speaker,on robots\na2,open-day,Open day," + forge + ",,guest,\na3,open-day,Open day,amrc-castings,,guest,\n" +
	"a4,talk,Talk," + college + ",,host,\na5,talk,Talk," + forge + ",,guest,\na6,coffee,Coffee," + forge + ",,guest,\na7,coffee,Coffee,nobody-here,,guest,\na8,lost,Lost," + forge + ",,guest,\n"

// TestMeetings shows meetings of a release: the list, its filters, one meeting, its figures' sources.
func TestMeetings(t *testing.T) {
	dir := metWorkspace(t, madeEvents, madeAttendance)
	s, err := serveDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.cfg.Shelf.Close)
	list := page(t, s, "/meetings")
	for _, want := range []string{"3 meetings are on record", "Open day", "28 November 2014", "Sheffield Business Park", "What followed", "too few to say", "not what was the cause"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	for query, n := range map[string]int{"kind=talk": 1, "from=2013": 1, "to=2013": 1, "theme=castings": 1, "place=the+caf%C3%A9": 1, "place=nowhere": 0} {
		status, body, _ := get(t, s, "/meetings?format=csv&"+query)
		if got := strings.Count(body, "\n") - 1; status != http.StatusOK || got != n {
			t.Errorf("%s: status %d, %d meetings, want %d\n%s", query, status, got, n, body)
		}
	}
	page(t, s, "/meetings?place=nowhere")
	for _, bad := range []string{"/meetings?from=soon", "/meetings?years=99", "/meetings/open-day?years=-1"} {
		if status, _, _ := get(t, s, bad); status != http.StatusBadRequest {
			t.Errorf("%s: status %d", bad, status)
		}
	}
	one := page(t, s, "/meetings/open-day")
	for _, want := range []string{"Who was there", "on robots", "speaker", "host", "tied before: Part of", "robotics; castings", "example.org"} {
		if !strings.Contains(one, want) {
			t.Errorf("the meeting lacks %q", want)
		}
	}
	if body := page(t, s, "/meetings/coffee"); !strings.Contains(body, "What followed cannot be said") {
		t.Error("an undated meeting of one says what followed")
	}
	if body := page(t, s, "/meetings/talk"); !strings.Contains(body, "53.39559") {
		t.Error("a meeting in a facility is not where the facility is")
	}
	if status, body, _ := get(t, s, "/meetings/nothing"); status != http.StatusNotFound || !strings.Contains(body, "from the next build on") {
		t.Errorf("status %d\n%s", status, body)
	}
	for _, path := range []string{"/meetings?format=csv&table=followed", "/meetings/open-day?format=csv"} {
		if status, body, h := get(t, s, path); status != http.StatusOK || !strings.Contains(h.Get("Content-Type"), "csv") || strings.Count(body, "\n") < 3 {
			t.Errorf("%s: status %d\n%s", path, status, body)
		}
	}
	snap := served(t, s)
	for _, ref := range []string{meeting.Ref("open-day"), meeting.FollowedRef("all", "", 2), meeting.FollowedRef("place", "sheffield business park", 5), meeting.FollowedRef("meeting", "talk", 2)} {
		c, err := s.cfg.Explainers.Explain(t.Context(), snap.DB, ref)
		if err != nil || len(c.Steps) == 0 {
			t.Errorf("%s: %+v, %v", ref, c, err)
		}
	}
	for _, ref := range []string{"meeting/none", "followed/place/none", "followed/place", "followed/all?years=x", "meeting"} {
		if _, err := s.cfg.Explainers.Explain(t.Context(), snap.DB, ref); err == nil {
			t.Errorf("%s is explained", ref)
		}
	}
	if body := page(t, s, "/sources"); !strings.Contains(body, "nobody-here") || !strings.Contains(body, "lost") {
		t.Error("who or what no source lists is not among the records that lead nowhere")
	}
}

// TestMeetings_none: a place without meetings says what to do.
func TestMeetings_none(t *testing.T) {
	s := demoSite(t)
	body := page(t, s, "/meetings")
	if !strings.Contains(body, "No meeting is on record yet") || !strings.Contains(body, "team-events") || strings.Contains(body, "What followed</h2>") {
		t.Errorf("%s", texts(body, "main"))
	}
	if status, _, _ := get(t, s, "/meetings?format=csv"); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
}

// TestRecordMeeting writes a meeting down, who was there by name, and more of them later; then the build has it.
func TestRecordMeeting(t *testing.T) {
	w := teamSite(t)
	w.says(w.get(auth.Analyst, "/meetings/new"), http.StatusForbidden)
	w.offers("/meetings", `href="/meetings/new"`, auth.Editor)
	w.says(w.get(auth.Editor, "/meetings/new"), 200, "Record a meeting", "Encounter", "COMPASS")
	form := url.Values{"name": {"Castings breakfast"}, "kind": {"event"}, "date": {"2026-03-05"}, "facility_id": {compasses}, "theme": {"castings"}, "source": {"I was there"}, "reason": {"To see what comes of it."},
		"who": {hub + "; host\r\nUniversity of Sheffield\r\nSheffield Forgemasters Intl Ltd; speaker\r\nNobody That There Is\r\n"}}
	rec := w.send(auth.Editor, "/meetings/new", form)
	w.says(rec, http.StatusUnprocessableEntity, "say below which organisations are meant", "Sheffield Forgemasters Intl Ltd", "Nobody That There Is", "Leave it out")
	if n := w.number(`select count(seq) from decision`); n != 0 {
		t.Fatalf("%d decisions before the names were clear", n)
	}
	form.Set(pickField("Sheffield Forgemasters Intl Ltd"), forge)
	form.Set(pickField("Nobody That There Is"), leftOutChoice)
	bad := url.Values{}
	for k, v := range form {
		bad[k] = v
	}
	bad.Set("date", "2026-02-30")
	w.says(w.send(auth.Editor, "/meetings/new", bad), http.StatusUnprocessableEntity, "has day 30")
	w.sent(w.send(auth.Editor, "/meetings/new", form), "/meetings?said=decided")
	w.says(w.get(auth.Reader, "/meetings"), 200, "Recorded, not built yet", "Castings breakfast", "5 March 2026")
	if n := w.number(`select count(seq) from decision`); n != 4 {
		t.Errorf("%d decisions, want the event and three who were there", n)
	}
	const id = "castings-breakfast-2026-03-05"
	w.says(w.get(auth.Reader, "/tables/events/rows/"+id), 200, "Castings breakfast", compasses)
	w.sent(w.get(auth.Reader, "/meetings/"+id), "/tables/events/rows/"+id)
	// More of the same meeting; who is on record there already is not written again.
	w.says(w.get(auth.Editor, "/meetings/new?more="+id), 200, "Who else was at Castings breakfast")
	w.says(w.get(auth.Editor, "/meetings/new?more=none"), http.StatusNotFound)
	more := url.Values{"more": {id}, "who": {"amrc-castings\n" + hub}, "source": {"I was there"}, "reason": {"Forgotten."}}
	w.sent(w.send(auth.Editor, "/meetings/new", more), "/meetings/"+id+"?said=decided")
	w.says(w.send(auth.Editor, "/meetings/new", more), http.StatusUnprocessableEntity, "name nobody who is not on record there already")
	dir := t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	w.serveBuild(dir)
	w.says(w.get(auth.Nobody, "/meetings/"+id), 200, "Castings breakfast", "AMRC Castings", "6 pairs met", "Sheffield Forgemasters")
	w.says(w.get(auth.Editor, "/meetings/"+id), 200, "Add who was there")
}

// TestNetworkImport brings an edge list with names in other spellings through to the table of ties, and takes it back.
func TestNetworkImport(t *testing.T) {
	w := teamSite(t)
	w.says(w.get(auth.Analyst, "/network/import"), http.StatusForbidden)
	w.says(w.get(auth.Editor, "/network/import"), 200, "Bring a list of ties", "Kind or question", `enctype="multipart/form-data"`)
	bring := func(data string) string {
		t.Helper()
		rec := w.checked("upload", w.do(w.letterRequest(auth.Editor, letter{path: "/network/import", name: "roster.csv", file: []byte(data)})))
		to := rec.Header().Get("Location")
		if rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/network/import/") {
			t.Fatalf("status %d to %q\n%s", rec.Code, to, texts(rec.Body.String(), "main"))
		}
		return to
	}
	for data, want := range map[string]string{"": "is empty", "only\none\n": "fewer than two columns"} {
		rec := w.do(w.letterRequest(auth.Editor, letter{path: "/network/import", name: "x.csv", file: []byte(data)}))
		w.says(rec, http.StatusUnprocessableEntity, want)
	}
	list := "Respondent,Named,Question,Answer,Year\n" +
		"University of Sheffield," + hub + ",Whom do you trust for advice?,4,2025\n" +
		"THE UNIVERSITY OF SHEFFIELD,Sheffield Forgemasters International Ltd,Who is your main supplier?,yes,2025\n" +
		"University of Sheffield,AMRC,Whom do you work with?,no,2025\n" +
		"University of Sheffield,Nobody That There Is,Whom do you work with?,5,2025\n" +
		"University of Sheffield,AMRC Castings,Whom do you work with?,5,soon\n"
	to := bring(list)
	rec := w.get(auth.Editor, to)
	w.says(rec, 200, "3 lines make a tie, of 5", "Nobody That There Is", "the answer names nobody", "Trusts", "Supplies, the other way round")
	form := formTo(t, rec.Body.String(), to)
	if form.Get("col.from") != "0" || form.Get("col.to") != "1" || form.Get("col.kind") != "2" || form.Get("col.answer") != "3" || form.Get("col.year") != "4" {
		t.Errorf("the columns were guessed as %v", form)
	}
	form.Set("do", "go")
	w.says(w.send(auth.Editor, to, form), http.StatusUnprocessableEntity, "Give the page that shows the ties")
	form.Set("page", "https://example.org/survey")
	form.Set("do", "look")
	w.says(w.send(auth.Editor, to, form), 200, "https://example.org/survey")
	form.Set("col.to", "-1")
	w.says(w.send(auth.Editor, to, form), 200, "https://example.org/survey", "Say which column names the organisation that a tie goes to", "Which column holds what?")
	form.Set("col.to", "1")
	form.Set("do", "go")
	next := w.checked(to, w.send(auth.Editor, to, form)).Header().Get("Location")
	if !strings.HasPrefix(next, "/imports/") {
		t.Fatalf("it leads to %q", next)
	}
	rec = w.get(auth.Editor, next)
	w.says(rec, 200, "The file has 2 new records and 1 row that cannot be taken.", "soon")
	if lines := texts(rec.Body.String(), "td"); !strings.Contains(strings.Join(lines, " "), "6") {
		t.Errorf("the line of the list is lost: %v", lines)
	}
	confirm := formTo(t, rec.Body.String(), next)
	confirm.Set("reason", because)
	batch := strings.TrimPrefix(next, "/imports/")
	w.sent(w.send(auth.Editor, next, confirm), "/decisions?batch="+batch+"&said=imported")
	w.says(w.get(auth.Reader, "/decisions?batch="+batch), 200, "1 to 2 of 2", "supplies", forge, "trusts")
	undo := "/decisions/batch/" + batch + "/undo"
	w.sent(w.send(auth.Editor, undo, w.filled(auth.Editor, "/decisions?batch="+batch, undo, "reason", "The survey was wrong.")), "/decisions?batch="+batch+"&said=undone")
	// Nobody else's list, and none that there is not.
	w.says(w.get(auth.Manager, to), http.StatusNotFound, "Bring the file again")
	w.says(w.get(auth.Editor, "/network/import/u-none"), http.StatusNotFound)
}

const goodEdges = "from,to,kind,url\nUniversity of Sheffield,AMRC Castings,works_with,https://example.org/edges\n"

// meetingDeeds are what the forms of meetings and of lists of ties do.
func meetingDeeds() []deed {
	return []deed{
		{"/meetings/new", auth.Editor, plain("/meetings/new", "name", "Breakfast", "kind", "event", "year", "2026", "who", hub, "reason", because, "source", "I was there")},
		{"/network/import", auth.Editor, func(*teamWorld) letter {
			return letter{path: "/network/import", name: "edges.csv", file: []byte(goodEdges)}
		}},
		{"/network/import/{id}", auth.Editor, func(w *teamWorld) letter {
			id, err := w.book().Keep(w.t.Context(), w.people[auth.Editor], decision.Upload{Table: edgesTable, File: "edges.csv", Content: []byte(goodEdges)})
			if err != nil {
				w.t.Fatal(err)
			}
			return letter{path: "/network/import/" + id, fields: fields("do", "go")}
		}},
	}
}
