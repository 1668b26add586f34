package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/example"
)

// filled is the form of a page as a person finds it, with some of it typed over.
func (w *teamWorld) filled(role auth.Role, page, action string, pairs ...string) url.Values {
	w.t.Helper()
	form := formTo(w.t, w.page(role, page), action)
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// send sends a form.
func (w *teamWorld) send(role auth.Role, action string, form url.Values) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.checked(action, w.do(w.request(role, http.MethodPost, action, form)))
}

// offers wants that pages lead those who may to what they may do, and nobody else.
func (w *teamWorld) offers(page, what string, least auth.Role) {
	w.t.Helper()
	for _, role := range auth.Roles {
		if got := strings.Contains(w.page(role, page), what); got != role.AtLeast(least) {
			w.t.Errorf("%s offers %s to %s: %v", page, what, role, got)
		}
	}
}

const (
	newOrganisation = "/tables/organisations/new"
	hubRow          = "/tables/organisations/rows/" + hub
	hubEdit         = hubRow + "/edit"
	shown           = "https://example.org/shown"
)

// TestAdd: what is missing is said beside its field, what was typed stays, and what is
// whole is a record of the table at once.
func TestAdd(t *testing.T) {
	w := teamSite(t)
	w.offers("/tables/organisations", `href="`+newOrganisation+`"`, auth.Editor)
	form := w.filled(auth.Editor, newOrganisation, newOrganisation, "f.name", "Forge & Sons <Ltd>", "f.lon", "east", "f.notes", "first line\nsecond line")
	rec := w.send(auth.Editor, newOrganisation, form)
	w.says(rec, http.StatusUnprocessableEntity, "This cannot be kept yet", "The reason is missing", "The source is missing", "Page cited is missing", "Longitude")
	again := formTo(t, rec.Body.String(), newOrganisation)
	for name, want := range map[string]string{"f.name": "Forge & Sons <Ltd>", "f.lon": "east", "f.notes": "first line\nsecond line", "id": "forge-sons-ltd", "b.name": ""} {
		if got := again.Get(name); got != want {
			t.Errorf("%s is %q after the fault, want %q", name, got, want)
		}
	}
	all, _ := parts(rec.Body.String())
	for _, field := range []string{"f.lon", "f.source_url", "source", "reason"} {
		if !slices.ContainsFunc(all, func(p part) bool { return p.name == "a" && p.attrs["href"] == "#"+field }) || !slices.ContainsFunc(all, func(p part) bool { return p.attrs["id"] == field && has(p, "aria-invalid") }) {
			t.Errorf("the list of faults does not lead to %s, or it is not marked", field)
		}
	}
	if n := w.number(`select count(seq) from decision`); n != 0 {
		t.Errorf("%d decisions were made", n)
	}
	for name, value := range map[string]string{"f.lon": "-1.4", "f.lat": "53.4", "f.source_url": "https://example.org/forge", "reason": because, "source": "A talk with its owner, 3 November"} {
		again.Set(name, value)
	}
	w.sent(w.send(auth.Editor, newOrganisation, again), "/tables/organisations/rows/forge-sons-ltd?said=decided")
	w.says(w.get(auth.Reader, "/tables/organisations/rows/forge-sons-ltd?said=decided"), 200, "Kept. It is in force from the next build on.", "No source holds this record", "Forge & Sons <Ltd>", "first line", "waits for the next build", "A talk with its owner, 3 November", because)
	w.says(w.get(auth.Reader, "/tables/organisations?text=Forge+%26+Sons"), 200, "1 to 1 of 1", "forge-sons-ltd", "added")
	// The same again is a fault of the id.
	rec = w.send(auth.Editor, newOrganisation, again)
	w.says(rec, http.StatusUnprocessableEntity, "The id is taken")
	again.Set("id", "Forge Sons!")
	w.says(w.send(auth.Editor, newOrganisation, again), http.StatusUnprocessableEntity, "The id is lower-case letters, digits and hyphens")
	for _, role := range []auth.Role{auth.Reader, auth.Analyst} {
		w.says(w.get(role, newOrganisation), http.StatusForbidden, "This takes the role editor")
		w.says(w.send(role, newOrganisation, again), http.StatusForbidden)
	}
}

