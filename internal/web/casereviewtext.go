package web

import (
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/bizcase/markup"
	"milieu/internal/report"
)

// reviewChunk is a paragraph, list, heading or insertion of a part, as it was written and as it is read.
type reviewChunk struct {
	Line   int    // in the text of the part, from 1
	Source string // as it was written
	Blocks []report.Block
}

// chunksOf parts a text into the pieces that can be remarked on, with their figures put in.
func (s *Server) chunksOf(r *http.Request, f bizcase.Facts, c bizcase.Content, part string) ([]reviewChunk, error) {
	text, ok := casebook.PartText(c, part)
	if !ok {
		return nil, nil
	}
	parsed, _ := markup.Parse(text)
	lines := strings.Split(text, "\n")
	var out []reviewChunk
	for k, b := range parsed {
		end := len(lines)
		if k+1 < len(parsed) {
			end = parsed[k+1].Line - 1
		}
		chunk := reviewChunk{Line: b.Line, Source: strings.TrimSpace(strings.Join(lines[b.Line-1:end], "\n"))}
		var err error
		if chunk.Blocks, _, err = bizcase.Text(r.Context(), c, f, part, chunk.Source); err != nil {
			return nil, err
		}
		out = append(out, chunk)
	}
	return out, nil
}

// reviewParts are the pieces of all parts of a case on the release that is being served, by part.
func (s *Server) reviewParts(r *http.Request, f bizcase.Facts, c bizcase.Content) (map[string][]reviewChunk, error) {
	out := map[string][]reviewChunk{}
	for _, p := range partsOf(c) {
		var err error
		if out[p.ID], err = s.chunksOf(r, f, c, p.ID); err != nil {
			return nil, fmt.Errorf("part %s: %w", p.ID, err)
		}
	}
	return out, nil
}

// partsOf are the parts of a case in the order of review: its sections, then what stands beside them.
func partsOf(c bizcase.Content) []bizcase.Part {
	var out []bizcase.Part
	for _, s := range c.Sections {
		p := bizcase.PartOf(s.ID)
		p.Title = orText(s.Title, p.Title)
		out = append(out, p)
	}
	return append(out, casebook.OwnParts...)
}

// partTitle is the name of a part, also of one that is no longer there.
func partTitle(c bizcase.Content, id string) string {
	for _, p := range partsOf(c) {
		if p.ID == id {
			return p.Title
		}
	}
	return bizcase.PartOf(id).Title
}

// Sentences are the sentences of a piece as they are read.
func (c reviewChunk) Sentences() []string {
	var out []string
	for _, b := range c.Blocks {
		if b.Heading != "" {
			out = append(out, b.Heading)
		}
		if b.Table != nil {
			continue // a table is remarked on as a whole
		}
		for _, t := range b.Texts() {
			for _, s := range report.Sentences(t) {
				if words := strings.TrimSpace(s.Plain()); words != "" {
					out = append(out, words)
				}
			}
		}
	}
	return out
}

// Name is what a table, chart or gap is called; empty for words.
func (c reviewChunk) Name() string {
	for _, b := range c.Blocks {
		if n := blockName(b); n != "" {
			return n
		}
	}
	return ""
}

func blockName(b report.Block) string {
	switch {
	case b.Table != nil:
		return "Table: " + b.Table.Caption
	case b.Chart != nil:
		return "Picture: " + b.Chart.Title
	case b.Gap != nil:
		return "Gap: " + b.Gap.What
	}
	return ""
}

// Plain is how a piece reads in one line, for what it is called in a form.
func (c reviewChunk) Plain() string {
	if n := c.Name(); n != "" {
		return n
	}
	return strings.Join(c.Sentences(), " ")
}

// lettersOf are the letters of a sentence: what stays the same when a figure in it changes.
func lettersOf(sentence string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, sentence))
}

// holds says that a sentence that somebody read is still in a piece, whatever its figures are now.
func (c reviewChunk) holds(sentence string) bool {
	if n := c.Name(); n != "" {
		return lettersOf(n) == lettersOf(sentence)
	}
	want := lettersOf(sentence)
	for _, s := range append(c.Sentences(), c.Plain()) {
		if s == sentence || want != "" && lettersOf(s) == want {
			return true
		}
	}
	return false
}
