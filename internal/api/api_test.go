package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/lake"
	"milieu/internal/live"
	"milieu/internal/network"
	"milieu/internal/network/predict"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/profile"
	"milieu/internal/sector"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

var ctx = context.Background()

// world is the bundled example with hostile rows and decisions, built once, and two
// workspaces of people in one store.
type world struct {
	dir      string
	shelf    *live.Shelf
	db       *store.DB
	people   *auth.Service
	book     decision.Book
	open     *Server // to everybody
	closed   *Server
	readOnly *Server // without people
	other    *Server // of the workspace elsewhere, with the same store
	tokens   map[auth.Role]string
	expired  string
	revoked  string
	foreign  string // an owner of elsewhere
}

var (
	theWorld *world
	worldErr error
	once     sync.Once
)

func TestMain(m *testing.M) {
	code := m.Run()
	if theWorld != nil {
		theWorld.shelf.Close()
		_ = theWorld.db.Close()
		_ = os.RemoveAll(theWorld.dir) // a temporary folder that stays is no fault of a test
	}
	os.Exit(code)
}

func demo(t testing.TB) *world {
	t.Helper()
	once.Do(func() { theWorld, worldErr = newWorld() })
	if worldErr != nil {
		t.Fatal(worldErr)
	}
	return theWorld
}

// clock moves a second each time it is read, so that nobody asks too often.
func clock() func() time.Time {
	var n atomic.Int64
	return func() time.Time { return storetest.Start.Add(time.Duration(n.Add(1)) * time.Second) }
}

func newWorld() (*world, error) {
	dir, err := os.MkdirTemp("", "milieu-api-")
	if err != nil {
		return nil, err
	}
	w := &world{dir: dir, tokens: map[auth.Role]string{}}
	if w.db, err = store.Open(ctx, store.Options{File: filepath.Join(dir, "store", "workspace.db"), Now: storetest.Clock()}); err != nil {
		return nil, err
	}
	w.book = decision.Book{DB: w.db, Workspace: "amid", Now: storetest.Clock()}
	w.people = auth.New(auth.Options{DB: w.db, Workspace: "amid", Now: storetest.Clock()})
	if err := w.addPeople(); err != nil {
		return nil, err
	}
	if err := w.decide(); err != nil {
		return nil, err
	}
	if err := w.build(); err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	elsewhere := decision.Book{DB: w.db, Workspace: "elsewhere", Now: storetest.Clock()}
	w.open = New(Config{Shelf: w.shelf, Auth: w.people, Book: &w.book, Log: log, Now: clock()})
	w.closed = New(Config{Shelf: w.shelf, Auth: w.people, Book: &w.book, Closed: true, Log: log, Now: clock()})
	w.readOnly = New(Config{Shelf: w.shelf, Log: log, Now: clock()})
	w.other = New(Config{Shelf: w.shelf, Auth: auth.New(auth.Options{DB: w.db, Workspace: "elsewhere", Now: storetest.Clock()}), Book: &elsewhere, Log: log, Now: clock()})
	return w, nil
}

func actor(workspace string, role auth.Role) auth.Actor {
	return auth.Actor{Workspace: workspace, PersonID: string(role) + "-" + workspace, Name: string(role), Role: role, Via: auth.ViaWeb}
}

