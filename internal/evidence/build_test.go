package evidence_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"milieu/internal/evidence"
)

// TestBuild_sameBytes: neither the folder nor the number of processors enters a
// release. The table is a little longer than one row group, where the engine cuts
// differently with one thread than with several.
func TestBuild_sameBytes(t *testing.T) {
	var accounts strings.Builder
	accounts.WriteString("CompanyNumber,enddate,Employees_thisyear,Employees_lastyear\n")
	for i := range 42_900 {
		fmt.Fprintf(&accounts, "%08d,2023-09-30,%d,%d\n", 90_000_000+i, i%50, i%49)
	}
	files := map[string]string{
		"milieu.toml":  "name = \"Test place\"\n[[source]]\nid = \"accounts\"\ntype = \"company-employees\"\npath = \"accounts.csv\"\n",
		"accounts.csv": accounts.String(),
	}
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	ids := map[string][]int{}
	for _, n := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(n)
		dir := t.TempDir()
		write(t, dir, files)
		id := mustBuild(t, dir).Release.ID
		ids[id] = append(ids[id], n)
	}
	if len(ids) != 1 {
		t.Errorf("releases by number of processors: %v; want one", ids)
	}
}

// TestBuild_again: what has not changed is not made again, and the counts say so.
func TestBuild_again(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, good)
	first := mustBuild(t, dir)
	if first.Skipped != 0 || first.Made == 0 || first.Unchanged || first.Previous != "" {
		t.Errorf("first build: %d made, %d skipped, unchanged %v, previous %q", first.Made, first.Skipped, first.Unchanged, first.Previous)
	}
	again := mustBuild(t, dir)
	if again.Made != 0 || again.Skipped != first.Made || !again.Unchanged || again.Release.ID != first.Release.ID {
		t.Errorf("second build: %d made, %d skipped, unchanged %v, release %s; want none made and %s", again.Made, again.Skipped, again.Unchanged, again.Release.ID, first.Release.ID)
	}
	write(t, dir, map[string]string{"organisations.csv": good["organisations.csv"] + "sample-lab,Sample Lab,https://example.org/lab\n"})
	third := mustBuild(t, dir)
	if third.Made != 3 || third.Previous != first.Release.ID { // the source, the table of it and the table of rejects
		t.Errorf("after a change of one source: %d made, previous %s; want 3 and %s", third.Made, third.Previous, first.Release.ID)
	}
}

// Releases beyond those to keep go, and with them what only they needed.
func TestBuild_keeps(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, good)
	var ids []string
	for i := range 5 {
		write(t, dir, map[string]string{"organisations.csv": good["organisations.csv"] + fmt.Sprintf("lab-%d,Lab,https://example.org/lab\n", i)})
		ids = append(ids, mustBuild(t, dir).Release.ID)
	}
	ws := &evidence.Workspace{Dir: dir}
	for i, id := range ids {
		_, err := evidence.OpenRelease(ws, id)
		if kept := err == nil; kept != (i >= 2) { // keep = 3
			t.Errorf("release %d of 5: kept %v (%v)", i+1, kept, err)
		}
	}
}