// TestAdd_filled: a link from an organisation brings what it knows into the form.
func TestAdd_filled(t *testing.T) {
	w := teamSite(t)
	var link string
	for _, to := range links(w.page(auth.Editor, "/organisations/"+hub+"/decide")) {
		if strings.HasPrefix(to, "/tables/ties/new") {
			link = to
		}
	}
	form := w.filled(auth.Editor, link, "/tables/ties/new", "id", "new-tie", "f.to_id", "university-of-sheffield", "f.kind", "part_of", "f.source_url", shown, "reason", because, "source", shown)
	if form.Get("f.from_id") != hub || !strings.Contains(form.Get("f.from_name"), "Advanced Manufacturing") {
		t.Errorf("the form begins with %v", form)
	}
	w.sent(w.send(auth.Editor, "/tables/ties/new", form), "/tables/ties/rows/new-tie?said=decided")
	w.says(w.get(auth.Reader, "/tables/ties/rows/new-tie"), 200, "part of", "university-of-sheffield")
}

// TestEdit: what was typed stays when it is at fault, and once kept both sides show.
func TestEdit(t *testing.T) {
	w := teamSite(t)
	w.offers(hubRow, `href="`+hubEdit+`"`, auth.Editor)
	form := w.filled(auth.Editor, hubEdit, hubEdit)
	if form.Get("f.name") != "Advanced Manufacturing Research Centre (AMRC)" || form.Get("f.name") != form.Get("b.name") || form.Get("version") != "0" {
		t.Errorf("the form begins with %v", form)
	}
	w.says(w.send(auth.Editor, hubEdit, form), http.StatusUnprocessableEntity, "Nothing has changed, so there is nothing to decide", "The reason is missing")
	for name, value := range map[string]string{"f.precision_m": "near", "f.source_url": "ftp://example.org/", "f.postcode": "nowhere", "f.kind": "Centre of research", "source": "see http:// somewhere", "reason": strings.Repeat("x", 2001)} {
		form.Set(name, value)
	}
	rec := w.send(auth.Editor, hubEdit, form)
	w.says(rec, http.StatusUnprocessableEntity, "Page cited is not a web address", "Right to within, metres", "Postcode", "The source is not a web address", "The reason is longer than 2000 characters")
	again := formTo(t, rec.Body.String(), hubEdit)
	for name := range form {
		if again.Get(name) != form.Get(name) {
			t.Errorf("%s is %q after the fault, want %q", name, again.Get(name), form.Get(name))
		}
	}
	for name, value := range map[string]string{"f.precision_m": "", "f.source_url": again.Get("b.source_url"), "f.postcode": again.Get("b.postcode"), "source": shown, "reason": because} {
		again.Set(name, value)
	}
	w.sent(w.send(auth.Editor, hubEdit, again), hubRow+"?said=decided")
	d, err := w.book().One(t.Context(), w.people[auth.Reader], 1)
	if err != nil || d.Kind != decision.Set || len(d.Fields) != 2 || d.Fields["kind"] != "Centre of research" || d.Before["kind"] != "research centre" || d.By != w.people[auth.Editor].PersonID {
		t.Errorf("%+v, %v", d, err)
	}
	w.says(w.get(auth.Reader, hubRow), 200, "research centre", "Centre of research", "/decisions/D1", "waits for the next build")
	w.says(w.get(auth.Reader, "/tables/organisations?text=centre+of+research"), 200, "1 to 1 of 1", "corrected")
	w.says(w.get(auth.Editor, hubEdit), 200, "The source says: research centre")
	w.says(w.get(auth.Reader, "/organisations/"+hub), 200, "Decisions on it", "Centre of research")
	if body := w.page(auth.Nobody, "/organisations/"+hub); strings.Contains(body, "Centre of research") || strings.Contains(body, "Person of editor") {
		t.Error("a visitor sees what has been decided, or by whom")
	}
}

