package api

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/auth"
	"milieu/internal/org"
)

// Paging gives every item of a list once, whatever the size of the pages and the order.
func TestPaging_once(t *testing.T) {
	w := demo(t)
	token := w.tokens[auth.Reader]
	for _, path := range []string{"organisations?limit=7", "organisations?limit=1000", "organisations?limit=50&sort=-name", "organisations?limit=10&role=driver", "ties?limit=9", "areas?limit=1",
		"observations?limit=97", "observations?limit=11&kind=indicator", "decisions?limit=1", "projects?limit=2", "participations?limit=3", "interventions?limit=7", "interventions?limit=3&category=skills"} {
		seen, total := map[string]bool{}, -1
		for next := "/api/v1/" + path; next != ""; {
			got := get(t, w.open, token, next)
			var p page[struct{ Set, ID string }]
			if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil || got.Code != http.StatusOK {
				t.Fatalf("%s: %d %v", next, got.Code, err)
			}
			if len(p.Items) == 0 {
				t.Errorf("%s is an empty page", next)
			}
			for _, i := range p.Items {
				key := i.Set + "/" + i.ID
				if seen[key] {
					t.Errorf("%s: %s is there twice", path, key)
				}
				seen[key] = true
			}
			if total >= 0 && total != p.Total || got.Header().Get("Milieu-Total") != strconv.Itoa(p.Total) {
				t.Errorf("%s: total %d, then %d, header %s", path, total, p.Total, got.Header().Get("Milieu-Total"))
			}
			total = p.Total
			link := ""
			if next = ""; p.Next != nil {
				next, link = *p.Next, "<"+*p.Next+`>; rel="next"`
			}
			if got.Header().Get("Link") != link {
				t.Errorf("%s: Link %q, next %q", path, got.Header().Get("Link"), next)
			}
		}
		if len(seen) != total {
			t.Errorf("%s: %d items seen, total %d", path, len(seen), total)
		}
	}
	if got := get(t, w.open, "", "/api/v1/organisations?offset=2147483647"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `"items":[]`) {
		t.Errorf("behind the end: %d %s", got.Code, got.Body)
	}
}

// A next link holds the filters, and a page of another release is refused.
func TestPaging_release(t *testing.T) {
	w := demo(t)
	p := read[page[organisationItem]](t, w.open, "", "/api/v1/organisations?role=driver&limit=3&format=json")
	next, err := url.Parse(*p.Next)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"role": {"driver"}, "limit": {"3"}, "offset": {"3"}, "format": {"json"}, "release": {p.Release}}
	if d := cmp.Diff(want, next.Query()); d != "" {
		t.Error(d)
	}
	wantProblem(t, get(t, w.open, "", strings.Replace(*p.Next, p.Release, "0123456789ab", 1)), otherRelease)
}

// rows reads a table.
func rows(t *testing.T, s *Server, token, path string) (header []string, out [][]string) {
	t.Helper()
	w := get(t, s, token, path)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Fatalf("%s: %d %v", path, w.Code, w.Header())
	}
	all, err := csv.NewReader(w.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

// Tables hold what JSON holds, all of it where no limit is given, and nothing that a
// spreadsheet would run.
func TestTables(t *testing.T) {
	w := demo(t)
	token := w.tokens[auth.Reader]
	for _, list := range []string{"organisations", "ties", "areas", "observations", "decisions", "projects", "participations", "linkage/pairs"} {
		total := read[page[json.RawMessage]](t, w.open, token, "/api/v1/"+list+"?limit=1").Total
		header, all := rows(t, w.open, token, "/api/v1/"+list+"?format=csv")
		if len(all) != total || total < 3 {
			t.Errorf("%s: %d rows of %d", list, len(all), total)
		}
		if _, some := rows(t, w.open, token, "/api/v1/"+list+"?format=csv&limit=2&offset=1"); cmp.Diff(all[1:3], some) != "" {
			t.Errorf("%s: rows 1 and 2 of the whole are %v, as a page %v", list, all[1:3], some)
		}
		for _, row := range all {
			for i, c := range row {
				if _, err := strconv.ParseFloat(c, 64); c != "" && err != nil && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
					t.Errorf("%s: %s of %s begins like a formula: %q", list, header[i], row[0], c)
				}
			}
		}
	}
	_, all := rows(t, w.open, "", "/api/v1/organisations?format=csv&q=hyperlink")
	if len(all) != 1 || all[0][1] != `'=HYPERLINK("http://example.org")` {
		t.Errorf("%q", all)
	}
	if got := read[page[organisationItem]](t, w.open, "", "/api/v1/organisations?q=hyperlink").Items[0].Name; got != `=HYPERLINK("http://example.org")` {
		t.Errorf("JSON holds %q", got)
	}
	if got := do(t, w.open, http.MethodHead, "", "/api/v1/organisations?format=csv"); got.Code != http.StatusOK || got.Header().Get("Milieu-Total") == "" || got.Body.Len() > 0 {
		t.Errorf("HEAD: %d, %d bytes", got.Code, got.Body.Len())
	}
}

