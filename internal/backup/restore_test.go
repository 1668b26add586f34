package backup

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// TestRestore_refuses looks at targets in which something stands, and wants it untouched.
func TestRestore_refuses(t *testing.T) {
	file, _ := newWorld(t, storetest.Open(t), "amid").backup(t)
	up := t.TempDir()
	put(t, up, "used/notes.txt", "mine")
	put(t, up, "file", "mine")
	put(t, up, "stores/workspace.db", "somebody's")
	before := tree(t, up)
	outside := into(filepath.Join(up, "new"))
	outside.Store.File = filepath.Join(up, "stores", "workspace.db")
	nowhere := outside
	nowhere.Store.File = filepath.Join(up, "nowhere", "workspace.db")
	closed := into(filepath.Join(up, "new"))
	closed.Store.URL = "postgres://u:secret@127.0.0.1:1/x?sslmode=disable"
	for _, c := range []struct {
		name   string
		target Target
		says   string
	}{
		{"used", into(filepath.Join(up, "used")), "used is not empty and is left alone; name an empty or new folder with --dir, or say --replace"},
		{"file", into(filepath.Join(up, "file")), "is no folder"},
		{"below a file", into(filepath.Join(up, "file", "new")), "is no folder; make it first"},
		{"below nothing", into(filepath.Join(up, "a", "b")), "is no folder; make it first"},
		{"store", outside, "workspace.db is not empty and is left alone"},
		{"store below nothing", nowhere, "where the store is to stand, is no folder"},
		{"no database", closed, "cannot be reached"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Restore(t.Context(), file, c.target)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v", err)
			}
		})
	}
	if d := cmp.Diff(before, tree(t, up)); d != "" {
		t.Errorf("something was written\n%s", d)
	}
	leftAlone(t, up, "file", "stores", "used")
}

// TestRestore_empty restores into folders that are there and have nothing in them, one
// of them through a link.
func TestRestore_empty(t *testing.T) {
	file, _ := newWorld(t, storetest.Open(t), "amid").backup(t)
	up := t.TempDir()
	for _, d := range []string{"a", "b", "c"} {
		if err := os.Mkdir(filepath.Join(up, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("b", filepath.Join(up, "link")); err != nil {
		t.Skip(err)
	}
	for _, d := range []string{"a", "link"} {
		if _, err := Restore(t.Context(), file, into(filepath.Join(up, d))); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(up, "c"))
	if _, err := Restore(t.Context(), file, into(".")); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"a", "b", "c"} {
		leftAlone(t, filepath.Join(up, d), ".hidden", ".milieu", "milieu.toml", "nested", "tables")
		verified(t, openDB(t, into(filepath.Join(up, d)).Store), "amid")
	}
	if fi, err := os.Lstat(filepath.Join(up, "link")); err != nil || fi.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v %v", fi, err)
	}
	if fi, err := os.Stat(filepath.Join(up, "a", ".milieu", "workspace.db")); err != nil || runtime.GOOS != "windows" && fi.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", fi, err)
	}
}

// TestRestore_files looks at what of a file comes back beside its bytes.
func TestRestore_files(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	at := time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)
	name := filepath.Join("tables", "organisations.csv")
	if err := os.Chtimes(filepath.Join(w.dir, name), at, at); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(w.dir, name), 0o400); err != nil {
		t.Fatal(err)
	}
	file, _ := w.backup(t)
	dir := filepath.Join(t.TempDir(), "new")
	if _, err := Restore(t.Context(), file, into(dir)); err != nil {
		t.Fatal(err)
	}
	fi, err := os.Stat(filepath.Join(dir, name))
	if err != nil || !fi.ModTime().Equal(at) || runtime.GOOS != "windows" && fi.Mode().Perm() != 0o600 {
		t.Errorf("%v %v %v", fi.ModTime(), fi.Mode(), err)
	}
}

// TestRestore_replace moves what is there aside, when nobody works with it.
func TestRestore_replace(t *testing.T) {
	file, _ := newWorld(t, storetest.Open(t), "amid").backup(t)
	up := t.TempDir()
	dir := filepath.Join(up, "place")
	target := into(dir)
	target.Replace = true
	old := newWorld(t, openDB(t, target.Store), "amid")
	old.decide(t, "newer", "Newer than the backup")
	put(t, dir, "notes.txt", "mine")
	// The backup itself may lie in the folder that is moved.
	inside := filepath.Join(dir, "place.zip")
	if err := os.Rename(file, inside); err != nil {
		t.Fatal(err)
	}
	file = inside
	if _, err := Restore(t.Context(), file, target); err == nil || !strings.Contains(err.Error(), "is in use: stop milieu serve") {
		t.Fatalf("got %v", err)
	}
	leftAlone(t, up, "place")
	if err := old.db.Close(); err != nil {
		t.Fatal(err)
	}
	sum, err := Restore(t.Context(), file, target)
	if err != nil {
		t.Fatal(err)
	}
	aside := filepath.Join(up, "place.before-20261126T090000Z")
	if d := cmp.Diff([]Aside{{dir, aside}}, sum.Restored.Aside); d != "" {
		t.Error(d)
	}
	leftAlone(t, up, "place", filepath.Base(aside))
	leftAlone(t, dir, ".hidden", ".milieu", "milieu.toml", "nested", "tables")
	leftAlone(t, aside, ".milieu", "notes.txt", "place.zip")
	decisions := func(o store.Options) (n int) {
		if err := openDB(t, o).Read().QueryRowContext(t.Context(), `select count(*) from decision`).Scan(&n); err != nil {
			t.Error(err)
		}
		return n
	}
	if n := decisions(target.Store); n != 3 {
		t.Errorf("%d decisions", n)
	}
	if n := decisions(into(aside).Store); n != 4 {
		t.Errorf("%d decisions in what was moved aside", n)
	}
}

