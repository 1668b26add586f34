package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
)

// Source is what a backup is made of.
type Source struct {
	DB        *store.DB
	Workspace string    // id of the workspace in the store
	Dir       string    // its folder
	Raw       []RawFile // files outside the folder, named only
	Release   string    // id of the newest release, named only
	Version   string    // of the program
	Now       func() time.Time

	most int64 // bytes of the folder; 0: mostFolder
}

// Write makes a backup, which nobody but the owner of the file may read, while the
// workspace is in use: every change that was acknowledged before the call is in it. It
// is written to file.part, read back and verified there, and only then given its name,
// so that a file of that name is always a whole backup. A file that is there already
// is left alone. At the end a line is written into the audit log.
func Write(ctx context.Context, file string, s Source) (Summary, error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = errors.New("it is there already and is not written over; name another file, or move this one away")
		}
		return Summary{}, fmt.Errorf("backup %s: %w", file, err)
	}
	sum, err := s.writeAside(ctx, file)
	if err != nil {
		return Summary{}, fmt.Errorf("backup %s: %w", file, err)
	}
	err = s.DB.Update(ctx, func(q store.Querier) error {
		return note(ctx, q, s.Workspace, clock(s.Now), "backup.write", filepath.Base(file), map[string]string{"audit_head": sum.AuditHead})
	})
	if err != nil {
		return sum, fmt.Errorf("the backup %s is whole and verified, but that it was made could not be written into the audit log: %w", file, err)
	}
	return sum, nil
}

// note appends an event of the command line to the audit log.
func note(ctx context.Context, q store.Querier, workspace string, now time.Time, action, subject string, detail map[string]string) error {
	machine := auth.Machine(workspace)
	_, err := audit.Append(ctx, q, workspace, now, audit.Event{Actor: machine.PersonID, Via: machine.Via, Action: action, Subject: store.Storable(subject), Detail: detail})
	return err
}

func (s Source) writeAside(ctx context.Context, file string) (sum Summary, err error) {
	part := file + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return sum, fmt.Errorf("%s is there: another backup is being written, or one was cut off; when none is running, remove it and begin again", part)
	}
	if err != nil {
		return sum, err
	}
	defer func() {
		if err != nil {
			_ = f.Close() // it is thrown away
			_ = os.Remove(part)
		}
	}()
	// What compresses suspiciously well is stored as it is, so that whatever is made
	// here can be read again.
	for _, method := range []uint16{zip.Deflate, zip.Store} {
		sum, err = s.attempt(ctx, f, method)
		if !errors.Is(err, errDense) {
			break
		}
	}
	if err != nil {
		return sum, err
	}
	if err := f.Close(); err != nil {
		return sum, err
	}
	if err := os.Rename(part, file); err != nil {
		return sum, err
	}
	syncDir(filepath.Dir(file))
	sum.File = file
	return sum, nil
}

// attempt fills the file from its start, and verifies it as Read would.
func (s Source) attempt(ctx context.Context, f *os.File, method uint16) (Summary, error) {
	if err := f.Truncate(0); err != nil {
		return Summary{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Summary{}, err
	}
	w := writer{ctx: ctx, s: s, f: f, zip: zip.NewWriter(f), method: method}
	if err := w.write(); err != nil {
		return Summary{}, err
	}
	if err := f.Sync(); err != nil {
		return Summary{}, err
	}
	sum, err := read(ctx, f.Name())
	if err != nil {
		return sum, fmt.Errorf("it was written and could not be verified: %w", err)
	}
	return sum, nil
}

// syncDir makes a new name in a folder outlast a power cut, on systems that can. The
// bytes of the file are on disk already.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// writer writes the entries of one backup.
type writer struct {
	ctx    context.Context
	s      Source
	f      *os.File
	zip    *zip.Writer
	method uint16
	about  about
	folder int64 // bytes of the folder so far
}

func (w *writer) write() error {
	w.about = about{Format: format, Workspace: w.s.Workspace, At: store.Time(clock(w.s.Now)), Version: w.s.Version, Dialect: w.s.DB.Dialect(), Release: w.s.Release}
	if err := w.s.DB.View(w.ctx, w.tables); err != nil {
		return err
	}
	if err := w.files(); err != nil {
		return fmt.Errorf("folder %s: %w", w.s.Dir, err)
	}
	raw := w.s.Raw
	if raw == nil {
		raw = []RawFile{}
	}
	err := w.entry(zip.FileHeader{Name: rawName}, func(out io.Writer) error { return indented(out, raw) })
	if err != nil {
		return err
	}
	out, err := w.zip.CreateHeader(&zip.FileHeader{Name: aboutName, Method: w.method})
	if err != nil {
		return err
	}
	if err := indented(out, w.about); err != nil {
		return err
	}
	return w.zip.Close()
}

func indented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}

// entry adds one entry and its size and hash to the description.
func (w *writer) entry(h zip.FileHeader, fill func(io.Writer) error) error {
	h.Method = w.method
	out, err := w.zip.CreateHeader(&h)
	if err != nil {
		return err
	}
	m := meter{w: out, hash: sha256.New()}
	if err := fill(&m); err != nil {
		return err
	}
	w.about.Entries = append(w.about.Entries, aboutEntry{h.Name, m.bytes, m.sum()})
	return nil
}

