// Package markup reads the text of a case: plain paragraphs, headings and lists as people write them in e-mails, with figures
// inserted by name. It owns the form of the text; it does not know what a name stands for.
//
// A blank line ends a paragraph. A line of "### " and words is a heading, lines that begin with "- " or "1. " are a list. Within a
// line **strong**, *emphasis* and [words](address) may stand. What is between {{ and }} is an insertion, words parted by spaces
// (in quotes where a word has spaces):
//
//	{{lq advanced-manufacturing south-yorkshire 2021}}   a figure, by the name that the picker gives
//	{{lq/south-yorkshire/25/2021?against=great-britain}} a figure, by its reference
//	{{quote "1,300 jobs" https://example.org/page}}      what somebody else says, with where it stands
//	{{set "9,000 jobs"}}                                 in a goal: a target that the owner of the case has decided
//	{{name "Factory 2050"}}                              a name with a number in it that is no figure
//
// and alone in a paragraph
//
//	{{table costs}}  {{chart lenses}}                    what is made from the data
//	{{gap "What is not known." owner="Combined authority" next="What to do."}}
package markup

import "fmt"

// Kind is what a block is.
type Kind string

// The kinds.
const (
	Paragraph Kind = "paragraph"
	Heading   Kind = "heading"
	Bullets   Kind = "bullets"
	Numbers   Kind = "numbers"
	Insertion Kind = "insertion" // a table, chart or gap: Insert is set
)

// Block is a part of the text that stands by itself.
type Block struct {
	Kind   Kind
	Spans  []Span   // of a paragraph or heading
	Items  [][]Span // of a list
	Insert *Insert
	Line   int // of its first line, from 1
}

// Span is a run of words or an insertion.
type Span struct {
	Words  string
	Strong bool
	Em     bool
	Link   string
	Insert *Insert
}

// Insert is what stands between {{ and }}.
type Insert struct {
	Words  []string          // without those that are settings
	Set    map[string]string // settings such as owner="…"; never nil
	Source string            // as it was written, without the braces and with single spaces between words
	Line   int
	Column int // of the opening braces, in characters from 1
}

// Word is the k-th word; empty where there are fewer.
func (i Insert) Word(k int) string {
	if k < len(i.Words) {
		return i.Words[k]
	}
	return ""
}

// Fault is something in the text that cannot be read.
type Fault struct {
	Line, Column int
	Message      string // what is wrong and what to write instead
}

func (f Fault) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", f.Line, f.Column, f.Message)
}