// addPeople puts one person of each role into both workspaces and makes their tokens.
func (w *world) addPeople() error {
	err := w.db.Update(ctx, func(q store.Querier) error {
		for _, workspace := range []string{"amid", "elsewhere"} {
			for _, role := range auth.Roles {
				a := actor(workspace, role)
				if _, err := q.ExecContext(ctx, `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $2, $3, '', '', '', '')`,
					a.PersonID, a.PersonID+"@example.org", "Pat "+a.Name); err != nil {
					return err
				}
				if _, err := q.ExecContext(ctx, `insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ($1, $2, $3, '', '', '')`, workspace, a.PersonID, role); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, role := range auth.Roles {
		owner := role
		if !role.May(auth.OwnTokens) {
			owner = auth.Analyst // whose token has a smaller role
		}
		if w.tokens[role], _, err = w.people.NewToken(ctx, actor("amid", owner), "test", role, 30); err != nil {
			return err
		}
	}
	long := storetest.Start.Add(-60 * 24 * time.Hour)
	before := auth.New(auth.Options{DB: w.db, Workspace: "amid", Now: func() time.Time { return long }})
	if w.expired, _, err = before.NewToken(ctx, actor("amid", auth.Owner), "old", auth.Owner, 1); err != nil {
		return err
	}
	var made auth.Token
	if w.revoked, made, err = w.people.NewToken(ctx, actor("amid", auth.Owner), "lost", auth.Owner, 30); err != nil {
		return err
	}
	if err := w.people.RevokeToken(ctx, actor("amid", auth.Owner), made.ID); err != nil {
		return err
	}
	elsewhere := auth.New(auth.Options{DB: w.db, Workspace: "elsewhere", Now: storetest.Clock()})
	w.foreign, _, err = elsewhere.NewToken(ctx, actor("elsewhere", auth.Owner), "test", auth.Owner, 30)
	return err
}

// decide makes D1 (applied), D2 (undone) and D3 (made after the release) in amid, and
// D1 in elsewhere.
func (w *world) decide() error {
	set := func(subject, field, value string, version int64) decision.Draft {
		return decision.Draft{Kind: decision.Set, Table: decision.Organisations, Subject: subject, Fields: map[string]string{field: value}, Reason: "=read it", Source: "https://example.org/a", Version: version}
	}
	ed := actor("amid", auth.Editor)
	if _, err := w.book.Decide(ctx, ed, set("university-of-sheffield", "notes", "founded 1905", 0)); err != nil {
		return err
	}
	if _, err := w.book.Decide(ctx, ed, set("university-of-sheffield", "kind", "college", 1)); err != nil {
		return err
	}
	if err := w.book.Undo(ctx, actor("amid", auth.Manager), 2, "it is none"); err != nil {
		return err
	}
	elsewhere := decision.Book{DB: w.db, Workspace: "elsewhere", Now: storetest.Clock()}
	_, err := elsewhere.Decide(ctx, actor("elsewhere", auth.Editor), set("secret-works", "notes", "elsewhere only", 0))
	return err
}

// hostile is rows for the organisations' table that a spreadsheet, a database or a page could
// take for something else.
const hostile = `injected,"=HYPERLINK(""http://example.org"")",firm,"@SUM(1)","-2+3",,,,"+cmd|' /C calc'!A0",-1.38,53.39,hand,100,https://example.org/x,2020,"=1+1"
quoted,"O'Brien; drop table organisation; --, ""Ltd""",firm,company,,,,,,,,,,https://example.org/x,,<script>
`

// grants are records that linkage compares with those of the table, and with each other: the
// name of one is a formula.
func (w *world) grants() error {
	var all []string
	for i, name := range []string{"University of Sheffield", "Univ. of Sheffield", "Sheffield University, The", "=HYPERLINK(\"http://example.org\")", "Advanced Manufacturing Research Centre", "AMRC with Boeing"} {
		quoted, err := json.Marshal(name)
		if err != nil {
			return err
		}
		all = append(all, fmt.Sprintf(`{"id": "360G-x-%d", "title": "Award %d", "currency": "GBP", "amountAwarded": %d, "awardDate": "2020-03-01", "recipientOrganization": [{"name": %s, "postalCode": "S10 2TN"}],
"fundingOrganization": [{"id": "GB-GOR-X1", "name": "Example Fund"}]}`, i, i, 1000*(i+1), quoted))
	}
	if err := os.WriteFile(filepath.Join(w.dir, "grants.json"), []byte(`{"grants": [`+strings.Join(all, ",")+`]}`), 0o600); err != nil {
		return err
	}
	file := filepath.Join(w.dir, evidence.File)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, "\n[[source]]\nid = \"grants\"\ntype = \"360giving\"\npath = \"grants.json\"\n"...), 0o600)
}

func (w *world) build() error {
	if _, err := example.Write(example.AMID, w.dir, false); err != nil {
		return err
	}
	file := filepath.Join(w.dir, "tables", "organisations.csv")
	table, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(table, hostile...), 0o600); err != nil {
		return err
	}
	if err := w.grants(); err != nil {
		return err
	}
	ws, err := evidence.OpenWorkspace(w.dir)
	if err != nil {
		return err
	}
	places, err := place.Stages()
	if err != nil {
		return err
	}
	orgs, err := org.Stages(org.Settings{SameAddress: ws.Registration.SameAddress, SamePostcode: ws.Registration.SamePostcode})
	if err != nil {
		return err
	}
	lines, err := w.book.Lines(ctx)
	if err != nil {
		return err
	}
	stages := append(append(append(append([]lake.Stage{}, places...), orgs...), network.Stages()...), predict.Stages()...)
	for _, of := range []func() ([]lake.Stage, error){func() ([]lake.Stage, error) {
		list, err := sector.Load(ws.Dir, ws.Sectors)
		return sector.Stages(list, ws.Sectors), err
	}, profile.Stages} {
		more, err := of()
		if err != nil {
			return err
		}
		stages = append(stages, more...)
	}
	if _, err := evidence.Build(ctx, ws, evidence.BuildOptions{Stages: stages, Now: storetest.Clock(), MemoryMB: 512, Decisions: lines}); err != nil {
		return err
	}
	if _, err := w.book.Decide(ctx, actor("amid", auth.Editor), decision.Draft{Kind: decision.Set, Table: decision.Organisations, Subject: "injected", Fields: map[string]string{"notes": "later"}, Reason: "new", Source: "a call"}); err != nil {
		return err
	}
	w.shelf, err = live.New(ctx, ws, slog.New(slog.DiscardHandler))
	return err
}

// get asks for an address, with a token where one is given.
func get(t testing.TB, s *Server, token, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return do(t, s, http.MethodGet, token, path, header...)
}

func do(t testing.TB, s *Server, method, token, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// read decodes an answer that must be there.
func read[T any](t testing.TB, s *Server, token, path string) T {
	t.Helper()
	w := get(t, s, token, path)
	var out T
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return out
}

// wantProblem checks that an answer is a problem of a kind which says what to do.
func wantProblem(t testing.TB, w *httptest.ResponseRecorder, k kind) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Errorf("status %d is no problem: %v\n%s", w.Code, err, w.Body)
		return p
	}
	if w.Code != k.status || p.Status != k.status || p.Type != k.typ() || p.Title != k.title || len(p.Detail) < 20 || p.Instance == "" {
		t.Errorf("%d %+v, want %s", w.Code, p, k.name)
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("a problem is %s", ct)
	}
	if cc := w.Header().Get("Cache-Control"); cc != "no-store" {
		t.Errorf("a problem may be kept: %q", cc)
	}
	return p
}

