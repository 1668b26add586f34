package evidence

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"milieu/internal/archive"
	"milieu/internal/lake"
	"milieu/internal/sheet"
	"milieu/internal/tabular"
)

// Record points at one record of a source as it came.
type Record struct {
	Source string
	File   string // name in the release, member after '!'
	Line   int
}

// Chain is the way from a figure back to its records: what it is, how it was
// reckoned, what it was reckoned from.
type Chain struct {
	Title   string  // the figure or fact, in words
	Value   string  // as shown
	How     string  // formula or rule with its numbers, "" for a plain fact
	Method  string  // where the method is described
	Steps   []Chain // what it was made from
	More    int     // steps left out because there are too many
	Records []Record
	URL     string // page that the record cites
	Decided bool   // it says what people decided: how and URL are theirs
}

// Records reads records from a query of source, file and line.
func Records(ctx context.Context, q lake.Querier, query string, args ...any) ([]Record, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("records: %w", err)
	}
	defer rows.Close()
	var out []Record
	for rows.Next() {
		var r Record
		if err := rows.Scan(&r.Source, &r.File, &r.Line); err != nil {
			return nil, fmt.Errorf("records: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// Cited is a record with all that a reader needs to check it.
type Cited struct {
	Record
	SourceTitle string
	Publisher   string
	Licence     string
	Attribution string
	Retrieved   string
	SHA256      string // of the file when the release was made
	Text        string // the record's first line as it stands in the file
	Problem     string // why the text cannot be shown
	Withheld    string `json:",omitempty"` // why the reader is not shown the text
}

// quickLimit is the size up to which a file is searched for a line without being
// asked: a page must not wait for gigabytes.
const quickLimit = 96 << 20

// Cite looks a record up: its source's particulars and its line in the file.
// With deep, files of any size are read.
func Cite(ws *Workspace, m Manifest, r Record, deep bool) Cited {
	c := Cited{Record: r}
	s, ok := m.Source(r.Source)
	if !ok {
		c.Problem = "the release does not know this source"
		return c
	}
	c.SourceTitle, c.Publisher, c.Licence, c.Attribution, c.Retrieved = s.Title, s.Publisher, s.Licence, s.Attribution, s.Retrieved
	file, member, _ := strings.Cut(r.File, "!")
	var size int64
	for _, f := range s.Reading.Files {
		if f.Name == file {
			c.SHA256, size = f.SHA256, f.Bytes
		}
	}
	path := ws.Resolve(file)
	if !deep && (size > quickLimit || sheet.Unpacked(path) > quickSheet) {
		c.Problem = fmt.Sprintf("the file is large; see the line with: milieu why '%s:%s:%d'", r.Source, r.File, r.Line)
		return c
	}
	text, err := recordText(path, member, s.Type, r.Line)
	if err != nil {
		c.Problem = fmt.Sprintf("the line cannot be read: %v", err)
		return c
	}
	c.Text = text
	if sum, err := citedSum(path); err == nil && c.SHA256 != "" && sum != c.SHA256 {
		c.Problem = "the file has changed since the release was made; build again"
	}
	return c
}

// sums are the hashes of the files that were cited. A page cites one file many times,
// and anybody may ask for the page: a file is read for its hash only when it changes.
var sums sync.Map // of sumOf to string

// sumOf is a file as it was when its hash was taken.
type sumOf struct {
	path    string
	size    int64
	changed time.Time
}

func citedSum(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	key := sumOf{path, info.Size(), info.ModTime()}
	if sum, known := sums.Load(key); known {
		return sum.(string), nil
	}
	sum, _, err := lake.FileHash(path)
	if err == nil {
		sums.Store(key, sum)
	}
	return sum, err
}

// Withhold takes out what only those may read who may read decisions: who decided,
// when and why. That there is a decision and what it changed stays.
func (c *Chain) Withhold() {
	if c.Decided {
		c.How, c.URL = "", ""
	}
	for k := range c.Steps {
		c.Steps[k].Withhold()
	}
}

// Withhold does the same to a line of decisions.
func (c *Cited) Withhold(m Manifest) {
	if m.OfDecisions(c.Source) {
		c.Text, c.Withheld = "", "Who decided and why is for people who have signed in."
	}
}

// OfDecisions says that the source holds decisions.
func (m Manifest) OfDecisions(source string) bool {
	s, ok := m.Source(source)
	return source == Decisions || ok && s.Type == Decisions
}

var errNoLine = errors.New("the file has fewer lines")

// lineAt is the text of a line of a file or of a member of an archive.
func lineAt(path, member string, line int) (string, error) {
	return inMember(path, member, func(r io.Reader) (string, error) { return nthLine(r, line) })
}

// inMember reads in a file or in a member of an archive.
func inMember(path, member string, read func(io.Reader) (string, error)) (string, error) {
	a, err := archive.Open(path, "", archive.Limits{})
	if err != nil {
		return "", err
	}
	defer a.Close()
	for _, m := range a.Members {
		if m.Name != member {
			continue
		}
		rc, err := m.Open()
		if err != nil {
			return "", err
		}
		defer rc.Close()
		return read(rc)
	}
	return "", fmt.Errorf("the archive has no member %s", member)
}

func nthLine(r io.Reader, n int) (string, error) {
	br := bufio.NewReaderSize(r, 1<<20)
	end := byte('\n')
	if head, _ := br.Peek(1 << 20); len(head) > 0 {
		end = tabular.LineEnd(head)
	}
	for i := 1; ; i++ {
		var text []byte
		for {
			part, err := br.ReadSlice(end)
			if i == n && len(text) < 4096 {
				text = append(text, part...)
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return "", err
			}
			if i == n && len(text) > 0 {
				return strings.ToValidUTF8(strings.TrimRight(string(text), "\r\n"), "\ufffd"), nil
			}
			if err != nil {
				return "", errNoLine
			}
			break
		}
	}
}
