package backup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode"
)

// plain says that a path, with slashes, means the same file under every folder on
// every machine, and nothing outside of it.
func plain(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.Contains(name, `\`) && !strings.ContainsFunc(name, unicode.IsControl) && filepath.IsLocal(filepath.FromSlash(name))
}

// isDerived says that a path lies in the folder of what a build makes. Some systems
// do not tell large letters from small ones.
func isDerived(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return strings.EqualFold(first, derived)
}

// listFolder lists the regular files of a folder in order, and what else there is and
// is passed over. Links are not followed: they may lead anywhere.
func listFolder(root *os.Root, leave func(fs.FileInfo) bool) (files []string, skipped []Skipped, err error) {
	skip := func(name, why string) { skipped = append(skipped, Skipped{name, why}) }
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && name != ".":
			return nil // it went away in between
		case err != nil:
			return fmt.Errorf("%w; make it readable, or move it out of the folder", err)
		case isDerived(name):
			return skipDir(d)
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			skip(name, "it is a link or no file; what a link leads to is not followed")
			return nil
		case !plain(name):
			skip(name, "its name cannot be restored on every system; give it another")
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if !leave(info) {
			files = append(files, name)
		}
		return nil
	})
	return files, skipped, err
}

func skipDir(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// extract writes one file below root, in folders that it makes. A file that is there
// already is never written over.
func extract(root *os.Root, name string, mode fs.FileMode, fill func(*os.File) error) error {
	if dir := path.Dir(name); dir != "." {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	err = fill(f)
	return errors.Join(err, f.Close())
}

// leftOut says why a file of the folder is not in a backup. A store is not even opened:
// closing it again would let go of the locks that this process has on it. An earlier
// backup in the folder, whole or cut, would make each backup hold all before it.
func leftOut(root *os.Root, name string, store []fs.FileInfo) (why string, err error) {
	fi, err := root.Lstat(name)
	if err != nil {
		return "", err
	}
	for _, s := range store {
		if os.SameFile(fi, s) {
			return "it is the store, which is in the backup table by table", nil
		}
	}
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if isBackup(f) {
		return "it is a backup itself; keep backups outside the folder", nil
	}
	return "", nil
}

// isBackup says that a file begins as a backup does: a ZIP whose first entry is the
// first table (APPNOTE.TXT 4.3.7).
func isBackup(r io.Reader) bool {
	const header = 30
	want := storePrefix + keptTables()[0].Name + storeEnd
	b := make([]byte, header+len(want))
	if _, err := io.ReadFull(r, b); err != nil {
		return false
	}
	return string(b[:4]) == "PK\x03\x04" && int(binary.LittleEndian.Uint16(b[26:])) == len(want) && string(b[header:]) == want
}
