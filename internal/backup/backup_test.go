package backup

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/audit"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

func TestDerived_isThatOfBuilds(t *testing.T) {
	if derived != evidence.Derived {
		t.Errorf("backups leave out %s, builds make %s", derived, evidence.Derived)
	}
}

// place is where a store of a kind goes in a test: a database that is made for it, or
// a file of the workspace.
func place(t *testing.T, dialect, dir string) store.Options {
	if dialect == store.PostgreSQL {
		return store.Options{URL: storetest.Database(t)}
	}
	return store.Options{File: filepath.Join(dir, ".milieu", "workspace.db")}
}

// TestRestore_roundTrips takes a workspace out of each kind of store into each.
func TestRestore_roundTrips(t *testing.T) {
	kinds := []string{store.SQLite, store.PostgreSQL}
	for _, from := range kinds {
		for _, to := range kinds {
			t.Run(from+" to "+to, func(t *testing.T) { roundTrip(t, from, to) })
		}
	}
}

func roundTrip(t *testing.T, from, to string) {
	ctx := t.Context()
	w := newWorld(t, openDB(t, place(t, from, t.TempDir())), "amid")
	want := rowsOf(t, w.db, "amid")
	file, made := w.backup(t)
	read, err := Read(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(made, read); d != "" {
		t.Errorf("what Write and Read say differs\n%s", d)
	}
	dir := filepath.Join(t.TempDir(), "new place")
	target := Target{Dir: dir, Store: place(t, to, dir), Now: func() time.Time { return storetest.Start }}
	sum, err := Restore(ctx, file, target)
	if err != nil {
		t.Fatal(err)
	}
	if sum.People != 1 || sum.Decisions != 3 || sum.Events != 3 || sum.Files != 6 || sum.Dialect != from || sum.Restored == nil || sum.Restored.Requeued != 1 || sum.Restored.Accounts != 0 {
		t.Errorf("%+v %+v", sum, sum.Restored)
	}
	db := openDB(t, target.Store)
	got := rowsOf(t, db, "amid")
	got["audit_event"] = slices.DeleteFunc(got["audit_event"], func(e string) bool { return strings.Contains(e, "backup.restore") })
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("rows (-before +restored)\n%s", d)
	}
	inUse(t, db)
	wantFiles := map[string]string{}
	for name, text := range folderOf {
		if !strings.HasPrefix(name, ".milieu/") {
			wantFiles[name] = text
		}
	}
	files := tree(t, dir)
	delete(files, ".milieu/workspace.db")
	delete(files, ".milieu/workspace.db-wal")
	delete(files, ".milieu/workspace.db-shm")
	if d := cmp.Diff(wantFiles, files); d != "" {
		t.Errorf("files (-want +got)\n%s", d)
	}
	leftAlone(t, filepath.Dir(dir), "new place")
}

// inUse wants a restored store to be right for use: nobody signed in, no job running,
// the log whole, and the next decision with the next number.
func inUse(t *testing.T, db *store.DB) {
	t.Helper()
	counts, err := store.CountWorkspace(t.Context(), db.Read(), "amid")
	if err != nil || counts["session"]+counts["invitation"]+counts["upload"] != 0 {
		t.Errorf("%v %v", counts, err)
	}
	var state, worker, seen string
	if err := db.Read().QueryRowContext(t.Context(), `select state, worker, seen_at from job where job_id = 'j-amid'`).Scan(&state, &worker, &seen); err != nil || state+worker+seen != "queued" {
		t.Errorf("job: %s %s %s %v", state, worker, seen, err)
	}
	w := world{db: db, id: "amid"}
	w.ed.Workspace, w.ed.PersonID, w.ed.Role = "amid", "p-amid", "editor"
	w.book = decision.Book{DB: db, Workspace: "amid", Now: time.Now}
	if d := w.decide(t, "another", "Another"); d.Seq != 4 {
		t.Errorf("the next decision is %s", d.ID())
	}
	verified(t, db, "amid")
	es, err := audit.List(t.Context(), db.Read(), "amid", audit.Filter{Action: "backup"})
	if err != nil || len(es) != 1 || es[0].Action != "backup.restore" || es[0].Actor != "machine" || es[0].Via != "command" || es[0].Seq != 4 || es[0].Detail["events"] != "3" {
		t.Errorf("%+v %v", es, err)
	}
}

func verified(t *testing.T, db *store.DB, workspace string) {
	t.Helper()
	if r, err := audit.Verify(t.Context(), db, workspace); err != nil || len(r.Problems) > 0 {
		t.Errorf("%+v %v", r, err)
	}
}

// leftAlone wants nothing in a folder but the names.
func leftAlone(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if d := cmp.Diff(names, got); d != "" && len(names)+len(got) > 0 {
		t.Errorf("%s holds (-want +got)\n%s", dir, d)
	}
}

