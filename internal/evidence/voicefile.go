package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// Voices is the type of sources that hold what surveys say, and the id of the one that a build makes from the answers
// of firms. InventedVoices is the id of the one with what invented answers came to: it stands apart, so that every
// record of the release says by its source which of the two it is.
const (
	Voices         = "voices"
	InventedVoices = "voices-invented"
)

// voicesDir is where those sources lie, from the workspace folder.
const voicesDir = Derived + "/" + Voices

// InventedNote stands wherever something of an invented survey is shown.
const InventedNote = "Invented answers: made by a stated model to show how this works. No firm said this."

// voiceHeader are the columns of a file of voices.
var voiceHeader = []string{"kind", "id", "survey_id", "survey", "wave", "day", "invented", "key", "other", "relation", "subject", "topic", "question", "text", "chose",
	"measure", "grouping", "category", "value", "lower", "upper", "level", "base"}

func (l VoiceLine) cells() []string {
	out := []string{l.Kind, l.ID, l.SurveyID, l.Survey, l.Wave, l.Day, "0", l.Key, l.Other, l.Relation, l.Subject, l.Topic, l.Question, l.Text, l.Chose, l.Measure, l.Grouping, l.Category, "", "", "", "", ""}
	if l.Invented {
		out[6] = "1"
	}
	if l.Kind == VoiceDemand {
		for i, v := range []float64{l.Value, l.Lower, l.Upper, l.Level} {
			out[18+i] = strconv.FormatFloat(v, 'g', -1, 64)
		}
		out[22] = strconv.Itoa(l.Base)
	}
	return out
}

// withVoices adds to the sources the file of what firms said and that of what invented answers came to, where there are lines.
func withVoices(ws *Workspace, sources []Source, lines []VoiceLine) ([]Source, error) {
	var said, invented []VoiceLine
	for _, l := range lines {
		switch {
		case !l.Invented:
			said = append(said, l)
		case l.Kind == VoiceDemand:
			invented = append(invented, l)
		default:
			return nil, fmt.Errorf("voices: line %s of the survey %s is invented and of the kind %s: an invented answer is no firm's", l.ID, l.SurveyID, l.Kind)
		}
	}
	out := sources[:len(sources):len(sources)]
	for _, part := range []struct {
		id    string
		lines []VoiceLine
	}{{Voices, said}, {InventedVoices, invented}} {
		if len(part.lines) == 0 {
			continue
		}
		s, err := voiceSource(ws, part.id, part.lines)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func voiceSource(ws *Workspace, id string, lines []VoiceLine) (Source, error) {
	defs, err := Definitions()
	if err != nil {
		return Source{}, err
	}
	text, err := voiceText(lines)
	if err != nil {
		return Source{}, err
	}
	sum := sha256.Sum256(text)
	name := voicesDir + "/" + hex.EncodeToString(sum[:6]) + ".csv"
	if err := writeOnce(filepath.Join(ws.Dir, filepath.FromSlash(name)), text); err != nil {
		return Source{}, err
	}
	s := Source{ID: id, Type: Voices, Path: name}
	if id == InventedVoices {
		s.Title, s.Publisher = InventedNote, "the program"
	}
	for _, l := range lines {
		if dateForm.MatchString(l.Day) {
			s.Retrieved = max(s.Retrieved, l.Day)
		}
	}
	s.inherit(defs[Voices])
	return s, nil
}

// voiceText is the file of voices. Each statement stands on a line of its own, so that a line shows all of it.
func voiceText(lines []VoiceLine) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(voiceHeader); err != nil {
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

// voiceFiles are the names of the files of voices that a release was made from, by the id of their source.
func (m Manifest) voiceFiles() map[string]string {
	out := map[string]string{}
	for _, s := range m.Sources {
		for _, f := range s.Reading.Files {
			if path.Dir(f.Name) == voicesDir {
				out[s.ID] = path.Base(f.Name)
			}
		}
	}
	return out
}

// outdated says that a release holds something that firms said and that no longer stands: it was erased, withdrawn or
// corrected. now are the lines that stand. Such a release is removed, with its files, when the next one is in place: what is
// erased is erased everywhere, and the difference of two releases does not tell what one firm has said.
func outdated(root string, m Manifest, now map[string]bool) (bool, error) {
	file, ok := m.voiceFiles()[Voices]
	if !ok {
		return false, nil
	}
	lines, err := voiceLines(root, file)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil // nobody can say any more what it holds
	}
	if err != nil {
		return false, err
	}
	for l := range lines {
		if !now[l] {
			return true, nil
		}
	}
	return false, nil
}

// standing are the lines of voices that a release was made from.
func standing(root string, m Manifest) (map[string]bool, error) {
	file, ok := m.voiceFiles()[Voices]
	if !ok {
		return nil, nil
	}
	return voiceLines(root, file)
}

func voiceLines(root, file string) (map[string]bool, error) {
	text, err := os.ReadFile(filepath.Join(root, Voices, file))
	if err != nil {
		return nil, fmt.Errorf("what firms said, as an earlier release has it: %w", err)
	}
	out := map[string]bool{}
	for l := range strings.Lines(string(text)) {
		out[l] = true
	}
	return out, nil
}
