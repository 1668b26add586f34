package cli

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/evidence"
	"milieu/internal/store"
)

// TestDiskFull runs the server with its store on a small file system that fills up. A
// decision is then refused with words, pages go on, nothing is damaged, and decisions
// are taken again as soon as there is room.
func TestDiskFull(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "place")
	if err := os.MkdirAll(filepath.Join(dir, evidence.Derived), 0o755); err != nil {
		t.Fatal(err)
	}
	small := filepath.Join(dir, evidence.Derived)
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=16m"); err != nil {
		t.Skipf("no small file system can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(small, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	k := &killed{program: buildProgram(t), dir: dir}
	k.command(t, "", "demo", "--no-serve", "--dir", dir)
	k.command(t, "correct horse battery\n", "user", "add", "ed@example.org", "--role", "editor", "--password", "--dir", dir)
	address, kill := k.serve(t)
	defer kill()
	k.signIn(t, address)

	form := func(id string) url.Values {
		return url.Values{"id": {id}, "f.name": {id}, "f.source_url": {"https://example.org/"}, "f.notes": {strings.Repeat("long ", 3000)}, "reason": {"a test"}, "source": {"https://example.org/"}}
	}
	client := noRedirects()
	add := func(id string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/tables/organisations/new", strings.NewReader(form(id).Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(k.cookie)
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	if status, body := add("before"); status != http.StatusSeeOther {
		t.Fatalf("before: status %d\n%s", status, body)
	}
	fill(t, filepath.Join(small, "filler"))
	taken := []string{"before"}
	full := false
	for i := 0; i < 200 && !full; i++ {
		id := "while-full-" + string(rune('a'+i%26)) + string(rune('a'+i/26))
		status, body := add(id)
		switch status {
		case http.StatusSeeOther:
			taken = append(taken, id) // there was still room in the file itself
		case http.StatusInsufficientStorage:
			full = true
			if !strings.Contains(body, "disk") || !strings.Contains(body, "Nothing was changed") {
				t.Errorf("the refusal does not say what is wrong: %s", body)
			}
		default:
			t.Fatalf("on a full disk: status %d\n%s", status, body)
		}
	}
	if !full {
		t.Error("the disk was full and nothing was refused")
	}
	if status, _, err := fetch(address + "/"); status != http.StatusOK || err != nil {
		t.Errorf("pages on a full disk: %d, %v", status, err)
	}
	if err := os.Remove(filepath.Join(small, "filler")); err != nil {
		t.Fatal(err)
	}
	if status, body := add("after"); status != http.StatusSeeOther {
		t.Errorf("with room again: status %d\n%s", status, body)
	}
	taken = append(taken, "after")
	kill()
	checkTaken(t, dir, taken)
	out, err := exec.Command(k.program, "audit", "verify", "--dir", dir).CombinedOutput()
	if err != nil {
		t.Errorf("the chain: %v\n%s", err, out)
	}
}

// fill writes until there is no room.
func fill(t *testing.T, file string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; size /= 2 {
		block := make([]byte, size)
		for {
			if _, err := f.Write(block); err != nil {
				break
			}
		}
	}
}

// checkTaken wants exactly the decisions that were acknowledged.
func checkTaken(t *testing.T, dir string, want []string) {
	t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(context.Background(), store.Options{File: storeFile(ws), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	book := decision.Book{DB: db, Workspace: ws.ID, Now: time.Now}
	ds, total, err := book.List(t.Context(), auth.Machine(ws.ID), decision.Filter{Limit: 1000})
	if err != nil || total != len(want) {
		t.Errorf("%d decisions, want %d, %v", total, len(want), err)
	}
	for i, d := range ds {
		if at := len(want) - 1 - i; at >= 0 && d.Subject != want[at] {
			t.Errorf("decision %s is on %s, want %s", d.ID(), d.Subject, want[at])
		}
	}
	if r, err := audit.Verify(t.Context(), db, ws.ID); err != nil || len(r.Problems) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
