package report

import (
	"fmt"
	"strings"
)

// Text is a run of words and figures.
type Text []Span

// Span is words, a figure or a quotation.
type Span struct {
	Words  string
	Strong bool
	Em     bool
	Name   bool    // the words are a name: what looks like a number in it is none
	Link   string  // address that the words lead to; empty for none
	Figure *Figure // instead of words
	Quote  *Quote  // instead of words
}

// Quote is what somebody else says, numbers and all, with where it stands. It is no figure of the document's own.
type Quote struct{ Words, URL string }

// Say makes a text from a pattern in which each %v stands for the next figure
// or words.
func Say(pattern string, parts ...any) Text {
	var t Text
	pieces := strings.Split(pattern, "%v")
	for i, words := range pieces {
		if words != "" {
			t = append(t, Span{Words: words})
		}
		if i == len(pieces)-1 {
			break
		}
		switch p := parts[i].(type) {
		case Figure:
			t = append(t, Span{Figure: &p})
		default:
			t = append(t, Span{Words: fmt.Sprint(p)})
		}
	}
	return t
}

// Paragraph makes a block of text.
func Paragraph(pattern string, parts ...any) Block { return Block{Text: Say(pattern, parts...)} }

// Plain is the text without references: figures with their interval and unit, quotations as they are.
func (t Text) Plain() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Plain())
	}
	return b.String()
}

// Plain is the span as it is read.
func (s Span) Plain() string {
	switch {
	case s.Figure != nil:
		return s.Figure.Plain()
	case s.Quote != nil:
		return s.Quote.Words
	}
	return s.Words
}

// Figures are those of the text in reading order.
func (t Text) Figures() []Figure {
	var out []Figure
	for _, s := range t {
		if s.Figure != nil {
			out = append(out, *s.Figure)
		}
	}
	return out
}
