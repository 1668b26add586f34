package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Decisions is the type of sources that hold decisions, and the id of the one that
// a build makes from what people decided in the program.
const Decisions = "decisions"

// decisionsDir is where those sources lie, from the workspace folder.
const decisionsDir = Derived + "/" + Decisions

// decisionHeader are the columns of a file of decisions.
var decisionHeader = []string{"decision_id", "at", "by", "kind", "table", "subject", "field", "value", "reason", "source_url"}

func (l DecisionLine) cells() []string {
	return []string{l.ID, l.At, l.By, l.Kind, l.Table, l.Subject, l.Field, l.Value, l.Reason, l.SourceURL}
}

// withDecisions are the workspace's sources and, where there are decisions, the file
// of them as one source more, the last.
func withDecisions(ws *Workspace, lines []DecisionLine) ([]Source, error) {
	if len(lines) == 0 {
		return ws.Sources, nil
	}
	defs, err := Definitions()
	if err != nil {
		return nil, err
	}
	text, err := decisionText(lines)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	name := decisionsDir + "/" + hex.EncodeToString(sum[:6]) + ".csv"
	if err := writeOnce(filepath.Join(ws.Dir, filepath.FromSlash(name)), text); err != nil {
		return nil, err
	}
	s := Source{ID: Decisions, Type: Decisions, Path: name}
	// The file is as old as the youngest decision in it, whenever it was written.
	for _, l := range lines {
		if day, _, _ := strings.Cut(l.At, "T"); dateForm.MatchString(day) {
			s.Retrieved = max(s.Retrieved, day)
		}
	}
	s.inherit(defs[Decisions])
	return append(ws.Sources[:len(ws.Sources):len(ws.Sources)], s), nil
}

// decisionText is the file of decisions. Each stands on a line of its own, so that a
// record's line shows all of it.
func decisionText(lines []DecisionLine) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(decisionHeader); err != nil {
		return nil, err
	}
	for _, l := range lines {
		cells := l.cells()
		for i, c := range cells {
			cells[i] = plainLine(c)
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func plainLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// writeOnce puts a file in place, unless it is there with the same text.
func writeOnce(file string, text []byte) error {
	old, err := os.ReadFile(file)
	if err == nil && bytes.Equal(old, text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.Create(file + ".part")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}

// decisionFiles are the names of the files of decisions that a release was made from.
func (m Manifest) decisionFiles() []string {
	var out []string
	for _, s := range m.Sources {
		for _, f := range s.Reading.Files {
			if path.Dir(f.Name) == decisionsDir {
				out = append(out, path.Base(f.Name))
			}
		}
	}
	return out
}

// pruneMade removes files of decisions or voices that no kept release was made from.
func pruneMade(root, dir string, keep map[string]bool) error {
	err := removeOthers(filepath.Join(root, dir), keep)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
