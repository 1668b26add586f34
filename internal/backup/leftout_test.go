package backup

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// TestWrite_earlierBackups wants no backup to hold those before it.
func TestWrite_earlierBackups(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	put(t, w.dir, "tables/packed.zip", "PK\x03\x04 a ZIP of the team's own, which is kept")
	var files int
	for i, name := range []string{"a.zip", "b.zip", "c.zip"} {
		sum, err := Write(t.Context(), filepath.Join(w.dir, name), w.source())
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && sum.Files != files || len(sum.Skipped) != i {
			t.Errorf("%s: %d files, before it %d; skipped: %+v", name, sum.Files, files, sum.Skipped)
		}
		files = sum.Files
	}
	// One that was cut off is known by its beginning.
	whole, err := os.ReadFile(filepath.Join(w.dir, "a.zip"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, w.dir, "old.part", string(whole[:200]))
	if sum, err := Write(t.Context(), filepath.Join(w.dir, "d.zip"), w.source()); err != nil || sum.Files != files || len(sum.Skipped) != 4 {
		t.Errorf("%+v (%v)", sum, err)
	}
}

// foldEnv makes the test program another program, which wants the store for itself.
const foldEnv = "MILIEU_BACKUP_TEST_FOLD"

// TestWrite_leavesStoreAlone has the store among the files of the folder: it is not read
// as a file, and this process still holds it afterwards.
func TestWrite_leavesStoreAlone(t *testing.T) {
	if file := os.Getenv(foldEnv); file != "" {
		if err := store.Fold(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		return
	}
	dir := filepath.Join(t.TempDir(), "place")
	put(t, dir, "milieu.toml", "name = \"Place\"\n")
	file := filepath.Join(dir, "team.db")
	db := openDB(t, store.Options{File: file})
	sum, err := Write(t.Context(), filepath.Join(t.TempDir(), "a.zip"), Source{DB: db, Workspace: "amid", Dir: dir})
	if err != nil || sum.Files != 1 || len(sum.Skipped) < 1 || sum.Skipped[0].Name != "team.db" {
		t.Fatalf("%+v (%v)", sum, err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run", "^TestWrite_leavesStoreAlone$")
	cmd.Env = append(os.Environ(), foldEnv+"="+file)
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "held by another program") {
		t.Errorf("another program took the store: %v %s", err, out)
	}
}
