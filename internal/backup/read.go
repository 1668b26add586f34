package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Read verifies a backup and says what it holds: every entry has the size and hash
// that it should have, the tables load into an empty store, and the chain of the audit
// log is whole there. Nothing is left behind.
func Read(ctx context.Context, file string) (Summary, error) {
	s, err := read(ctx, file)
	if err != nil {
		return Summary{}, fmt.Errorf("backup %s: %w", file, err)
	}
	return s, nil
}

func read(ctx context.Context, file string) (Summary, error) {
	a, err := openArchive(file)
	if err != nil {
		return Summary{}, err
	}
	defer a.close()
	if err := a.verify(ctx); err != nil {
		return Summary{}, err
	}
	dir, err := os.MkdirTemp("", "milieu-backup-")
	if err != nil {
		return Summary{}, err
	}
	defer os.RemoveAll(dir)
	db, err := a.load(ctx, filepath.Join(dir, "workspace.db"))
	if err != nil {
		return Summary{}, err
	}
	return a.summary(), db.Close()
}

// archive is an opened backup.
type archive struct {
	file    string
	f       *os.File
	size    int64
	entries map[string]*zip.File
	about   about
	raw     []RawFile
}

func (a *archive) close() { _ = a.f.Close() } // it was only read

func (a *archive) summary() Summary { return a.about.summary(a.file, a.size, a.raw) }

// openArchive opens a backup and refuses what no backup has, as far as that shows
// without unpacking it.
func openArchive(file string) (*archive, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, errors.Unwrap(err) // the caller names the file
	}
	a := &archive{file: file, f: f, entries: map[string]*zip.File{}}
	if err := a.open(); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

func (a *archive) open() error {
	info, err := a.f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is no file")
	}
	a.size = info.Size()
	z, err := zip.NewReader(a.f, a.size)
	if err != nil {
		return fmt.Errorf("it is no backup, or it is cut or damaged (%w); take another copy of it", err)
	}
	if len(z.File) > mostEntries {
		return fmt.Errorf("it has %d entries; a backup has at most %d", len(z.File), mostEntries)
	}
	for _, e := range z.File {
		if err := a.admit(e); err != nil {
			return fmt.Errorf("entry %q: %w", e.Name, err)
		}
	}
	if err := a.sizes(z.File); err != nil {
		return err
	}
	if err := a.decode(aboutName, &a.about); err != nil {
		return err
	}
	if a.about.Format != format {
		return fmt.Errorf("it has form %d; this program reads form %d: use the version of milieu that made it (%s)", a.about.Format, format, a.about.Version)
	}
	return a.compare()
}

// admit takes an entry into account, or refuses it and the whole file.
func (a *archive) admit(e *zip.File) error {
	const hostile = "; the file was not made by milieu and is refused whole"
	inFolder, isFile := strings.CutPrefix(e.Name, filesPrefix)
	switch {
	case !plain(e.Name):
		return errors.New("its name leads out of the folder that it belongs to, or is not the same everywhere" + hostile)
	case a.entries[e.Name] != nil:
		return errors.New("it is there twice" + hostile)
	case !e.Mode().IsRegular():
		return fmt.Errorf("it is no file (%s)"+hostile, e.Mode())
	case e.Method != zip.Deflate && e.Method != zip.Store || e.Flags&1 != 0:
		return errors.New("it is packed in a way that no backup is" + hostile)
	case isFile && isDerived(inFolder):
		return fmt.Errorf("%s/ is made anew by every build and is in no backup"+hostile, derived)
	case !isFile && e.Name != aboutName && e.Name != rawName && !(strings.HasPrefix(e.Name, storePrefix) && strings.HasSuffix(e.Name, storeEnd)):
		return errors.New("no backup has one of this name" + hostile)
	}
	a.entries[e.Name] = e
	return nil
}

