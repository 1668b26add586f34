package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// texts are the shared texts of a workbook: cells name them by number.
type texts struct {
	part  string
	all   []byte
	ends  []int
	ready bool
}

func (t *texts) at(i int) (string, bool) {
	if t == nil || i < 0 || i >= len(t.ends) {
		return "", false
	}
	from := 0
	if i > 0 {
		from = t.ends[i-1]
	}
	return string(t.all[from:t.ends[i]]), true
}

// readTexts reads the shared texts once.
func (w *Workbook) readTexts() error {
	t := w.texts
	if t == nil || t.ready {
		return nil
	}
	t.ready = true
	m, ok := w.parts[t.part]
	if !ok {
		return nil
	}
	rc, err := m.Open()
	if err != nil {
		return err
	}
	defer rc.Close()
	x := newTokens(rc)
	var run textRun
	for {
		tok, err := x.next()
		if errors.Is(err, io.EOF) {
			return damaged(t.part, errors.New("it ends too early"))
		}
		if err != nil {
			return damaged(t.part, err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if e.Name.Local == "si" {
				run = textRun{}
			}
			run.start(e.Name.Local)
		case xml.CharData:
			run.add(e)
		case xml.EndElement:
			run.end(e.Name.Local)
			switch e.Name.Local {
			case "si":
				t.all = append(t.all, run.String()...)
				t.ends = append(t.ends, len(t.all))
				if len(t.all) > mostTexts || len(t.ends) > 64*mostSheetRows {
					return fmt.Errorf("the workbook has more than %d MB of texts; save the sheet alone, or as CSV", mostTexts>>20)
				}
			case "sst":
				return nil
			}
		}
	}
}

// textRun gathers the text of <si> and <is>: the runs of rich text one after the other, without
// the readings that stand above East Asian text.
type textRun struct {
	text     []byte
	in       bool // inside <t>
	phonetic bool // inside <rPh>
}

func (r *textRun) start(name string) {
	switch name {
	case "t":
		r.in = true
	case "rPh":
		r.phonetic = true
	}
}

func (r *textRun) end(name string) {
	switch name {
	case "t":
		r.in = false
	case "rPh":
		r.phonetic = false
	}
}

func (r *textRun) add(b []byte) {
	if r.in && !r.phonetic {
		r.text = append(r.text, b...)
	}
}

func (r *textRun) String() string { return unescape(string(r.text)) }

// unescape reads the _x000D_ by which characters stand that XML has not.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		k := strings.Index(s, "_x")
		if k < 0 || k+7 > len(s) {
			break
		}
		n, err := strconv.ParseUint(s[k+2:k+6], 16, 16)
		if err != nil || s[k+6] != '_' {
			b.WriteString(s[:k+2])
			s = s[k+2:]
			continue
		}
		b.WriteString(s[:k])
		b.WriteRune(rune(n))
		s = s[k+7:]
	}
	return b.String() + s
}

// tokens reads XML as it stands, without names spaces and balance, and refuses runs of
// text that are larger than any cell: the decoder would keep them in memory.
type tokens struct {
	d     *xml.Decoder
	guard *tokenGuard
}

type tokenGuard struct {
	r     io.Reader
	since int
}

var errLong = errors.New("a text in it is longer than any cell can be")

func (g *tokenGuard) Read(p []byte) (int, error) {
	if g.since > mostToken {
		return 0, errLong
	}
	n, err := g.r.Read(p)
	g.since += n
	return n, err
}

func newTokens(r io.Reader) *tokens {
	g := &tokenGuard{r: r}
	d := xml.NewDecoder(g)
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("it is encoded in %s", charset)
	}
	return &tokens{d, g}
}

func (t *tokens) next() (xml.Token, error) {
	t.guard.since = 0
	return t.d.RawToken()
}
