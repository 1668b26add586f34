package backup

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"testing"
	"time"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// world is a workspace in use: folder, store, people, decisions, a job that runs.
type world struct {
	db   *store.DB
	id   string
	dir  string
	book decision.Book
	ed   auth.Actor
}

func openDB(t testing.TB, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func put(t testing.TB, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// folderOf are the files of a workspace folder. What lies in .milieu is not kept.
var folderOf = map[string]string{
	"milieu.toml":               "name = \"Place\"\n",
	"tables/organisations.csv":  "id,name\nacme,Acme\n",
	"tables/deep/er/notes.txt":  "Wörter\n",
	"tables/empty.csv":          "",
	".hidden":                   "kept too",
	"nested/.milieu/kept.txt":   "only the one at the top is derived",
	".milieu/history":           "abc\n",
	".milieu/releases/a/b.parq": "derived",
}

// settings are rows that no method makes here.
var settings = []string{
	`insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ('p-%[1]s', 'ed@%[1]s', 'Ed of %[1]s', 'hash-%[1]s', '', '', '')`,
	`insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ('former-%[1]s', 'former@%[1]s', 'Former', '', 'https://issuer', 'sub-%[1]s', '')`,
	`insert into member (workspace, person_id, role, added_at, added_by, signed_in_at) values ('%[1]s', 'p-%[1]s', 'editor', '', 'machine', '')`,
	`insert into token (token_id, secret_hash, workspace, person_id, name, role, created_at, expires_at, used_at, revoked_at) values ('t-%[1]s', 'th-%[1]s', '%[1]s', 'p-%[1]s', 'x', 'reader', '', '', '', '')`,
	`insert into session (session_id, secret_hash, workspace, person_id, created_at, seen_at, expires_at, ended_at, address, agent) values ('s-%[1]s', 'session-secret-%[1]s', '%[1]s', 'p-%[1]s', '', '', '', '', '', '')`,
	`insert into invitation (invitation_id, secret_hash, workspace, email, name, role, created_at, created_by, expires_at, used_at) values ('i-%[1]s', 'invitation-secret-%[1]s', '%[1]s', 'new@%[1]s', '', 'reader', '', '', '', '')`,
	`insert into upload (upload_id, workspace, person_id, table_name, file_name, content, created_at, expires_at) values ('u-%[1]s', '%[1]s', 'p-%[1]s', 'organisations', 'a.csv', 'abc', '', '')`,
	`insert into job (job_id, workspace, kind, state, asked_by, asked_at, started_at, ended_at, worker, seen_at, attempts, cancel_asked, done, total, message, result)
values ('j-%[1]s', '%[1]s', 'build', 'running', 'former-%[1]s', '', '', '', 'w-1', 'now', 1, '', 5, 9, 'at it', '')`,
	`insert into job_log (job_id, n, at, line) values ('j-%[1]s', 1, '', 'begun')`,
}

// newWorld fills a store and a folder.
func newWorld(t testing.TB, db *store.DB, id string) *world {
	t.Helper()
	ctx := context.Background()
	err := db.Update(ctx, func(q store.Querier) error {
		for _, text := range settings {
			if _, err := q.ExecContext(ctx, fmt.Sprintf(text, id)); err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{db: db, id: id, dir: filepath.Join(t.TempDir(), "place "+id), ed: auth.Actor{Workspace: id, PersonID: "p-" + id, Role: auth.Editor, Via: auth.ViaWeb}}
	w.book = decision.Book{DB: db, Workspace: id, Now: time.Now}
	for name, text := range folderOf {
		put(t, w.dir, name, text)
	}
	for i, text := range []string{"Acme", "line\nbreak \"quoted\" \\ é 中 😀", "<b>&amp;</b>"} {
		w.decide(t, fmt.Sprintf("org-%d", i), text)
	}
	return w
}

func draft(subject, name string) decision.Draft {
	return decision.Draft{Kind: decision.Set, Table: decision.Organisations, Subject: subject, Fields: map[string]string{"name": name}, Reason: "read it there", Source: "https://example.org/a"}
}

func (w *world) decide(t testing.TB, subject, name string) decision.Decision {
	t.Helper()
	d, err := w.book.Decide(context.Background(), w.ed, draft(subject, name))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (w *world) source() Source {
	return Source{DB: w.db, Workspace: w.id, Dir: w.dir, Release: "0123456789ab", Version: "test", Now: func() time.Time { return storetest.Start },
		Raw: []RawFile{{Name: "data:companies.csv", SHA256: "00", Bytes: 12}}}
}

// backup makes a backup of the world.
func (w *world) backup(t testing.TB) (string, Summary) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "place.zip")
	sum, err := Write(context.Background(), file, w.source())
	if err != nil {
		t.Fatal(err)
	}
	return file, sum
}

// into is a target in a new folder with a file store.
func into(dir string) Target {
	return Target{Dir: dir, Store: store.Options{File: filepath.Join(dir, ".milieu", "workspace.db")}, Now: func() time.Time { return storetest.Start }}
}

// rowsOf are all rows of a workspace as text, by table, without those that a restore
// changes or writes.
func rowsOf(t testing.TB, db *store.DB, workspace string) map[string][]string {
	t.Helper()
	ctx := context.Background()
	out := map[string][]string{}
	err := db.View(ctx, func(q store.Querier) error {
		return store.DumpWorkspace(ctx, q, workspace, keptTables(), func(table string, _ []string, row []any) error {
			if text := fmt.Sprintf("%q", row); table != "job" && table != "audit_head" && table != "token" {
				out[table] = append(out[table], text)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	// Databases order text in their own ways.
	for _, rows := range out {
		sort.Strings(rows)
	}
	return out
}

// tree are the files below a folder with what stands in them.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(file)
		out[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return out
}
