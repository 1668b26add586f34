// Package backup puts a workspace into one file and takes it out again: what people
// made, as a copy of the store at one moment, and the files of the workspace folder.
// It owns the form of that file, the refusals that keep a damaged or hostile one from
// doing harm, and the order of steps in which nothing half done is ever seen. What can
// be built again (releases) and raw data outside the folder are not in it; of the
// latter it keeps names and hashes.
//
// The file is a ZIP. backup.json describes it and gives size and SHA-256 of every
// other entry; store/TABLE.jsonl has the rows of a table as JSON arrays, bytes in
// base64; workspace/ has the folder; raw.json the list of files outside it. It goes
// from either kind of database into either. It is neither encrypted nor signed, and
// it holds password hashes: it is to be kept as safe as the store.
package backup

import (
	"errors"
	"slices"
	"strings"
	"time"

	"milieu/internal/store"
)

// format is the form of the file. A program reads its own and those before it.
const format = 1

// Names of entries.
const (
	aboutName   = "backup.json"
	rawName     = "raw.json"
	storePrefix = "store/"
	storeEnd    = ".jsonl"
	filesPrefix = "workspace/"
)

// derived is the folder, in that of the workspace, of what a build makes; a SQLite
// store stands there too. It is evidence.Derived, which this layer does not see.
const derived = ".milieu"

// What a backup may hold. It is looked at when one is made and again when it is read,
// since a file that says less than it unpacks to is how an archive does harm.
const (
	mostFolder  = 2 << 30  // bytes of the workspace folder
	mostStore   = 8 << 30  // bytes of all tables together
	mostAbout   = 64 << 20 // bytes of backup.json, and of raw.json
	mostRow     = 64 << 20 // bytes of one row
	mostFiles   = 100_000
	mostEntries = mostFiles + 1000
	mostRatio   = 250      // unpacked to packed,
	suspectFrom = 16 << 20 // looked at above this size
)

// notKept are tables that a backup leaves out: whoever was signed in or invited when
// it was made shall not be so again because it was restored, and a spreadsheet that
// waits for its import lives for a day.
var notKept = []string{"session", "invitation", "upload"}

// keptTables are the tables of a backup.
func keptTables() []store.Table {
	return slices.DeleteFunc(slices.Clone(store.Tables), func(t store.Table) bool { return slices.Contains(notKept, t.Name) })
}

// RawFile is a file outside the workspace folder from which a source was read.
type RawFile struct {
	Name   string `json:"name"` // as releases call it
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Skipped is something in the folder that is not in the backup.
type Skipped struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// TableRows is how many rows of a table a backup has.
type TableRows struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

// Summary says what a backup holds and, after Restore, what became of it.
type Summary struct {
	File      string      `json:"file"`
	Bytes     int64       `json:"bytes"` // of the file itself
	Workspace string      `json:"workspace"`
	At        string      `json:"at"` // moment of the copy, as store.Time writes it
	Version   string      `json:"version"`
	Dialect   string      `json:"dialect"` // of the store that it was made from
	Release   string      `json:"release,omitempty"`
	Files     int         `json:"files"` // of the workspace folder
	FileBytes int64       `json:"file_bytes"`
	People    int64       `json:"people"` // members
	Decisions int64       `json:"decisions"`
	Events    int64       `json:"events"`     // of the audit log
	AuditHead string      `json:"audit_head"` // hash of the last event, to be noted elsewhere
	Tables    []TableRows `json:"tables"`
	Raw       []RawFile   `json:"raw,omitempty"`     // not in the backup: keep them elsewhere
	Skipped   []Skipped   `json:"skipped,omitempty"` // not in the backup
	Restored  *Restored   `json:"restored,omitempty"`
}

// Restored says where a backup was restored to.
type Restored struct {
	Dir      string  `json:"dir"`
	Store    string  `json:"store"`               // a file, or host and database
	Aside    []Aside `json:"aside,omitempty"`     // what stood there before
	Requeued int64   `json:"requeued"`            // jobs that ran when the backup was made and will be begun again
	Accounts int64   `json:"accounts_left_alone"` // people whom the database knew already: their accounts stay as they are
}

// Aside is something that stood in the way of a restore and where it is now.
type Aside struct {
	Was string `json:"was"`
	Now string `json:"now"`
}

// about is backup.json.
type about struct {
	Format     int               `json:"format"`
	Workspace  string            `json:"workspace"`
	At         string            `json:"at"`
	Version    string            `json:"version"`
	Dialect    string            `json:"dialect"`
	Release    string            `json:"release,omitempty"`
	Migrations []store.Migration `json:"migrations"`
	Audit      head              `json:"audit"`
	Tables     []aboutTable      `json:"tables"`
	Entries    []aboutEntry      `json:"entries"` // all but backup.json
	Skipped    []Skipped         `json:"skipped,omitempty"`
}

// head is the last event of the audit log.
type head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

type aboutTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Types   []string `json:"types"`
	Rows    int64    `json:"rows"`
}

func (t aboutTable) entry() string { return storePrefix + t.Name + storeEnd }

type aboutEntry struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// summary is what there is to tell of a backup.
func (a about) summary(file string, size int64, raw []RawFile) Summary {
	s := Summary{File: file, Bytes: size, Workspace: a.Workspace, At: a.At, Version: a.Version, Dialect: a.Dialect, Release: a.Release,
		AuditHead: a.Audit.Hash, Raw: raw, Skipped: a.Skipped}
	for _, e := range a.Entries {
		if strings.HasPrefix(e.Name, filesPrefix) {
			s.Files++
			s.FileBytes += e.Bytes
		}
	}
	for _, t := range a.Tables {
		s.Tables = append(s.Tables, TableRows{t.Name, t.Rows})
		switch t.Name {
		case "member":
			s.People = t.Rows
		case "decision":
			s.Decisions = t.Rows
		case "audit_event":
			s.Events = t.Rows
		}
	}
	return s
}

// errDense says that a part of a file unpacks to suspiciously much.
var errDense = errors.New("it unpacks to more than is safe")

// clock is now, the real one where nobody gives another.
func clock(now func() time.Time) time.Time {
	if now == nil {
		return time.Now()
	}
	return now()
}