// A list that is read in parts is the list, whatever the size of the parts.
func TestTables_parts(t *testing.T) {
	w := demo(t)
	s := New(w.open.cfg)
	for _, path := range []string{"", "&offset=13", "&role=driver", "&role=driver&offset=5", "&q=university", "&sort=name", "&offset=100000", "&origin=register"} {
		s.part = partDocs
		_, want := rows(t, s, "", "/api/v1/organisations?format=csv"+path)
		for _, s.part = range []int{1, 7, 50} {
			if _, got := rows(t, s, "", "/api/v1/organisations?format=csv"+path); cmp.Diff(want, got) != "" {
				t.Errorf("%q in parts of %d: %d rows, want %d", path, s.part, len(got), len(want))
			}
		}
		if path == "&role=driver&offset=5" && (len(want) == 0 || !strings.Contains(want[0][3], "driver")) {
			t.Errorf("%s: %v", path, want)
		}
	}
}

// Only some long lists are sent whole at once; short ones and pages always are.
func TestTables_atOnce(t *testing.T) {
	s := New(demo(t).open.cfg)
	for range mostStreams {
		s.streams <- struct{}{}
	}
	if got := get(t, s, "", "/api/v1/organisations?format=csv"); got.Code != http.StatusOK {
		t.Errorf("a short list: %d", got.Code)
	}
	s.part = 10
	got := get(t, s, "", "/api/v1/organisations?format=csv")
	wantProblem(t, got, unavailable)
	if got.Header().Get("Retry-After") == "" || got.Header().Get("Milieu-Total") != "" {
		t.Errorf("%v", got.Header())
	}
	if got := get(t, s, "", "/api/v1/organisations?format=csv&limit=10"); got.Code != http.StatusOK {
		t.Errorf("a page: %d", got.Code)
	}
}

func TestOrganisations_filters(t *testing.T) {
	w := demo(t)
	snap := w.shelf.Acquire()
	defer snap.Release()
	for path, f := range map[string]org.Filter{"": {}, "role=driver": {Role: "driver"}, "origin=team": {Origin: "team"}, "origin=register": {Origin: "register"},
		"area_set=team&area=amp": {AreaSet: "team", AreaID: "amp"}, "role=firm&area_set=team&area=amp&sort=name": {Role: "firm", AreaSet: "team", AreaID: "amp"}} {
		want, err := org.Total(ctx, snap.DB, f)
		if err != nil {
			t.Fatal(err)
		}
		p := read[page[organisationItem]](t, w.open, "", "/api/v1/organisations?limit=1000&"+path)
		if p.Total != want || len(p.Items) != want {
			t.Errorf("%s: %d, %d items, want %d", path, p.Total, len(p.Items), want)
		}
		for _, o := range p.Items {
			if f.Role != "" && !slices.Contains(o.Roles, f.Role) || f.Origin != "" && o.Origin != f.Origin {
				t.Errorf("%s lets %s through", path, o.ID)
			}
			if o.Employees != nil && *o.Employees == 0 {
				t.Errorf("%s: employees that are not known are 0", o.ID)
			}
		}
	}
	names := read[page[organisationItem]](t, w.open, "", "/api/v1/organisations?limit=1000&sort=-name").Items
	if !slices.IsSortedFunc(names, func(a, b organisationItem) int {
		return strings.Compare(strings.ToLower(b.Name), strings.ToLower(a.Name))
	}) {
		t.Error("not sorted by name")
	}
	for _, path := range []string{"role=king", "section=Z", "section=c", "origin=both", "sort=size", "area_set=team", "area=amp", "area_set=team&area=nowhere", "limit=0", "limit=1001", "limit=99999999999999999999", "limit=ten", "limit=-1", "limit=1e3", "offset=-1", "role=", "q=+", "role=firm&role=driver", "q=%00", "q=%ff", "q=%zz", "a=1;b=2"} {
		wantProblem(t, get(t, w.open, "", "/api/v1/organisations?"+path), badParameter)
	}
	p := wantProblem(t, get(t, w.open, "", "/api/v1/organisations?rol=firm"), unknownParameter)
	if !strings.Contains(p.Detail, "area_set") || !strings.Contains(p.Detail, `"rol"`) {
		t.Errorf("%+v", p)
	}
	wantProblem(t, get(t, w.open, "", "/api/v1/organisations?q="+strings.Repeat("a", 201)), badParameter)
	wantProblem(t, get(t, w.open, "", "/api/v1/organisations?q="+strings.Repeat("a", 5000)), badParameter)
}