func TestWrite_file(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	file, sum := w.backup(t)
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	if sum.Bytes != info.Size() || sum.File != file || sum.Release != "0123456789ab" || sum.At != store.Time(storetest.Start) || len(sum.Raw) != 1 {
		t.Errorf("%+v", sum)
	}
	leftAlone(t, filepath.Dir(file), "place.zip")
	es, err := audit.List(t.Context(), w.db.Read(), "amid", audit.Filter{Action: "backup"})
	if err != nil || len(es) != 1 || es[0].Action != "backup.write" || es[0].Actor != "machine" || es[0].Via != "command" || es[0].Detail["audit_head"] != sum.AuditHead {
		t.Errorf("%+v %v", es, err)
	}
	all := strings.Join(slices.Sorted(func(yield func(string) bool) {
		for n, text := range unpack(t, file) {
			if !yield(n + ": " + text) {
				return
			}
		}
	}), "\n")
	for _, secret := range []string{"session-secret", "invitation-secret", "derived"} {
		if strings.Contains(strings.ReplaceAll(all, "only the one at the top is derived", ""), secret) {
			t.Errorf("%s is in the file", secret)
		}
	}
}

func TestWrite_refuses(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	dir := t.TempDir()
	there := filepath.Join(dir, "there.zip")
	put(t, dir, "there.zip", "precious")
	put(t, dir, "half.zip.part", "another backup writes this")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	small := w.source()
	small.most = 20
	gone := w.source()
	gone.Dir = filepath.Join(dir, "nowhere")
	for _, c := range []struct {
		name string
		ctx  context.Context
		file string
		s    Source
		says string
	}{
		{"there", t.Context(), there, w.source(), "is not written over"},
		{"part", t.Context(), filepath.Join(dir, "half.zip"), w.source(), "half.zip.part is there: another backup is being written"},
		{"no folder", t.Context(), filepath.Join(dir, "no", "a.zip"), w.source(), "no such file"},
		{"cancelled", cancelled, filepath.Join(dir, "a.zip"), w.source(), "canceled"},
		{"large", t.Context(), filepath.Join(dir, "a.zip"), small, "is the most that a backup takes: keep raw data"},
		{"no workspace", t.Context(), filepath.Join(dir, "a.zip"), gone, "nowhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Write(c.ctx, c.file, c.s); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	leftAlone(t, dir, "half.zip.part", "there.zip")
	if got := tree(t, dir)["there.zip"]; got != "precious" {
		t.Errorf("the file is %q now", got)
	}
}

// TestWrite_brokenLog wants no backup of a log that somebody has changed.
func TestWrite_brokenLog(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	err := w.db.Update(t.Context(), func(q store.Querier) error {
		_, err := q.ExecContext(t.Context(), `update audit_event set detail = '{"reason":"another"}' where seq = 2`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := Write(t.Context(), filepath.Join(dir, "a.zip"), w.source()); err == nil || !strings.Contains(err.Error(), "event 2: it has been changed") {
		t.Errorf("got %v", err)
	}
	leftAlone(t, dir)
}

// TestWrite_noLine wants the backup to stay when only the line about it cannot be written.
func TestWrite_noLine(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	err := w.db.Update(t.Context(), func(q store.Querier) error {
		_, err := q.ExecContext(t.Context(), `create trigger no_line before insert on audit_event begin select raise(abort, 'no line'); end`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.zip")
	sum, err := Write(t.Context(), file, w.source())
	if err == nil || !strings.Contains(err.Error(), "a.zip is whole and verified, but") || sum.Decisions != 3 {
		t.Errorf("%v %+v", err, sum)
	}
	if _, err := Read(t.Context(), file); err != nil {
		t.Error(err)
	}
}

// TestWrite_otherID tells of what was made before the workspace got another id.
func TestWrite_otherID(t *testing.T) {
	db := storetest.Open(t)
	newWorld(t, db, "older")
	_, sum := newWorld(t, db, "amid").backup(t)
	if len(sum.Skipped) != 1 || sum.Skipped[0].Name != "store, workspace older" {
		t.Errorf("%+v", sum.Skipped)
	}
}

// TestWrite_skips looks at what in a folder is no file of it.
func TestWrite_skips(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	outside := filepath.Join(t.TempDir(), "secret.txt")
	put(t, filepath.Dir(outside), "secret.txt", "not of the workspace")
	for name, to := range map[string]string{"link.txt": outside, "linked": filepath.Dir(outside), "inner": "milieu.toml"} {
		if err := os.Symlink(to, filepath.Join(w.dir, name)); err != nil {
			t.Skip(err)
		}
	}
	put(t, w.dir, `back\slash.txt`, "x")
	file := filepath.Join(w.dir, "tables", "mine.zip") // inside the folder itself
	sum, err := Write(t.Context(), file, w.source())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range sum.Skipped {
		names = append(names, s.Name)
	}
	if d := cmp.Diff([]string{`back\slash.txt`, "inner", "link.txt", "linked"}, names); d != "" {
		t.Error(d)
	}
	got := unpack(t, file)
	for name := range got {
		if strings.Contains(name, "mine.zip") || strings.Contains(name, "link") && !strings.HasPrefix(name, "store/") {
			t.Errorf("%s is in the backup", name)
		}
	}
	if sum.Files != 6 {
		t.Errorf("%d files", sum.Files)
	}
}

// TestWrite_dense makes a backup of what compresses as only an attack would.
func TestWrite_dense(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	put(t, w.dir, "zeros.csv", strings.Repeat("0", suspectFrom+1))
	file, sum := w.backup(t)
	if sum.Bytes < suspectFrom {
		t.Errorf("%d bytes: it was compressed", sum.Bytes)
	}
	dir := filepath.Join(t.TempDir(), "new")
	if _, err := Restore(t.Context(), file, into(dir)); err != nil {
		t.Fatal(err)
	}
}

// TestWrite_workspacesApart wants nothing of another workspace in the file.
func TestWrite_workspacesApart(t *testing.T) {
	db := openDB(t, store.Options{URL: storetest.Database(t)})
	w := newWorld(t, db, "amid")
	newWorld(t, db, "scotland")
	file, _ := w.backup(t)
	for name, text := range unpack(t, file) {
		if strings.Contains(text, "scotland") {
			t.Errorf("%s names the other workspace", name)
		}
	}
}

// TestWrite_underLoad makes backups while eight people decide, and wants every decision
// in them that was acknowledged before they were begun.
func TestWrite_underLoad(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db, "amid")
		var mu sync.Mutex
		acknowledged := []int64{1, 2, 3}
		var stop atomic.Bool
		var work sync.WaitGroup
		for n := range 8 {
			work.Go(func() {
				for i := 0; !stop.Load(); i++ {
					d, err := w.book.Decide(t.Context(), w.ed, draft(fmt.Sprintf("load-%d-%d", n, i), "Name"))
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					acknowledged = append(acknowledged, d.Seq)
					mu.Unlock()
					time.Sleep(5 * time.Millisecond) // the log that is verified shall not grow without end
				}
			})
		}
		defer work.Wait()
		defer stop.Store(true)
		for range 2 {
			time.Sleep(50 * time.Millisecond)
			mu.Lock()
			before := slices.Clone(acknowledged)
			mu.Unlock()
			file, sum := w.backup(t)
			dir := filepath.Join(t.TempDir(), "new")
			if _, err := Restore(t.Context(), file, into(dir)); err != nil {
				t.Fatal(err)
			}
			restored := openDB(t, into(dir).Store)
			verified(t, restored, "amid")
			have := map[int64]bool{}
			for seq := range sum.Decisions {
				have[seq+1] = true // they are numbered without a gap
			}
			var n, last int64
			if err := restored.Read().QueryRowContext(t.Context(), `select count(*), max(seq) from decision`).Scan(&n, &last); err != nil || n != sum.Decisions || last != n {
				t.Errorf("%d decisions up to D%d, %d in the summary (%v)", n, last, sum.Decisions, err)
			}
			for _, seq := range before {
				if !have[seq] {
					t.Errorf("D%d was acknowledged before the backup began and is not in it", seq)
				}
			}
			t.Logf("%d of %d decisions had been acknowledged", len(before), n)
		}
	})
}

// watching is a context that looks each time somebody asks whether it has ended, which
// who copies files does before every piece.
type watching struct {
	context.Context
	look func()
}

func (w watching) Err() error {
	w.look()
	return w.Context.Err()
}

// TestWrite_neverHalf looks at the file's name again and again while a backup is made.
func TestWrite_neverHalf(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	put(t, w.dir, "large.csv", strings.Repeat("abcdefgh,12345678\n", 200_000))
	file := filepath.Join(t.TempDir(), "place.zip")
	var mu sync.Mutex
	parts, whole, over := 0, 0, false
	look := func() {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return // what is left of a context asks on its own
		}
		if _, err := os.Stat(file + ".part"); err == nil {
			parts++
		}
		if _, err := os.Stat(file); err == nil {
			whole++
			if _, err := Read(t.Context(), file); err != nil {
				t.Errorf("a file that cannot be read was seen: %v", err)
			}
		}
	}
	source := w.source()
	// The clock is read once more when the file has its name.
	source.Now = func() time.Time {
		look()
		return storetest.Start
	}
	if _, err := Write(watching{t.Context(), look}, file, source); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	over = true
	if parts < 10 || whole == 0 {
		t.Errorf("the part was seen %d times, the whole %d times", parts, whole)
	}
}