// TestRestore_undone makes the last step fail, and wants all as it was.
func TestRestore_undone(t *testing.T) {
	file, _ := newWorld(t, storetest.Open(t), "amid").backup(t)
	up := t.TempDir()
	put(t, up, "place/notes.txt", "mine")
	put(t, up, "stores/workspace.db", "damaged")
	put(t, up, "stores/workspace.db.before-20261126T090000Z", "the name that it would get")
	before := tree(t, up)
	target := into(filepath.Join(up, "place"))
	target.Store.File, target.Replace = filepath.Join(up, "stores", "workspace.db"), true
	if _, err := Restore(t.Context(), file, target); err == nil || !strings.Contains(err.Error(), "cannot be moved aside") {
		t.Fatalf("got %v", err)
	}
	if d := cmp.Diff(before, tree(t, up)); d != "" {
		t.Error(d)
	}
	leftAlone(t, up, "place", "stores")
	target.Now = func() time.Time { return storetest.Start.Add(time.Hour) }
	sum, err := Restore(t.Context(), file, target)
	if err != nil {
		t.Fatal(err)
	}
	if len(sum.Restored.Aside) != 2 {
		t.Errorf("%v", sum.Restored.Aside)
	}
	if got := tree(t, up); got["stores/workspace.db.before-20261126T100000Z"] != "damaged" || got["place.before-20261126T100000Z/notes.txt"] != "mine" {
		t.Errorf("%v", got)
	}
	verified(t, openDB(t, target.Store), "amid")
}

// TestRestore_sharedDatabase restores one workspace beside another whose people are
// partly the same.
func TestRestore_sharedDatabase(t *testing.T) {
	ctx := t.Context()
	file, _ := newWorld(t, storetest.Open(t), "amid").backup(t)
	o := store.Options{URL: storetest.Database(t)}
	db := openDB(t, o)
	newWorld(t, db, "scotland")
	exec := func(text string) {
		t.Helper()
		err := db.Update(ctx, func(q store.Querier) error {
			_, err := q.ExecContext(ctx, text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	up := t.TempDir()
	target := Target{Dir: filepath.Join(up, "new"), Store: o, Replace: true, Now: func() time.Time { return storetest.Start }}

	// Somebody else has the address of one of the people.
	exec(`insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ('p-other', 'ed@amid', 'Another Ed', '', '', '', '')`)
	before := rowsOf(t, db, "scotland")
	if _, err := Restore(ctx, file, target); err == nil || !strings.Contains(err.Error(), "another account for ed@amid") {
		t.Fatalf("got %v", err)
	}
	leftAlone(t, up)
	if n := rowsOf(t, db, "amid"); len(n) > 0 {
		t.Errorf("rows were left behind: %v", n)
	}

	// The same person is there, with a newer password.
	exec(`update person set person_id = 'p-amid', password_hash = 'newer' where person_id = 'p-other'`)
	sum, err := Restore(ctx, file, target)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Restored.Accounts != 1 {
		t.Errorf("%+v", sum.Restored)
	}
	var hash string
	if err := db.Read().QueryRowContext(ctx, `select password_hash from person where person_id = 'p-amid'`).Scan(&hash); err != nil || hash != "newer" {
		t.Errorf("password %s %v", hash, err)
	}
	if d := cmp.Diff(before, rowsOf(t, db, "scotland")); d != "" {
		t.Errorf("the other workspace was changed\n%s", d)
	}
	inUse(t, db)

	// And again: what is in a shared database is never replaced.
	rows := rowsOf(t, db, "amid")
	for _, replace := range []bool{false, true} {
		again := target
		again.Dir, again.Replace = filepath.Join(up, "newer"), replace
		if _, err := Restore(ctx, file, again); err == nil || !strings.Contains(err.Error(), "rows of workspace amid already") || !strings.Contains(err.Error(), "MILIEU_DATABASE_URL") {
			t.Errorf("got %v", err)
		}
	}
	leftAlone(t, up, "new")
	if d := cmp.Diff(rows, rowsOf(t, db, "amid")); d != "" {
		t.Error(d)
	}
}

// TestRestore_tokens wants no token of the backup to count: some may have been revoked
// since. Who made which stays on record.
func TestRestore_tokens(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	err := w.db.Update(t.Context(), func(q store.Querier) error {
		_, err := q.ExecContext(t.Context(), `insert into token (token_id, secret_hash, workspace, person_id, name, role, created_at, expires_at, used_at, revoked_at)
values ('t-old', 'th-old', 'amid', 'p-amid', 'y', 'reader', '', '', '', 'long ago')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	file, _ := w.backup(t)
	targets := map[string]Target{store.SQLite: into(filepath.Join(t.TempDir(), "new"))}
	if os.Getenv(storetest.ServerEnv) != "" {
		target := into(filepath.Join(t.TempDir(), "new"))
		target.Store = store.Options{URL: storetest.Database(t)}
		targets[store.PostgreSQL] = target
	}
	for kind, target := range targets {
		if _, err := Restore(t.Context(), file, target); err != nil {
			t.Fatal(kind, err)
		}
		db := openDB(t, target.Store)
		for id, want := range map[string]string{"t-amid": store.Time(storetest.Start), "t-old": "long ago"} {
			var got string
			if err := db.Read().QueryRowContext(t.Context(), `select revoked_at from token where token_id = $1`, id).Scan(&got); err != nil || got != want {
				t.Errorf("%s: token %s was revoked %q, want %q (%v)", kind, id, got, want, err)
			}
		}
		_ = db.Close() // before its database goes
	}
}