// TestEdit_conflict: two open the same form, and both save.
func TestEdit_conflict(t *testing.T) {
	w := teamSite(t)
	mine := w.filled(auth.Editor, hubEdit, hubEdit, "f.notes", "mine", "f.kind", "my kind", "reason", because, "source", shown)
	theirs := w.filled(auth.Manager, hubEdit, hubEdit, "f.name", "Their name", "f.kind", "their kind", "reason", "They know better.", "source", shown)
	w.sent(w.send(auth.Manager, hubEdit, theirs), hubRow+"?said=decided")
	rec := w.send(auth.Editor, hubEdit, mine)
	w.says(rec, http.StatusConflict, "Somebody else saved this record while you had it open", "They know better.", "Person of manager", "They saved: their kind")
	merged := formTo(t, rec.Body.String(), hubEdit)
	for name, want := range map[string]string{"f.name": "Their name", "b.name": "Their name", "f.notes": "mine", "f.kind": "my kind", "b.kind": "their kind", "version": "1", "reason": because, "source": shown} {
		if got := merged.Get(name); got != want {
			t.Errorf("%s is %q in the merged form, want %q", name, got, want)
		}
	}
	if n := strings.Count(rec.Body.String(), "They saved:"); n != 1 {
		t.Errorf("%d fields are said to clash, want the one that both changed", n)
	}
	if n := w.number(`select count(seq) from decision`); n != 1 {
		t.Errorf("%d decisions; the second must not be kept before its editor has seen the first", n)
	}
	w.sent(w.send(auth.Editor, hubEdit, merged), hubRow+"?said=decided")
	now := w.filled(auth.Editor, hubEdit, hubEdit)
	if now.Get("f.name") != "Their name" || now.Get("f.notes") != "mine" || now.Get("f.kind") != "my kind" || now.Get("version") != "2" {
		t.Errorf("after both the record is %v", now)
	}
	// What only one of them changed is that one's: the second decision says nothing of the name.
	d, err := w.book().One(t.Context(), w.people[auth.Reader], 2)
	if err != nil || d.Fields["name"] != "" || d.Before["kind"] != "their kind" {
		t.Errorf("%+v, %v", d, err)
	}
	// A conflict upon a conflict is one again.
	w.says(w.send(auth.Editor, hubEdit, merged), http.StatusConflict, "Somebody else saved this record")
}

// TestUndo takes a decision back and puts it back, with reasons, as the roles allow.
func TestUndo(t *testing.T) {
	w := teamSite(t)
	w.decide(correction("the first"))
	w.decide(correction("the second"))
	w.offers("/decisions/D2", `action="/decisions/D2/undo"`, auth.Editor)
	w.says(w.get(auth.Reader, "/decisions/D2"), 200, "Corrected: "+hub, "It stands so on the page.", "the second", "waits for the next build", "Person of editor")
	w.says(w.send(auth.Analyst, "/decisions/D2/undo", fields("reason", because)), http.StatusForbidden)
	w.says(w.send(auth.Editor, "/decisions/D2/undo", w.filled(auth.Editor, "/decisions/D2", "/decisions/D2/undo")), http.StatusUnprocessableEntity, "Reason is missing")
	undo := w.filled(auth.Editor, "/decisions/D2", "/decisions/D2/undo", "reason", "It was a slip.")
	w.sent(w.send(auth.Editor, "/decisions/D2/undo", undo), "/decisions/D2?said=undone")
	w.says(w.get(auth.Reader, "/decisions/D2?said=undone"), 200, "Undone. The next build is as if it had never been decided.", "It was a slip.", "undone")
	w.says(w.send(auth.Manager, "/decisions/D2/undo", undo), http.StatusConflict, "Somebody has done this already")
	if now := w.filled(auth.Editor, hubEdit, hubEdit); now.Get("f.notes") != "the first" {
		t.Errorf("after the undo the notes are %q", now.Get("f.notes"))
	}
	w.says(w.get(auth.Reader, "/decisions?state=undone"), 200, "1 to 1 of 1", "Undone by Person of editor")
	w.says(w.get(auth.Reader, "/decisions?state=holds"), 200, "1 to 1 of 1", "the first")
	w.says(w.send(auth.Editor, "/decisions/D1/redo", fields("reason", because)), http.StatusConflict)
	redo := w.filled(auth.Manager, "/decisions/D2", "/decisions/D2/redo", "reason", "It was none.")
	w.sent(w.send(auth.Manager, "/decisions/D2/redo", redo), "/decisions/D2?said=redone")
	if now := w.filled(auth.Editor, hubEdit, hubEdit); now.Get("f.notes") != "the second" {
		t.Errorf("after the redo the notes are %q", now.Get("f.notes"))
	}
	// An undo is something that an editor who has the form open has to see.
	open := w.filled(auth.Editor, hubEdit, hubEdit, "f.kind", "x", "reason", because, "source", shown)
	w.sent(w.send(auth.Manager, "/decisions/D2/undo", undo), "/decisions/D2?said=undone")
	w.says(w.send(auth.Editor, hubEdit, open), http.StatusConflict, "Somebody else saved this record", "the second")
}