// an is an address of each route that has something at it.
func an(pattern string) string {
	return strings.NewReplacer("areas/{set}/{id}", "areas/team/amp", "decisions/{id}", "decisions/D1", "interventions/{id}", "interventions/south-yorkshire-investment-zone", "{id}", "university-of-sheffield").Replace(pattern)
}

func TestIndex(t *testing.T) {
	w := demo(t)
	got := read[indexAnswer](t, w.open, "", "/api/v1")
	if len(got.Links) != len(w.open.endpoints) || len(got.Sources) < 5 || got.Release == "" {
		t.Errorf("%+v", got)
	}
	for _, s := range got.Sources {
		if s.Licence == "" {
			t.Errorf("source %s has no licence", s.ID)
		}
	}
	for _, l := range got.Links {
		if wants := strings.Contains(l.URL, "decisions"); l.Token != wants {
			t.Errorf("%s takes a token: %v", l.URL, l.Token)
		}
	}
	if alone := read[indexAnswer](t, w.readOnly, "", "/api/v1"); len(alone.Links) != len(got.Links)-2 {
		t.Errorf("a server without people lists %d addresses", len(alone.Links))
	}
}

// Every item of the release says on which line of which source it stands.
func TestEveryItem_hasRecord(t *testing.T) {
	w := demo(t)
	sources := map[string]bool{}
	for _, s := range read[indexAnswer](t, w.open, "", "/api/v1").Sources {
		sources[s.ID] = true
	}
	for _, list := range []string{"organisations", "ties", "areas", "observations"} {
		for _, i := range read[page[struct{ Record record }]](t, w.open, "", "/api/v1/"+list+"?limit=1000").Items {
			if !sources[i.Record.Source] || i.Record.File == "" || i.Record.Line < 1 {
				t.Errorf("%s: %+v", list, i)
			}
		}
	}
}

// BenchmarkOrganisations says what one in a hundred requests for a page waits.
func BenchmarkOrganisations(b *testing.B) {
	s := demo(b).open
	for _, path := range []string{"/api/v1/organisations", "/api/v1/organisations?q=university", "/api/v1/organisations?format=geojson", "/api/v1/organisations?format=csv", "/api/v1/organisations/university-of-sheffield", "/api/v1/observations?limit=1000"} {
		b.Run(strings.TrimPrefix(path, "/api/v1/"), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				begin := time.Now()
				if w := get(b, s, "", path); w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body)
				}
				took = append(took, time.Since(begin))
			}
			b.ReportMetric(float64(percentile(took, 0.99).Microseconds())/1000, "p99-ms")
		})
	}
}

func percentile(d []time.Duration, p float64) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]
}
