package evidence

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"milieu/internal/lake"
)

// Release is a finished build: where it is and what it is made of.
type Release struct {
	ID       string
	Dir      string
	Manifest Manifest
	Built    Built
}

// Built is when and how long; it stands beside the release, not in it.
type Built struct {
	At      string  `json:"at"` // RFC 3339, UTC
	Seconds float64 `json:"seconds"`
}

// Date is the day of the build.
func (b Built) Date() string {
	if len(b.At) < 10 {
		return ""
	}
	return b.At[:10]
}

// ErrNoRelease says that the workspace has not been built yet.
var ErrNoRelease = errors.New("there is no release yet; make one with: milieu build")

// Current is the newest release of a workspace.
func Current(ws *Workspace) (Release, error) {
	id := currentID(filepath.Join(ws.Dir, Derived))
	if id == "" {
		return Release{}, ErrNoRelease
	}
	return readRelease(ws, id)
}

// CurrentID is the id of the newest release, "" when there is none. It is
// cheap, for those who watch for a newer one.
func CurrentID(ws *Workspace) string { return currentID(filepath.Join(ws.Dir, Derived)) }

// Open opens a release's tables for reading.
func (r Release) Open(ctx context.Context, o lake.Options) (*lake.DB, error) {
	return lake.OpenTables(ctx, r.Dir, o)
}

// Path is the file of an index or table in the release.
func (r Release) Path(file string) string { return filepath.Join(r.Dir, file) }

// OpenRelease reads a release by id.
func OpenRelease(ws *Workspace, id string) (Release, error) { return readRelease(ws, id) }

func readRelease(ws *Workspace, id string) (Release, error) {
	dir := filepath.Join(ws.Dir, Derived, "releases", id)
	r := Release{ID: id, Dir: dir}
	if err := decodeJSON(filepath.Join(dir, manifestFile), &r.Manifest); err != nil {
		return r, fmt.Errorf("release %s cannot be read: %w; build again", id, err)
	}
	if r.Manifest.Format != format {
		return r, fmt.Errorf("release %s was made by another version of the program (form %d, this one reads %d); build again", id, r.Manifest.Format, format)
	}
	// The time of the build is a convenience: a release without it is whole.
	if err := decodeJSON(filepath.Join(dir, builtFile), &r.Built); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	return r, nil
}

// The file history lists the ids of releases, newest first; its first line is
// the current one.
const historyFile = "history"

func history(root string) []string {
	b, err := os.ReadFile(filepath.Join(root, historyFile))
	if err != nil {
		return nil
	}
	return strings.Fields(string(b))
}

func currentID(root string) string {
	h := history(root)
	if len(h) == 0 {
		return ""
	}
	return h[0]
}

func setCurrent(root, id string) error {
	h := []string{id}
	for _, old := range history(root) {
		if old != id {
			h = append(h, old)
		}
	}
	return writeHistory(root, h)
}

func writeHistory(root string, ids []string) error {
	tmp := filepath.Join(root, historyFile+".part")
	if err := os.WriteFile(tmp, []byte(strings.Join(ids, "\n")+"\n"), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(root, historyFile))
}

// prune removes releases beyond the newest keep and those that hold what firms said and
// no longer stands, and cache folders and files of decisions and voices that no kept
// release was made from.
func prune(root string, keep int) error {
	h, err := remaining(root, keep)
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	stages, decisions, voices := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, id := range h {
		kept[id] = true
		var m Manifest
		if err := decodeJSON(filepath.Join(root, "releases", id, manifestFile), &m); err != nil {
			continue
		}
		for _, s := range m.Stages {
			stages[s.Name+"-"+s.Key] = true
		}
		for _, f := range m.decisionFiles() {
			decisions[f] = true
		}
		for _, f := range m.voiceFiles() {
			voices[f] = true
		}
	}
	if err := removeOthers(filepath.Join(root, "releases"), kept); err != nil {
		return err
	}
	if err := pruneMade(root, Decisions, decisions); err != nil {
		return err
	}
	if err := pruneMade(root, Voices, voices); err != nil {
		return err
	}
	return removeOthers(filepath.Join(root, "cache"), stages)
}

// remaining writes and gives the history without what is to go. The current release,
// the first, always stays.
func remaining(root string, keep int) ([]string, error) {
	all := history(root)
	var now map[string]bool
	var h []string
	for i, id := range all {
		if len(h) == keep {
			break
		}
		var m Manifest
		if err := decodeJSON(filepath.Join(root, "releases", id, manifestFile), &m); err != nil {
			if i == 0 {
				return nil, err
			}
			h = append(h, id)
			continue
		}
		if i == 0 {
			var err error
			if now, err = standing(root, m); err != nil {
				return nil, err
			}
		} else if gone, err := outdated(root, m, now); err != nil {
			return nil, err
		} else if gone {
			continue
		}
		h = append(h, id)
	}
	if len(h) == len(all) {
		return h, nil
	}
	return h, writeHistory(root, h)
}

func removeOthers(dir string, keep map[string]bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if keep[e.Name()] {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// TableChange is how a table differs between two releases.
type TableChange struct {
	Name          string
	Before, After int64
}

// Changes lists the tables whose bytes differ, and the sources whose reading
// does. Indexes follow the tables and are not listed.
func Changes(before, after Manifest) (tables []TableChange, sources []string) {
	was := map[string]Table{}
	for _, t := range before.Tables {
		if t.isTable() {
			was[t.Name] = t
		}
	}
	for _, t := range after.Tables {
		if !t.isTable() {
			continue
		}
		if old, ok := was[t.Name]; !ok || old.SHA256 != t.SHA256 {
			tables = append(tables, TableChange{t.Name, old.Rows, t.Rows})
		}
		delete(was, t.Name)
	}
	for _, name := range sortedKeys(was) {
		tables = append(tables, TableChange{name, was[name].Rows, 0})
	}
	sort.Slice(tables, func(i, j int) bool { return tables[i].Name < tables[j].Name })
	old := map[string]string{}
	for _, s := range before.Sources {
		old[s.ID] = fmt.Sprint(s.Reading)
	}
	for _, s := range after.Sources {
		if old[s.ID] != fmt.Sprint(s.Reading) {
			sources = append(sources, s.ID)
		}
		delete(old, s.ID)
	}
	return tables, append(sources, sortedKeys(old)...)
}
