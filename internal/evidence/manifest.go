package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"milieu/internal/lake"
)

const (
	manifestFile = "manifest.json"
	builtFile    = "built.json"
)

// format is the form of releases that this program writes and reads: which tables there
// are and what they hold.
const format = 6

// Manifest says what a release is made of. It holds nothing that differs
// between two builds of the same inputs, so its hash is the release's id.
type Manifest struct {
	Format    int              `json:"format"`
	Name      string           `json:"name"`
	Short     string           `json:"short"`
	Sources   []ManifestSource `json:"sources"`
	Decisions []string         `json:"decisions"` // ids of the decisions applied
	Tables    []Table          `json:"tables"`
	Stages    []lake.Output    `json:"stages"`
}

// ManifestSource is one source as it entered the release.
type ManifestSource struct {
	ID          string  `json:"id"`
	Type        string  `json:"type"`
	Title       string  `json:"title"`
	Publisher   string  `json:"publisher,omitempty"`
	Licence     string  `json:"licence"`
	Attribution string  `json:"attribution,omitempty"`
	URL         string  `json:"url,omitempty"`
	Retrieved   string  `json:"retrieved,omitempty"`
	Path        string  `json:"path"`
	Reading     Reading `json:"reading"`
}

// Table is one file of the release.
type Table struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// isTable tells tables of rows from indexes over them.
func (t Table) isTable() bool { return strings.HasSuffix(t.File, ".parquet") }

func newManifest(ws *Workspace, inputs []input, outs []lake.Output) (Manifest, error) {
	m := Manifest{Format: format, Name: ws.Name, Short: ws.Short, Decisions: []string{}}
	dirs := map[string]string{}
	for _, o := range outs {
		dirs[o.Name] = o.Dir
		if o.ByInput {
			o.SHA256, o.Bytes = "", 0
		}
		if !o.View && !o.Always {
			m.Stages = append(m.Stages, o)
		}
		if !o.Private && !o.View {
			m.Tables = append(m.Tables, Table{o.Name, releaseFile(o), o.Rows, o.Bytes, o.SHA256})
		}
	}
	sort.Slice(m.Stages, func(i, j int) bool { return m.Stages[i].Name < m.Stages[j].Name })
	sort.Slice(m.Tables, func(i, j int) bool { return m.Tables[i].Name < m.Tables[j].Name })
	for _, in := range inputs {
		s := in.source
		ms := ManifestSource{ID: s.ID, Type: s.Type, Title: s.Title, Publisher: s.Publisher, Licence: s.Licence,
			Attribution: s.Attribution, URL: s.URL, Retrieved: s.Retrieved, Path: s.Path}
		if err := decodeJSON(filepath.Join(dirs[rawName(s.ID)], readingFile), &ms.Reading); err != nil {
			return m, fmt.Errorf("source %s: %w", s.ID, err)
		}
		m.Sources = append(m.Sources, ms)
	}
	return m, nil
}

// seal writes the manifest and names the release after it.
func (m Manifest) seal() (id string, text []byte, err error) {
	text, err = json.MarshalIndent(m, "", "  ")
	if err != nil {
		return "", nil, err
	}
	text = append(text, '\n')
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6]), text, nil
}

// Source finds a source of the manifest.
func (m Manifest) Source(id string) (ManifestSource, bool) {
	for _, s := range m.Sources {
		if s.ID == id {
			return s, true
		}
	}
	return ManifestSource{}, false
}

// Rows is how many rows a table has, 0 when there is none.
func (m Manifest) Rows(table string) int64 {
	for _, t := range m.Tables {
		if t.Name == table {
			return t.Rows
		}
	}
	return 0
}
