package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// artifacts marks on every page what is no part of the text, such as lines, grounds and what stands in the margins, so that
// programs that read aloud pass over it. Drawings that a page shows outside of its text are looked into.
func (f *file) artifacts() error {
	var open []int
	for _, n := range f.numbers() {
		if bytes.HasPrefix(f.objects[n], []byte("<</Type /Page\n")) {
			open = append(open, refs(value(f.objects[n], "Contents"))...)
		}
	}
	done := map[int]bool{}
	for len(open) > 0 {
		n := open[0]
		open = open[1:]
		if done[n] {
			continue
		}
		done[n] = true
		marked, drawings, err := f.markStream(f.objects[n])
		if err != nil {
			return fmt.Errorf("object %d: %w", n, err)
		}
		f.objects[n] = marked
		open = append(open, drawings...)
	}
	return nil
}

// drawing is the object of a drawing by the name that a page gives it, which ends in the object's number.
func (f *file) drawing(name string) (int, bool) {
	n := number([]byte(strings.TrimPrefix(name, "/X")))
	return n, n > 0 && string(value(f.objects[n], "Subtype")) == "/Form"
}

var streamWord = []byte("stream\n")

// markStream is a compressed stream with its artifacts marked, and the drawings that it shows outside of the text.
func (f *file) markStream(object []byte) ([]byte, []int, error) {
	dict, body, ok := bytes.Cut(object, streamWord)
	if !ok || string(value(dict, "Filter")) != "/FlateDecode" {
		return nil, nil, fmt.Errorf("%w: what a page shows is packed in another way", errForm)
	}
	length, err := strconv.Atoi(string(value(dict, "Length")))
	if err != nil || length > len(body) {
		return nil, nil, fmt.Errorf("%w: a stream has no length", errForm)
	}
	z, err := zlib.NewReader(bytes.NewReader(body[:length]))
	if err != nil {
		return nil, nil, fmt.Errorf("open a stream: %w", err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return nil, nil, fmt.Errorf("open a stream: %w", err)
	}
	out, drawings := f.markArtifacts(plain)
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	if _, err := w.Write(out); err != nil {
		return nil, nil, fmt.Errorf("pack a stream: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, nil, fmt.Errorf("pack a stream: %w", err)
	}
	return join(with(dict, "Length", strconv.Itoa(packed.Len())), streamWord, packed.Bytes(), []byte("\nendstream")), drawings, nil
}

// What the operators of a page do (ISO 32000-1, table 51), as far as it matters here.
var (
	opensPath = map[string]bool{"m": true, "re": true}
	paints    = map[string]bool{"S": true, "s": true, "f": true, "F": true, "f*": true, "B": true, "B*": true, "b": true, "b*": true}
	shows     = map[string]bool{"Do": true, "sh": true}
)

// markArtifacts puts what is shown outside of marked content between words that make it an artifact. Drawings are left as they are
// and told, since there may be text in them.
func (f *file) markArtifacts(content []byte) ([]byte, []int) {
	m := marker{file: f, content: content, path: -1, text: -1}
	operands := -1 // where those of the next operator begin
	for at := 0; ; {
		w, more := next(content, at)
		if !more {
			break
		}
		at = w.to
		if operands < 0 {
			operands = w.from
		}
		if c := content[w.from]; !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '\'' || c == '"') {
			continue
		}
		m.operator(string(content[w.from:w.to]), operands, w.to)
		operands = -1
	}
	m.out.Write(content[m.done:])
	return m.out.Bytes(), m.drawings
}

type marker struct {
	file       *file
	content    []byte
	drawings   []int
	out        bytes.Buffer
	done       int // what has been written
	depth      int // of marked content
	path, text int // where one that is not marked began; -1: none
}

func (m *marker) operator(op string, from, to int) {
	switch {
	case op == "BDC" || op == "BMC":
		m.depth++
		m.text, m.path = -1, -1 // marked content within a text: it is not parted
	case op == "EMC":
		m.depth--
	case m.depth > 0:
	case opensPath[op] && m.path < 0:
		m.path = from
	case paints[op]:
		if m.path >= 0 {
			m.wrap(m.path, to)
		}
		m.path = -1
	case op == "n":
		m.path = -1
	case op == "BT":
		m.text = from
	case op == "ET":
		if m.text >= 0 {
			m.wrap(m.text, to)
		}
		m.text = -1
	case shows[op]:
		if n, ok := m.file.drawing(strings.TrimSuffix(string(m.content[from:to]), " "+op)); ok {
			m.drawings = append(m.drawings, n)
			return
		}
		m.wrap(from, to)
	}
}

func (m *marker) wrap(from, to int) {
	m.out.Write(m.content[m.done:from])
	m.out.WriteString("/Artifact BMC\n")
	m.out.Write(m.content[from:to])
	m.out.WriteString("\nEMC")
	m.done = to
}