// sizes holds what entries say that they unpack to against what a backup may be.
func (a *archive) sizes(entries []*zip.File) error {
	var folder, tables, all, packed uint64
	for _, e := range entries {
		n := e.UncompressedSize64
		// Each alone first, so that no sum runs over.
		if n > mostStore {
			return fmt.Errorf("entry %q: it says that it unpacks to %d bytes: %w", e.Name, n, errDense)
		}
		if n > suspectFrom && n/mostRatio > e.CompressedSize64 {
			return fmt.Errorf("entry %q: it says that it unpacks from %d to %d bytes: %w", e.Name, e.CompressedSize64, n, errDense)
		}
		all, packed = all+n, packed+e.CompressedSize64
		switch {
		case strings.HasPrefix(e.Name, filesPrefix):
			folder += n
		case strings.HasPrefix(e.Name, storePrefix):
			tables += n
		case n > mostAbout:
			return fmt.Errorf("entry %q: it says that it has %d bytes; there it may have %d", e.Name, n, mostAbout)
		}
	}
	// Entries may share their packed bytes, so that these count once only.
	packed = min(packed, uint64(a.size))
	switch {
	case folder > mostFolder:
		return fmt.Errorf("its folder unpacks to %d bytes; a backup takes %d", folder, int64(mostFolder))
	case tables > mostStore:
		return fmt.Errorf("its tables unpack to %d bytes; a backup takes %d", tables, int64(mostStore))
	case all > suspectFrom && all/mostRatio > packed:
		return fmt.Errorf("it says that it unpacks from %d to %d bytes: %w", packed, all, errDense)
	}
	return nil
}

// decode reads an entry that is JSON, strictly.
func (a *archive) decode(name string, into any) error {
	e := a.entries[name]
	if e == nil {
		return fmt.Errorf("it has no %s: it is no backup, or part of one is missing; take another copy of it", name)
	}
	r, err := e.Open()
	if err != nil {
		return fmt.Errorf("entry %q: %w", name, err)
	}
	defer r.Close()
	dec := json.NewDecoder(io.LimitReader(r, mostAbout))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("entry %q cannot be read: %w; take another copy of the backup", name, err)
	}
	// To the end, where the checksum is.
	if _, err := io.Copy(io.Discard, r); err != nil {
		return fmt.Errorf("entry %q: %w; take another copy of the backup", name, err)
	}
	return nil
}

// tableForm is how names of tables look. They are put into statements.
var tableForm = regexp.MustCompile(`^[a-z_]{1,40}$`)

// compare holds the entries that there are against those that backup.json lists.
func (a *archive) compare() error {
	listed := map[string]bool{aboutName: true}
	for _, e := range a.about.Entries {
		if listed[e.Name] {
			return fmt.Errorf("%s lists %q twice; the file is refused", aboutName, e.Name)
		}
		listed[e.Name] = true
		have := a.entries[e.Name]
		if have == nil {
			return fmt.Errorf("entry %q is missing; take another copy of the backup", e.Name)
		}
		if e.Bytes < 0 || uint64(e.Bytes) != have.UncompressedSize64 {
			return fmt.Errorf("entry %q has %d bytes where %s says %d; take another copy of the backup", e.Name, have.UncompressedSize64, aboutName, e.Bytes)
		}
	}
	tables := map[string]bool{}
	for _, t := range a.about.Tables {
		if !tableForm.MatchString(t.Name) || !listed[t.entry()] || tables[t.entry()] || len(t.Columns) != len(t.Types) {
			return fmt.Errorf("table %q is not described as it should be; the file is refused", t.Name)
		}
		tables[t.entry()] = true
	}
	for name := range a.entries {
		if !listed[name] || strings.HasPrefix(name, storePrefix) && !tables[name] {
			return fmt.Errorf("entry %q is not listed in %s; the file is refused", name, aboutName)
		}
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if a.entries[dir] != nil {
				return fmt.Errorf("entry %q is a file and a folder at once; the file is refused", dir)
			}
		}
	}
	if !listed[rawName] {
		return fmt.Errorf("it has no %s; the file is refused", rawName)
	}
	return nil
}

// verify reads every entry and holds it against its hash.
func (a *archive) verify(ctx context.Context) error {
	for _, e := range a.about.Entries {
		if err := a.copy(ctx, e, io.Discard); err != nil {
			return err
		}
	}
	return a.decode(rawName, &a.raw)
}

// copy unpacks an entry into w. It fails when what came out is not what was put in;
// w has had it by then.
func (a *archive) copy(ctx context.Context, e aboutEntry, w io.Writer) error {
	r, err := a.entries[e.Name].Open()
	if err != nil {
		return fmt.Errorf("entry %q: %w", e.Name, err)
	}
	defer r.Close()
	m := meter{w: w, hash: sha256.New()}
	_, err = io.Copy(&m, io.LimitReader(reading{ctx, r}, e.Bytes+1))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("entry %q: %w; if the backup is damaged, take another copy of it", e.Name, err)
	case m.bytes != e.Bytes || m.sum() != e.SHA256:
		return fmt.Errorf("entry %q is not what was put in: it is damaged or has been changed; take another copy of the backup", e.Name)
	}
	return nil
}
