package web

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/job"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// injections are texts that would mean something to a database, a pattern or a reader
// of numbers if they ever got there as more than a value.
var injections = []string{
	`' or 1=1 --`, `"; drop table decision; --`, `'; delete from member where '1'='1`, `') union select email, password_hash from person --`, `\'; --`, `$1`, `?`, `%`, `_%!`, `*`,
	"a\x00b", "\xff\xfe\xc3", strings.Repeat("'", 3000), noise(100_000), "9223372036854775808", "1e999", "-1", "NaN",
}

// noise is a long text that no database can pack, the same each time.
func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

// eachTeamSite runs a test on a team site of each kind of store.
func eachTeamSite(t *testing.T, f func(t *testing.T, w *teamWorld)) {
	t.Run(store.SQLite, func(t *testing.T) { f(t, teamSite(t)) })
	t.Run(store.PostgreSQL, func(t *testing.T) {
		db, err := store.Open(t.Context(), store.Options{URL: storetest.Database(t), Now: testNow})
		if err != nil {
			t.Fatal(err)
		}
		w := teamSite(t, func(team *Team, o *auth.Options) {
			team.Book.DB, o.DB = db, db
			team.Jobs = job.New(job.Runner{DB: db, Workspace: teamWorkspace, Now: team.Book.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
				Kinds: map[string]job.Func{BuildJob: func(context.Context, *job.Run) error { return nil }}})
		})
		was := w.db
		w.db = db // closed with the test, as the other would have been
		err = db.Update(t.Context(), func(q store.Querier) error {
			l, err := db.Load(t.Context(), q)
			if err == nil {
				err = store.Dump(t.Context(), was.Read(), l.Row)
			}
			if err == nil {
				err = l.Close()
			}
			return err
		})
		if err == nil {
			err = was.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		f(t, w)
	})
}

// parameters are all that addresses of the site know in their query.
var parameters = []string{"q", "text", "other", "next", "said", "kind", "table", "batch", "subject", "by", "state", "actor", "action", "from", "to", "before", "verify", "page", "format", "sort", "role", "name",
	"section", "area", "origin", "placed", "class", "set", "mass", "at", "bbox", "lens", "budget", "existing", "regions", "region", "stages", "stage", "ref", "release", "min", "year", "against", "small",
	"nodes", "ties", "show", "horizon", "scope", "benefits", "from_id", "from_name", "host_id", "host", "scheme", "status", "a", "b", "list", "source",
	"shape", "kept", "near", "m", "site", "join", "made", "postcode", "level", "units", "basis",
	"value", "method", "classes", "breaks", "over", "clusters", "zoom", "take", "chart", "cite",
	"sector", "weights", "simulations", "indicator", "flagged", "words", "industries", "with",
	"org", "theme", "pairs", "number", "share", "trust", "call", "swap", "topics", "places", "within", "max_members", "fixed", "excluded",
	"more", "years", "place", "view", "leave", "groups", "as", "steps", "since", "key", "survey", "edit", "code",
	"move", "put", "last", "yearly", "rate", "length", "needs", "also", "hit", "reject", "trial", "wait", "returns",
	"of", "again", "n", "max", "least", "anchor", "areas", "strata", "margin", "response", "total", "minimum", "takeall", "rule", "seed", "stratum", "email", "organisation", "find", "part", "light", "on", "day", "amount", "enterprises", "publish", "note", "doubt", "order", "draws", "assume", "start", "capamount", "capyear", "capfunder", "placename", "placeshare", "cap", "worth", "include", "now", "try", "title", "plan", "figure"}

// TestParameters_all: the list above has every parameter that the code reads.
func TestParameters_all(t *testing.T) {
	known := map[string]bool{}
	for _, p := range parameters {
		known[p] = true
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	reads := regexp.MustCompile(`(?:\bq|\bv|Query\(\))(?:\.Get\(|\.Has\(|\[)"([a-z_]+)"`)
	found := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reads.FindAllStringSubmatch(string(text), -1) {
			if found++; !known[m[1]] {
				t.Errorf("%s reads %q from the query: name it in parameters", f.Name(), m[1])
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d reads of a parameter were found: the pattern no longer fits the code", found)
	}
}

// realPath fills the wildcards of a pattern with what is there, as far as anything is.
func realPath(pattern string) string {
	for wild, value := range map[string]string{"/organisations/{id}": "/organisations/" + hub, "rows/{id}": "rows/" + hub, "/priorities/{id}": "/priorities/compass-composites-facility", "/sources/{id}": "/sources/ties",
		"employment/{slug}": "employment/south-yorkshire", "growth/{slug}": "growth/south-yorkshire", "similar/{slug}": "similar/south-yorkshire", "/sectors/{id}": "/sectors/metals", "{sector}": "metals", "{set}/{id}": "team/amp", "{set}": "team"} {
		pattern = strings.ReplaceAll(pattern, wild, value)
	}
	return samplePath(pattern)
}

// wilds are the parts of a pattern that a visitor can write as he likes.
var wilds = regexp.MustCompile(`\{(id|table|slug|sector|n|criterion|part)\}`)

// TestAttack_queries puts the texts into every parameter of every page, as the owner,
// who gets everywhere.
func TestAttack_queries(t *testing.T) {
	if testing.Short() {
		t.Skip("it asks for thousands of pages")
	}
	eachTeamSite(t, func(t *testing.T, w *teamWorld) {
		w.other()
		w.decide(correction("x"))
		before, asked := w.made(), 0
		ask := func(path string) {
			asked++
			rec := w.do(w.request(auth.Owner, http.MethodGet, path, nil))
			if rec.Code >= 500 || rec.Code < 200 {
				t.Errorf("%.200s: status %d", path, rec.Code)
			}
			if strings.Contains(rec.Body.String(), otherSecret) || strings.Contains(rec.Body.String(), "argon2") {
				t.Errorf("%.200s: the answer holds what nobody asked for", path)
			}
		}
		for i, route := range w.site.Routes() {
			if route.Method != http.MethodGet || route.Pattern == "/enter/{secret}" {
				continue
			}
			// Public pages read the release, whatever the store is.
			if public := route.Action == auth.ReadPublic; public && w.db.Dialect() != store.SQLite {
				continue
			}
			for k, p := range parameters { // not every text in each, but each in many
				if spared(route.Pattern, p, i+k) {
					continue
				}
				ask(realPath(route.Pattern) + "?" + url.Values{p: {injections[(i+k)%len(injections)]}}.Encode())
			}
			for _, text := range injections {
				if spared(route.Pattern, "format", i) {
					continue
				}
				ask(strings.ReplaceAll(realPath(wilds.ReplaceAllString(route.Pattern, "\x01")), "\x01", url.PathEscape(text)))
			}
		}
		for _, text := range injections {
			for page, names := range map[string][]string{"/decisions": {"text", "kind", "table", "batch", "subject", "by", "state", "page"}, "/audit": {"subject", "actor", "action", "from", "to", "before"},
				"/tables/organisations": {"text", "page"}, "/organisations/" + hub + "/decide": {"other"}, "/organisations": {"name", "role", "section", "area", "origin", "sort"}, "/search": {"q"}, "/review": {"a", "b", "list", "source", "page"}, "/linkage/pair": {"a", "b"}, "/linkage": {"table"}} {
				for _, p := range names {
					ask(page + "?" + url.Values{p: {text}}.Encode())
				}
			}
		}
		t.Logf("%d requests", asked)
		w.unmade(before, "asking")
	})
}

// made is what the store holds without the log, into which also exports are written.
func (w *teamWorld) made() []string {
	w.t.Helper()
	var out []string
	for _, line := range w.kept() {
		if !strings.HasPrefix(line, "audit_") {
			out = append(out, line)
		}
	}
	return out
}

func (w *teamWorld) unmade(before []string, after string) {
	w.t.Helper()
	if now := w.made(); strings.Join(now, "\n") != strings.Join(before, "\n") {
		w.t.Errorf("%s: the store holds %d rows, %d before:\n%.2000s", after, len(now), len(before), strings.Join(now, "\n"))
	}
}

// versionNow gives a letter the version of the record that it is about.
func (w *teamWorld) versionNow(l letter) {
	subject := map[bool]string{true: hub + ":site", false: hub}[strings.HasSuffix(l.path, "/move")]
	if l.path == "/review/decide" {
		subject = decision.PairSubject(l.fields.Get("a"), l.fields.Get("b"))
	}
	if l.fields.Has("version") && !strings.HasSuffix(l.path, "/new") {
		l.fields.Set("version", fmt.Sprint(w.number(`select coalesce(max(version), 0) from subject_version where workspace = $1 and subject = $2`, teamWorkspace, subject)))
	}
}

// TestAttack_forms puts the texts into every field of every form and into every part
// of its address. What is taken is taken as text, and nothing else happens.
func TestAttack_forms(t *testing.T) {
	if testing.Short() {
		t.Skip("it asks for thousands of pages")
	}
	eachTeamSite(t, func(t *testing.T, w *teamWorld) {
		w.other()
		theirs := len(w.othersRows())
		sent := 0
		send := func(d deed, l letter) {
			sent++
			w.renew(d.role)
			w.later(time.Minute) // the limits of tries count time
			if rec := w.do(w.letterRequest(d.role, l)); rec.Code >= 500 || rec.Code < 200 {
				t.Errorf("%.100s %.200v: status %d\n%.600s", l.path, l.fields, rec.Code, readable(rec.Body.String()))
			}
		}
		for i, d := range deeds() {
			w.renew(d.role)
			good := d.write(w)
			for k, name := range slices.Sorted(maps.Keys(good.fields)) {
				for n, text := range injections {
					if (i+k+n)%3 != 0 {
						continue // not every text in each field, but each in many
					}
					l := letter{path: good.path, name: good.name, file: good.file, fields: url.Values{}}
					for k, v := range good.fields {
						l.fields[k] = append([]string{}, v...)
					}
					if w.versionNow(l); strings.HasSuffix(l.path, "/same") || strings.HasSuffix(l.path, "/different") || strings.HasSuffix(l.path, "/address") {
						l.fields.Set("version", "0")
					}
					l.fields.Set(name, text)
					send(d, l)
				}
			}
			if d.pattern == "/account/password" { // some of the texts are good passwords
				if err := w.auth.SetPassword(t.Context(), auth.Machine(teamWorkspace), teamEmail(d.role), teamPassword); err != nil {
					t.Fatal(err)
				}
			}
			for _, wild := range []string{"{id}", "{batch}", "{table}", "{secret}"} {
				if strings.Contains(d.pattern, wild) {
					for _, text := range injections {
						send(d, letter{path: samplePath(strings.ReplaceAll(d.pattern, wild, url.PathEscape(text))), fields: good.fields, name: good.name, file: good.file})
					}
				}
			}
		}
		t.Logf("%d forms", sent)
		if n := w.number(`select count(person_id) from member where workspace = $1`, teamWorkspace); n < len(auth.Roles) {
			t.Errorf("%d members are left", n)
		}
		if now := len(w.othersRows()); now != theirs {
			t.Errorf("the other workspace has %d rows, %d before", now, theirs)
		}
		w.textsAsTheyCame()
	})
}

// othersRows are the rows of the other workspace.
func (w *teamWorld) othersRows() []string {
	var out []string
	for _, line := range w.kept() {
		if strings.Contains(line, otherSecret) || strings.Contains(line, "|other|") {
			out = append(out, line)
		}
	}
	return out
}

// textsAsTheyCame wants that reasons were kept letter by letter, that decisions can be
// read and built, and that the log is whole.
func (w *teamWorld) textsAsTheyCame() {
	w.t.Helper()
	ds, _, err := w.book().List(w.t.Context(), w.people[auth.Owner], decision.Filter{Limit: 5000})
	if err != nil {
		w.t.Fatal(err)
	}
	reasons := map[string]bool{}
	for _, d := range ds {
		reasons[d.Reason] = true
	}
	for _, text := range injections {
		if text = strings.TrimSpace(text); len(text) < 100 && isText(text) && !reasons[text] {
			w.t.Errorf("no decision was kept for the reason %q", text)
		}
	}
	if _, err := w.book().Lines(w.t.Context()); err != nil {
		w.t.Error(err)
	}
	report, err := audit.Verify(w.t.Context(), w.db, teamWorkspace)
	if err != nil || len(report.Problems) > 0 {
		w.t.Errorf("the log: %v, %v", report.Problems, err)
	}
}