// TestExclude leaves a record out and takes it in again.
func TestExclude(t *testing.T) {
	w := teamSite(t)
	action := hubRow + "/exclude"
	w.offers(hubRow, `action="`+action+`"`, auth.Editor)
	w.says(w.send(auth.Editor, action, w.filled(auth.Editor, hubRow, action)), http.StatusUnprocessableEntity, "Reason is missing")
	stale := w.filled(auth.Editor, hubRow, action, "reason", because)
	w.decide(correction("meanwhile"))
	w.says(w.send(auth.Editor, action, stale), http.StatusConflict, "Somebody else has decided on the same record since you opened the page. Nothing was changed.")
	w.sent(w.send(auth.Editor, action, w.filled(auth.Editor, hubRow, action, "reason", because)), hubRow+"?said=decided")
	w.says(w.get(auth.Editor, hubRow), 200, "Left out of the place by <a href=\"/decisions/D2\">D2</a>")
	if slices.Contains(links(w.page(auth.Reader, "/tables/organisations?text="+hub)), hubRow) {
		t.Error("what is left out is in the table")
	}
	if out := w.page(auth.Analyst, "/tables/organisations/export?format=csv"); strings.Contains(out, "\n"+hub+",") {
		t.Error("what is left out is in the table that is taken away")
	}
	w.sent(w.send(auth.Editor, "/decisions/D2/undo", fields("reason", because)), "/decisions/D2?said=undone")
	if !slices.Contains(links(w.page(auth.Reader, "/tables/organisations?text="+hub)), hubRow) {
		t.Error("what is taken in again is not in the table")
	}
}

// TestOrganisation_pairs says that two records are one organisation, and that they are not.
func TestOrganisation_pairs(t *testing.T) {
	w := teamSite(t)
	at := "/organisations/" + hub
	w.offers(at, `href="`+at+`/decide"`, auth.Editor)
	w.says(w.get(auth.Analyst, at+"/decide"), http.StatusForbidden)
	w.says(w.get(auth.Editor, at+"/decide?other=zzzz"), 200, "Nothing else is found by these words")
	found := w.page(auth.Editor, at+"/decide?other=university-of-sheffield")
	form := formTo(t, found, at+"/same")
	if form.Get("other") != "university-of-sheffield" {
		t.Fatalf("the id that was searched for does not come first: %v", form)
	}
	w.says(w.send(auth.Editor, at+"/same", form), http.StatusUnprocessableEntity, "Reason is missing")
	form.Set("reason", because)
	w.sent(w.send(auth.Editor, at+"/same", form), at+"/decide?said=decided")
	w.says(w.get(auth.Editor, at+"/decide"), 200, "Decisions on it", "Same", hub+" and university-of-sheffield")
	w.says(w.get(auth.Editor, "/organisations/university-of-sheffield/decide"), 200, "Same")
	w.says(w.send(auth.Editor, "/organisations/university-of-sheffield/different", fields("other", hub, "reason", because, "version", "0")), http.StatusConflict, "Somebody else has decided on the same record")
	w.sent(w.send(auth.Editor, "/organisations/university-of-sheffield/different", fields("other", hub, "reason", because, "version", "1")), "/organisations/university-of-sheffield/decide?said=decided")
	w.says(w.send(auth.Editor, at+"/same", fields("other", hub, "reason", because, "version", "0")), http.StatusUnprocessableEntity, "is the record itself")
	w.says(w.send(auth.Editor, at+"/same", fields("other", "nobody-at-all", "reason", because, "version", "0")), http.StatusUnprocessableEntity, "There is no organisation \"nobody-at-all\"")
	w.says(w.send(auth.Editor, at+"/same", fields("other", "", "reason", because, "version", "0")), http.StatusUnprocessableEntity, "There is no organisation")
	w.says(w.send(auth.Editor, at+"/same", fields("other", "university-of-sheffield", "reason", because)), http.StatusBadRequest, "open it again")
	w.says(w.send(auth.Editor, "/organisations/nobody-at-all/same", fields("other", hub, "reason", because, "version", "0")), http.StatusNotFound)
}