// What looks like SQL is text, in every parameter and path.
func TestSQL_isText(t *testing.T) {
	w := demo(t)
	token := w.tokens[auth.Owner]
	for _, s := range []string{"' or 1=1 --", "'; drop table organisation; --", `") union select 1`, "$1", "%", "_", `\`, "firm'--", "1; select pg_sleep(9)", "\u202e", "O'Brien"} {
		v := url.QueryEscape(s)
		for _, e := range w.open.endpoints {
			for _, p := range e.params {
				got := get(t, w.open, token, an(e.pattern)+"?"+strings.ReplaceAll(p, " ", "")+"="+v)
				if got.Code != http.StatusOK && got.Code != http.StatusBadRequest && got.Code != http.StatusConflict {
					t.Errorf("%s?%s=%s: %d %s", e.pattern, p, s, got.Code, got.Body)
				}
				if got.Code == http.StatusOK && p != "q" && strings.Contains(got.Body.String(), `"total"`) {
					var l page[json.RawMessage]
					if err := json.Unmarshal(got.Body.Bytes(), &l); err != nil || l.Total != 0 {
						t.Errorf("%s?%s=%s lets %d through, %v", e.pattern, p, s, l.Total, err)
					}
				}
			}
			if strings.Contains(e.pattern, "{") {
				path := strings.NewReplacer("{id}", url.PathEscape(s), "{set}", url.PathEscape(s)).Replace(e.pattern)
				wantProblem(t, get(t, w.open, token, path), notFound)
			}
		}
	}
	found := read[page[organisationItem]](t, w.open, "", "/api/v1/organisations?q=O%27Brien")
	if found.Total != 1 || found.Items[0].ID != "quoted" {
		t.Errorf("%+v", found)
	}
}

func TestTies(t *testing.T) {
	w := demo(t)
	all := read[page[tieItem]](t, w.open, "", "/api/v1/ties?limit=1000").Items
	one := read[page[tieItem]](t, w.open, "", "/api/v1/ties?organisation=university-of-sheffield&kind="+all[0].Kind+"&limit=1000").Items
	want := 0
	for _, i := range all {
		if i.Kind == all[0].Kind && (i.From.ID == "university-of-sheffield" || i.To.ID == "university-of-sheffield") {
			want++
		}
		if i.AmountP != nil && *i.AmountP%100 != 0 && *i.AmountP < 100 {
			t.Errorf("%s: %d pence", i.ID, *i.AmountP)
		}
	}
	if len(one) != want {
		t.Errorf("%d ties, want %d", len(one), want)
	}
	wantProblem(t, get(t, w.open, "", "/api/v1/ties?kind=envies"), badParameter)
	wantProblem(t, get(t, w.open, "", "/api/v1/ties?organisation=nobody"), badParameter)
	if p := read[page[tieItem]](t, w.open, "", "/api/v1/ties?organisation=quoted"); p.Total != 0 {
		t.Errorf("%d ties of an organisation that has none", p.Total)
	}
	lines := read[tieCollection](t, w.open, "", "/api/v1/ties?format=geojson&limit=1000")
	if len(lines.Features)+lines.Unplaced != len(all) || len(lines.Features) == 0 {
		t.Errorf("%d lines and %d without, of %d", len(lines.Features), lines.Unplaced, len(all))
	}
}

// The bounds of a cell are those of its table, and nobody makes up others.
func TestObservations(t *testing.T) {
	w := demo(t)
	// The line of the example's employment.csv.
	cell := read[page[observationItem]](t, w.open, "", "/api/v1/observations?area=Great+Britain&industry=01&year=2015").Items
	if len(cell) != 1 || *cell[0].Value != 386960 || *cell[0].Lower != 371390 || *cell[0].Upper != 405322 || *cell[0].Unit != "jobs" || cell[0].Record.Line != 2 {
		t.Fatalf("%+v", cell)
	}
	single := read[page[observationItem]](t, w.open, "", "/api/v1/observations?place=amp&indicator=SHARE+of+jobs+in+advanced+manufacturing").Items
	if len(single) != 1 || *single[0].Value != 66 || single[0].Lower != nil || *single[0].Status != "fact" || single[0].AreaCode != nil {
		t.Errorf("%+v", single)
	}
	for _, path := range []string{"year=0", "year=two", "kind=both"} {
		wantProblem(t, get(t, w.open, "", "/api/v1/observations?"+path), badParameter)
	}
}

func TestAreas(t *testing.T) {
	w := demo(t)
	p := read[areaPage](t, w.open, "", "/api/v1/areas?set=team")
	if len(p.Sets) == 0 || p.Total != len(p.Items) || p.Items[0].Box == nil {
		t.Fatalf("%+v", p)
	}
	for _, a := range p.Items {
		held := read[page[organisationItem]](t, w.open, "", "/api/v1/organisations?limit=1&area_set="+a.Set+"&area="+a.ID).Total
		if int64(held) != a.Organisations {
			t.Errorf("%s holds %d, and %d are listed", a.ID, a.Organisations, held)
		}
		if a.Counted == 0 && a.Employees != nil {
			t.Errorf("%s: nobody states employees, and they are %d", a.ID, *a.Employees)
		}
	}
	wantProblem(t, get(t, w.open, "", "/api/v1/areas?set=parishes"), badParameter)
	wantProblem(t, get(t, w.open, "", "/api/v1/areas/team/"), notFound)
}

func TestOrganisation(t *testing.T) {
	w := demo(t)
	o := read[organisationAnswer](t, w.open, "", "/api/v1/organisations/university-of-sheffield").Organisation
	if o.Name != "University of Sheffield" || len(o.Identifiers) == 0 || len(o.Sites) == 0 || len(o.Ties) == 0 || len(o.Activities) == 0 || o.Employees != nil || len(o.Sites[0].Areas) > 0 && o.Sites[0].Areas[0].URL == "" {
		t.Errorf("%+v", o)
	}
	if o.Note == nil || *o.Note != "founded 1905" {
		t.Error("the decision is not in the release")
	}
	wantProblem(t, get(t, w.open, "", "/api/v1/organisations/nobody"), notFound)
	wantProblem(t, get(t, w.open, "", "/api/v1/organisations/a%2Fb"), notFound)
}

// Answers that have not changed are not sent again; those of another form are.
func TestUnchanged(t *testing.T) {
	w := demo(t)
	for _, path := range []string{"/api/v1", "/api/v1/openapi.yaml", "/api/v1/organisations?role=driver&limit=2", "/api/v1/organisations?limit=2&role=driver", "/api/v1/areas/team/amp"} {
		tag := get(t, w.open, "", path).Header().Get("ETag")
		for _, sent := range []string{tag, strings.TrimPrefix(tag, "W/"), `"other", ` + tag, "*"} {
			if got := get(t, w.open, "", path, "If-None-Match", sent); got.Code != http.StatusNotModified || got.Body.Len() > 0 || got.Header().Get("ETag") != tag {
				t.Errorf("%s with %s: %d", path, sent, got.Code)
			}
		}
		if got := get(t, w.open, "", path, "If-None-Match", `"other"`); got.Code != http.StatusOK {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
	tags := map[string]string{}
	for _, path := range []string{"/api/v1/organisations", "/api/v1/organisations?format=csv", "/api/v1/organisations?limit=2", "/api/v1/organisations?offset=100", "/api/v1/ties"} {
		tag := get(t, w.open, "", path).Header().Get("ETag")
		if tags[tag] != "" {
			t.Errorf("%s and %s have one tag", tags[tag], path)
		}
		tags[tag] = path
	}
	if h := get(t, w.open, w.tokens[auth.Reader], "/api/v1/decisions").Header(); h.Get("ETag") != "" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("decisions may be kept: %v", h)
	}
	if h := get(t, w.closed, w.tokens[auth.Reader], "/api/v1/organisations").Header(); h.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("data of a closed workspace may be shared: %v", h)
	}
}

// A table that fails before its first row is a problem; one that fails later ends the
// connection, so that nobody takes the half of it for the whole.
func TestTables_fault(t *testing.T) {
	s := New(demo(t).open.cfg)
	s.cfg.Log, s.part = slog.New(slog.DiscardHandler), 1000
	for path, n := range map[string]int{"/api/v1/soon": 0, "/api/v1/late": 5000} {
		s.register(endpoint{path, auth.ReadPublic, []format{asCSV}, []string{"limit", "offset"}, func(a *ask) error {
			return s.table(a, a.window(), n, "probe", []string{"n"}, func(row func(...string) error) error {
				for i := range n {
					if err := row(strconv.Itoa(i)); err != nil {
						return err
					}
				}
				return errors.New("the disk is gone")
			})
		}, nil})
	}
	wantProblem(t, get(t, s, "", "/api/v1/soon"), internal)
	srv := httptest.NewUnstartedServer(s.Handler())
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	srv.Start()
	defer srv.Close()
	resp, err := srv.Client().Get(srv.URL + "/api/v1/late")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("half a table looks whole")
	}
	if len(s.streams) != 0 {
		t.Errorf("%d tables are still being sent", len(s.streams))
	}
}

// What linkage made of the grants: pairs by verdict, whose parts add up; records with how they
// are joined; and who takes part in what.
func TestLinkedData(t *testing.T) {
	w := demo(t)
	all := read[page[pairItem]](t, w.open, "", "/api/v1/linkage/pairs?limit=1000")
	byVerdict := map[string]int{}
	for _, p := range all.Items {
		sum := 0.0
		for _, part := range p.Why {
			sum += part.Weight
		}
		if math.Abs(sum-p.Weight) > 1e-5 || p.A.Key >= p.B.Key || p.Probability < 0 || p.Probability > 1 {
			t.Errorf("the parts of %+v add up to %v", p, sum)
		}
		byVerdict[p.Verdict]++
	}
	if len(all.Items) != all.Total || byVerdict[org.VerdictJoined] == 0 {
		t.Errorf("%d pairs of %d, %v", len(all.Items), all.Total, byVerdict)
	}
	for _, verdict := range org.Verdicts {
		if got := read[page[pairItem]](t, w.open, "", "/api/v1/linkage/pairs?verdict="+verdict); got.Total != byVerdict[verdict] {
			t.Errorf("%s: %d pairs, want %d", verdict, got.Total, byVerdict[verdict])
		}
	}
	wantProblem(t, get(t, w.open, "", "/api/v1/linkage/pairs?verdict=maybe"), badParameter)
	wantProblem(t, get(t, w.closed, "", "/api/v1/linkage/pairs"), tokenNeeded)

	parts := read[page[participationItem]](t, w.open, "", "/api/v1/participations?role=recipient&source=grants")
	if parts.Total != 6 || parts.Items[0].AmountMinor == nil || *parts.Items[0].Currency != "GBP" || parts.Items[0].Record.Source != "grants" {
		t.Errorf("%+v", parts)
	}
	if got := read[page[participationItem]](t, w.open, "", "/api/v1/participations?funder=360g-GB-GOR-X1"); got.Total != 6 {
		t.Errorf("%d are paid by the fund", got.Total)
	}
	if got := read[page[projectItem]](t, w.open, "", "/api/v1/projects?q=AWARD+3"); got.Total != 1 || *got.Items[0].Title != "Award 3" {
		t.Errorf("%+v", got)
	}
	of := read[organisationAnswer](t, w.open, "", "/api/v1/organisations/university-of-sheffield").Organisation
	joined := 0
	for _, r := range of.Records {
		if r.JoinedBy == "evidence" && r.Weight != nil && r.Probability != nil && r.With != nil {
			joined++
		}
	}
	if joined == 0 || len(of.Names) == 0 || len(of.Participations) == 0 || of.Participations[0].Organisation.ID != of.ID {
		t.Errorf("%+v %+v %+v", of.Records, of.Names, of.Participations)
	}
	if got := read[page[participationItem]](t, w.open, "", "/api/v1/participations?organisation=university-of-sheffield"); got.Total != len(of.Participations) {
		t.Errorf("%d parts in the list, %d of the organisation", got.Total, len(of.Participations))
	}
}