// meter counts and hashes what goes through.
type meter struct {
	w     io.Writer
	hash  hash.Hash
	bytes int64
}

func (m *meter) Write(p []byte) (int, error) {
	n, err := m.w.Write(p)
	m.hash.Write(p[:n]) // it never fails
	m.bytes += int64(n)
	return n, err
}

func (m *meter) sum() string { return hex.EncodeToString(m.hash.Sum(nil)) }

const headQuery = `select seq, hash from audit_head where workspace = $1`

// tables writes the rows of the workspace as they stand at the moment of q.
func (w *writer) tables(q store.Querier) error {
	var err error
	if w.about.Migrations, err = store.Migrations(w.ctx, q); err != nil {
		return err
	}
	err = q.QueryRowContext(w.ctx, headQuery, w.s.Workspace).Scan(&w.about.Audit.Seq, &w.about.Audit.Hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	counts, err := store.CountWorkspace(w.ctx, q, w.s.Workspace)
	if err != nil {
		return err
	}
	for _, t := range keptTables() {
		if err := w.table(q, t, counts[t.Name]); err != nil {
			return err
		}
	}
	return w.others(q)
}

// others tells of rows that a store of one workspace has under other ids: somebody has
// changed the id of the workspace, which does not take along what was made before.
func (w *writer) others(q store.Querier) error {
	if w.s.DB.Dialect() != store.SQLite {
		return nil // there it is as it should be
	}
	ids, err := store.Workspaces(w.ctx, q)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if id != w.s.Workspace {
			w.about.Skipped = append(w.about.Skipped, Skipped{"store, workspace " + id, "the workspace is called " + w.s.Workspace + " now: set id in milieu.toml to the other name to have this in a backup"})
		}
	}
	return nil
}

func (w *writer) table(q store.Querier, t store.Table, want int64) error {
	a := aboutTable{Name: t.Name}
	for _, c := range t.Columns {
		a.Columns = append(a.Columns, c.Name)
		a.Types = append(a.Types, c.Type)
	}
	err := w.entry(zip.FileHeader{Name: a.entry()}, func(out io.Writer) error {
		return store.DumpWorkspace(w.ctx, q, w.s.Workspace, []store.Table{t}, func(_ string, _ []string, row []any) error {
			a.Rows++
			return encodeRow(out, row)
		})
	})
	if err == nil && a.Rows != want {
		err = fmt.Errorf("table %s: %d rows were read where %d are counted; try again, and look at the health of the database", t.Name, a.Rows, want)
	}
	w.about.Tables = append(w.about.Tables, a)
	return err
}

// files writes the files of the workspace folder.
func (w *writer) files() error {
	root, err := os.OpenRoot(w.s.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	self, err := w.f.Stat()
	if err != nil {
		return err
	}
	names, skipped, err := listFolder(root, func(fi fs.FileInfo) bool { return os.SameFile(fi, self) })
	if err != nil {
		return err
	}
	w.about.Skipped = append(w.about.Skipped, skipped...)
	if len(names) > mostFiles {
		return fmt.Errorf("it has %d files; a backup takes %d: move what is not needed out of it", len(names), mostFiles)
	}
	leave := w.storeFiles()
	for _, name := range names {
		why, err := leftOut(root, name, leave)
		if why != "" {
			w.about.Skipped = append(w.about.Skipped, Skipped{name, why})
			continue
		}
		if err == nil {
			err = w.file(root, name)
		}
		if errors.Is(err, fs.ErrNotExist) {
			w.about.Skipped = append(w.about.Skipped, Skipped{name, "it was removed while the backup was made"})
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// storeFiles are the files of a SQLite store, wherever it stands.
func (w *writer) storeFiles() (out []fs.FileInfo) {
	if w.s.DB.Dialect() != store.SQLite {
		return nil
	}
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if fi, err := os.Stat(w.s.DB.Where() + end); err == nil {
			out = append(out, fi)
		}
	}
	return out
}

func (w *writer) file(root *os.Root, name string) error {
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it was a file and is none now; try again")
	}
	h := zip.FileHeader{Name: filesPrefix + name, Modified: info.ModTime()}
	h.SetMode(info.Mode().Perm())
	return w.entry(h, func(out io.Writer) error {
		left := w.most() - w.folder
		n, err := io.Copy(out, io.LimitReader(reading{w.ctx, f}, left+1))
		w.folder += n
		if err == nil && n > left {
			err = fmt.Errorf("with it the folder holds more than %d MiB, which is the most that a backup takes: keep raw data in a folder outside the workspace, "+
				"name that with data = \"...\" in milieu.toml and the files as data:..., and the backup lists them by hash", w.most()>>20)
		}
		return err
	})
}

func (w *writer) most() int64 {
	if w.s.most > 0 {
		return w.s.most
	}
	return mostFolder
}

// reading ends when ctx does.
type reading struct {
	ctx context.Context
	r   io.Reader
}

func (r reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