// TestOrganisation_places moves a site and judges an address.
func TestOrganisation_places(t *testing.T) {
	w := teamSite(t)
	at := "/organisations/" + hub
	form := w.filled(auth.Editor, at+"/decide", at+"/move")
	if form.Get("lat") != "53.387570" || form.Get("lon") != "-1.377850" || form.Get("site") != hub+":site" {
		t.Errorf("the form begins with %v", form)
	}
	for _, c := range []struct{ lat, lon, precision, says string }{{"48.8", "2.3", "", "is a number from 49.5 to 61.5"}, {"53", "east", "", "is a number from -9.5 to 2.5"}, {"", "-1", "", "is a number"}, {"53", "-1", "-5", "is a number from 0"}, {"NaN", "-1", "", "is a number"}} {
		w.says(w.send(auth.Editor, at+"/move", fields("site", hub+":site", "version", "0", "reason", because, "source", shown, "lat", c.lat, "lon", c.lon, "precision_m", c.precision)), http.StatusUnprocessableEntity, c.says)
	}
	for name, value := range map[string]string{"lat": "53.4", "lon": "-1.40000", "precision_m": "20", "reason": because, "source": "A visit, 2 November"} {
		form.Set(name, value)
	}
	w.sent(w.send(auth.Editor, at+"/move", form), at+"/decide?said=decided")
	d, err := w.book().One(t.Context(), w.people[auth.Reader], 1)
	if err != nil || d.Kind != decision.Move || d.Fields["lat"] != "53.4" || d.Fields["lon"] != "-1.4" || d.Before["lat"] != "53.387570" {
		t.Errorf("%+v, %v", d, err)
	}
	w.says(w.get(auth.Reader, "/decisions/D1"), 200, "Moved: site of "+hub, "53.387570", "A visit, 2 November")
	w.says(w.send(auth.Editor, at+"/move", form), http.StatusConflict)
	w.says(w.send(auth.Editor, at+"/move", fields("site", "university-of-sheffield:site", "version", "0", "reason", because, "source", shown, "lat", "53", "lon", "-1")), http.StatusBadRequest, "This organisation has no site")
	w.sent(w.send(auth.Editor, at+"/address", fields("address", "S60 5WG|1 Long Lane", "agent", "yes", "version", "0", "reason", because)), at+"/decide?said=decided")
	w.says(w.get(auth.Reader, "/decisions/D2"), 200, "Address: 1 Long Lane, S60 5WG", "yes")
	w.says(w.send(auth.Editor, at+"/address", fields("address", "S60 5WG|1 Long Lane", "agent", "perhaps", "version", "1", "reason", because)), http.StatusUnprocessableEntity, "is yes or no")
	w.says(w.send(auth.Editor, at+"/address", fields("address", "nowhere", "agent", "yes", "version", "0", "reason", because)), http.StatusUnprocessableEntity)
}

