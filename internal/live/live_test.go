package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/lake"
	"milieu/internal/network"
	"milieu/internal/network/predict"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/profile"
	"milieu/internal/sector"
)

// build makes a release of the workspace in dir with the stages of the program.
func build(t *testing.T, dir string) *evidence.Workspace {
	t.Helper()
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	stages, err := place.Stages()
	if err != nil {
		t.Fatal(err)
	}
	orgs, err := org.Stages(org.Settings{SameAddress: ws.Registration.SameAddress, SamePostcode: ws.Registration.SamePostcode})
	if err != nil {
		t.Fatal(err)
	}
	all := append(append(append(append([]lake.Stage{}, stages...), orgs...), network.Stages()...), predict.Stages()...)
	for _, of := range []func() ([]lake.Stage, error){func() ([]lake.Stage, error) {
		list, err := sector.Load(ws.Dir, ws.Sectors)
		return sector.Stages(list, ws.Sectors), err
	}, profile.Stages} {
		more, err := of()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, more...)
	}
	now := func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	if _, err := evidence.Build(t.Context(), ws, evidence.BuildOptions{Stages: all, Now: now, MemoryMB: 512}); err != nil {
		t.Fatal(err)
	}
	return ws
}

// rename gives the first organisation of the table another name.
func rename(t *testing.T, dir, name string) {
	t.Helper()
	file := filepath.Join(dir, "tables", "organisations.csv")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.SplitN(string(text), "\n", 3)
	cells := strings.SplitN(rows[1], ",", 3)
	cells[1] = name
	rows[1] = strings.Join(cells, ",")
	if err := os.WriteFile(file, []byte(strings.Join(rows, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
}

func total(t *testing.T, s *Snapshot) int {
	t.Helper()
	n, err := org.Total(context.Background(), s.DB, org.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// TestShelf follows a shelf from its first release over a swap to its end.
func TestShelf(t *testing.T) {
	dir := t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	empty, err := evidence.OpenWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(t.Context(), empty, log); err == nil {
		t.Error("a workspace without a release gave a shelf")
	}
	ws := build(t, dir)
	s, err := New(t.Context(), ws, log)
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 4)
	s.OnSwap(func(snap *Snapshot) { told <- snap.Rel.ID })
	first := s.Acquire()
	if got := <-told; got != first.Rel.ID {
		t.Errorf("told of %s while %s is served", got, first.Rel.ID)
	}
	if err := s.Swap(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := s.Acquire()
	again.Release()
	if again != first {
		t.Error("looking again swapped the release for itself")
	}

	rename(t, dir, "Renamed Works")
	build(t, dir)
	if err := s.Swap(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := s.Acquire()
	if second.Rel.ID == first.Rel.ID || <-told != second.Rel.ID {
		t.Errorf("after the swap %s is served, before it %s", second.Rel.ID, first.Rel.ID)
	}
	if len(second.Search.Search("renamed works", 1).Hits) != 1 || len(first.Search.Search("renamed works", 1).Hits) != 0 {
		t.Error("the newer name is not in the newer release alone")
	}
	if a, b := total(t, first), total(t, second); a != b || a == 0 {
		t.Errorf("%d organisations in the release that was swapped away, %d in the newer", a, b)
	}
	first.Release()
	if first.Acquire() {
		t.Error("a release that all have given back can still be acquired")
	}
	s.Close()
	if total(t, second) == 0 {
		t.Error("a release closed while it was held")
	}
	second.Release()
	if s.Acquire() != nil {
		t.Error("a closed shelf gives a release")
	}
	if err := s.Swap(t.Context()); err != nil {
		t.Errorf("a closed shelf looks for releases: %v", err)
	}
	s.Close()
}

func TestRemember(t *testing.T) {
	var m Memo
	made := 0
	value := func() (int, error) { made++; return made, nil }
	for range 3 {
		if v, err := Remember(&m, "a", value); v != 1 || err != nil {
			t.Errorf("%d, %v; want 1", v, err)
		}
	}
	m.Forget("a")
	if v, _ := Remember(&m, "a", value); v != 2 {
		t.Errorf("%d after Forget, want 2", v)
	}
	fault := errors.New("fault")
	if _, err := Remember(&m, "b", func() (int, error) { return 0, fault }); !errors.Is(err, fault) {
		t.Errorf("%v, want the fault", err)
	}
	if v, err := Remember(&m, "b", value); v != 3 || err != nil {
		t.Errorf("after a fault %d, %v; want 3", v, err)
	}
	for i := range memoMost {
		if _, err := Remember(&m, fmt.Sprint(i), value); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.m) > memoMost {
		t.Errorf("%d entries kept, at most %d wanted", len(m.m), memoMost)
	}
}

// A visitor that leaves must not fail those who wait for the same value.
func TestRemember_othersFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m Memo
		leave := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			_, err := Remember(&m, "a", func() (int, error) { <-leave; return 0, context.Canceled })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("who left got %v", err)
			}
		})
		synctest.Wait()
		for range 3 {
			all.Go(func() {
				if v, err := Remember(&m, "a", func() (int, error) { return 7, nil }); v != 7 || err != nil {
					t.Errorf("who waited got %d, %v", v, err)
				}
			})
		}
		close(leave)
		all.Wait()
	})
}
