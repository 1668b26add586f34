package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"milieu/internal/store"
)

// spot is where a workspace is going to stand. Everything is made in folders beside it
// and moved there at the end by renaming, which is undone when one of the renames fails.
type spot struct {
	dir    string // the workspace folder
	there  bool   // it exists
	empty  bool   // and there is nothing in it
	file   string // SQLite store; empty: there is none, the store is a database elsewhere
	inside string // of dir, with slashes, where the store stands; empty: outside
	old    bool   // a store is there already

	stages []string // folders to be removed at the end
	moves  []Aside
}

// findSpot looks at what stands in the target already.
func findSpot(t Target) (*spot, error) {
	dir, err := filepath.Abs(t.Dir)
	if err != nil {
		return nil, err
	}
	s := &spot{}
	if t.Store.URL == "" {
		if s.file, err = filepath.Abs(t.Store.File); err != nil {
			return nil, err
		}
		if in, err := filepath.Rel(dir, s.file); err == nil && filepath.IsLocal(in) && in != "." {
			s.inside = filepath.ToSlash(in)
		}
	}
	// A link to a folder stays; it is the folder that is replaced.
	if s.dir, err = filepath.EvalSymlinks(dir); err != nil {
		s.dir = dir
	}
	if s.inside != "" {
		s.file = filepath.Join(s.dir, filepath.FromSlash(s.inside))
	}
	if err := s.look(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *spot) look() error {
	if up, err := os.Stat(filepath.Dir(s.dir)); err != nil || !up.IsDir() {
		return fmt.Errorf("%s is no folder; make it first, or name another with --dir", filepath.Dir(s.dir))
	}
	fi, err := os.Lstat(s.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist): // it will be made
	case err != nil:
		return err
	case !fi.IsDir():
		return fmt.Errorf("%s is there and is no folder; name another with --dir", s.dir)
	default:
		s.there = true
		if s.empty, err = isEmpty(s.dir); err != nil {
			return err
		}
	}
	if s.file == "" {
		return nil
	}
	switch _, err := os.Lstat(s.file); {
	case err == nil:
		s.old = true
	case !errors.Is(err, fs.ErrNotExist):
		return err
	case s.inside == "":
		if up, err := os.Stat(filepath.Dir(s.file)); err != nil || !up.IsDir() {
			return fmt.Errorf("%s, where the store is to stand, is no folder; make it first", filepath.Dir(s.file))
		}
	}
	return nil
}

func isEmpty(dir string) (bool, error) {
	d, err := os.Open(dir)
	if err != nil {
		return false, err
	}
	defer d.Close()
	_, err = d.Readdirnames(1)
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	return false, err
}

// free says whether a workspace may be put here.
func (s *spot) free(ctx context.Context, replace bool) error {
	if (!s.there || s.empty) && !s.old {
		return nil
	}
	what := s.dir
	if s.old && s.inside == "" {
		what = s.file
	}
	if !replace {
		return fmt.Errorf("%s is not empty and is left alone; name an empty or new folder with --dir, or say --replace to have what is there moved aside", what)
	}
	if !s.old {
		return nil
	}
	// A store that is damaged may be moved too; one that is in use may not.
	if err := store.Fold(ctx, s.file); errors.Is(err, store.ErrBusy) {
		return fmt.Errorf("%s is in use: stop milieu serve, and whatever else works with this workspace, then begin again", s.file)
	}
	return nil
}

// stage makes the folders in which the workspace and its store are made.
func (s *spot) stage() (folder, file string, err error) {
	place := filepath.Dir(s.dir)
	if s.there && s.empty {
		// It may be a disk of its own, to which nothing can be renamed from outside.
		place = s.dir
	}
	made, err := s.makeStage(place)
	if err != nil {
		return "", "", err
	}
	folder = filepath.Join(made, "workspace")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return "", "", err
	}
	switch {
	case s.file == "":
		return folder, filepath.Join(made, "passing.db"), nil
	case s.inside != "":
		return folder, filepath.Join(folder, filepath.FromSlash(s.inside)), nil
	}
	if made, err = s.makeStage(filepath.Dir(s.file)); err != nil {
		return "", "", err
	}
	return folder, filepath.Join(made, "workspace.db"), nil
}

func (s *spot) makeStage(in string) (string, error) {
	made, err := os.MkdirTemp(in, ".milieu-restore-")
	if err == nil {
		s.stages = append(s.stages, made)
	}
	return made, err
}

// clear removes what is left of the work.
func (s *spot) clear() {
	for _, d := range s.stages {
		_ = os.RemoveAll(d) // it is hidden, and harms nobody
	}
}

// settle moves what was there aside and what was made to its place. When that fails
// all is as it was.
func (s *spot) settle(folder, file string, now time.Time) ([]Aside, error) {
	aside, err := s.moveAll(folder, file, ".before-"+now.UTC().Format("20060102T150405Z"))
	if err == nil {
		return aside, nil
	}
	for i := len(s.moves) - 1; i >= 0; i-- {
		if back := os.Rename(s.moves[i].Now, s.moves[i].Was); back != nil {
			err = fmt.Errorf("%w; and %s, which belongs at %s, could not be put back: %w", err, s.moves[i].Now, s.moves[i].Was, back)
		}
	}
	return nil, err
}

func (s *spot) moveAll(folder, file, end string) (aside []Aside, err error) {
	away := func(path, more string) error {
		a := Aside{path + more, path + end + more}
		aside = append(aside, a)
		if err := s.move(a.Was, a.Now); err != nil {
			return fmt.Errorf("what is there cannot be moved aside: %w; move it yourself, or restore into another folder", err)
		}
		return nil
	}
	if s.there && !s.empty {
		if err := away(s.dir, ""); err != nil {
			return nil, err
		}
		s.there = false
	}
	if s.file != "" && s.inside == "" {
		// The log of a store that could not be folded goes with it.
		for _, more := range []string{"", "-wal", "-shm"} {
			if _, err := os.Lstat(s.file + more); err != nil {
				continue
			}
			if err := away(s.file, more); err != nil {
				return nil, err
			}
		}
		if err := s.move(file, s.file); err != nil {
			return nil, err
		}
	}
	if !s.there {
		return aside, s.move(folder, s.dir)
	}
	return aside, s.moveInto(folder)
}

// moveInto fills the folder that is there. The files at its top come last: by one of
// them a folder is known as a workspace.
func (s *spot) moveInto(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, dirs := range []bool{true, false} {
		for _, e := range entries {
			if e.IsDir() != dirs {
				continue
			}
			if err := s.move(filepath.Join(folder, e.Name()), filepath.Join(s.dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// move renames, over nothing that is there.
func (s *spot) move(from, to string) error {
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = fmt.Errorf("%s is there already", to)
		}
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	s.moves = append(s.moves, Aside{from, to})
	return nil
}