// TestDecided_built: what was decided is in the release that is built next, on every
// page, and is told from what the sources say.
func TestDecided_built(t *testing.T) {
	w := teamSite(t)
	w.sent(w.send(auth.Editor, hubEdit, w.filled(auth.Editor, hubEdit, hubEdit, "f.name", "Renamed Centre", "reason", because, "source", "A letter, 1 November")), hubRow+"?said=decided")
	w.sent(w.send(auth.Editor, "/organisations/"+hub+"/move", fields("site", hub+":site", "version", "0", "lat", "53.4", "lon", "-1.4", "reason", because, "source", shown)), "/organisations/"+hub+"/decide?said=decided")
	w.sent(w.send(auth.Editor, "/tables/organisations/rows/university-of-sheffield/exclude", fields("version", "0", "reason", because)), "/tables/organisations/rows/university-of-sheffield?said=decided")
	w.says(w.get(auth.Reader, "/builds"), 200, "3 decisions wait for the next one")
	dir := t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	w.serveBuild(dir)
	w.says(w.get(auth.Nobody, "/organisations/"+hub), 200, "Renamed Centre")
	w.says(w.get(auth.Nobody, "/organisations/university-of-sheffield"), http.StatusNotFound)
	w.says(w.get(auth.Reader, "/decisions/D1"), 200, "in force")
	w.says(w.get(auth.Reader, "/builds"), 200, "No decision waits for the next one")
	w.says(w.get(auth.Reader, hubRow), 200, "Advanced Manufacturing Research Centre (AMRC)", "Renamed Centre", "D1")
	w.says(w.get(auth.Reader, "/organisations/"+hub), 200, "What the sources say and what the team says", "Renamed Centre", "in force")
	form := w.filled(auth.Editor, "/organisations/"+hub+"/decide", "/organisations/"+hub+"/move")
	if form.Get("lat") != "53.400000" || form.Get("version") != "1" {
		t.Errorf("after the build the site is at %v", form)
	}
	// What the release has and what is undone since is told apart.
	w.sent(w.send(auth.Editor, "/decisions/D1/undo", fields("reason", because)), "/decisions/D1?said=undone")
	w.says(w.get(auth.Reader, "/decisions/D1"), 200, "undone; leaves with the next build")
	w.says(w.get(auth.Reader, "/builds"), 200, "One decision waits for the next one")
	if now := w.filled(auth.Editor, hubEdit, hubEdit); now.Get("f.name") != "Advanced Manufacturing Research Centre (AMRC)" {
		t.Errorf("after the undo the form begins with %q, though the release still says otherwise", now.Get("f.name"))
	}
}

// TestDecisions_list narrows the list, in pages and as a table.
func TestDecisions_list(t *testing.T) {
	w := teamSite(t)
	w.says(w.get(auth.Reader, "/decisions"), 200, "Nothing has been decided yet")
	w.says(w.get(auth.Nobody, "/decisions"), http.StatusUnauthorized)
	for range 120 {
		w.decide(correction("a note"))
	}
	w.decide(decision.Draft{Kind: decision.Exclude, Table: "ties", Subject: "t001", Reason: "No longer_so"})
	body := w.page(auth.Reader, "/decisions")
	if !strings.Contains(body, "of 121") || !strings.Contains(body, `rel="next"`) {
		t.Errorf("the list does not say how long it is: %s", texts(body, "p"))
	}
	for query, want := range map[string]string{"kind=exclude": "1 to 1 of 1", "table=ties": "1 to 1 of 1", "text=LONGER_SO": "1 to 1 of 1", "text=longerxso": "No decision passes these filters", "subject=t001": "1 to 1 of 1", "by=" + w.people[auth.Editor].PersonID: "of 121",
		"by=" + w.people[auth.Owner].PersonID: "No decision passes", "kind=nonsense": "No decision passes", "batch=none": "No decision passes", "page=2": "of 121"} {
		w.says(w.get(auth.Reader, "/decisions?"+query), 200, want)
	}
	w.says(w.get(auth.Reader, "/decisions?page=0"), http.StatusBadRequest)
	w.says(w.get(auth.Reader, "/decisions?page=x"), http.StatusBadRequest)
	rec := w.get(auth.Reader, "/decisions?kind=exclude&format=csv")
	if lines := strings.Split(strings.TrimSpace(rec.Body.String()), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[0], "decision,at,by,kind,table,subject,field,was,is,reason,source,state,undone_at") || !strings.Contains(lines[1], "t001") {
		t.Errorf("%q", lines)
	}
	w.says(w.get(auth.Reader, "/decisions/D999"), http.StatusNotFound)
	w.says(w.get(auth.Reader, "/decisions/nothing"), http.StatusNotFound, "decisions are called D1, D2 and so on")
}
