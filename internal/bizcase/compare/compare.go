// Package compare says what differs between two made documents: by assumption, sentence, cell of a table or chart, gap and
// source. It holds documents side by side and nothing else: it reads no release and renders no page.
package compare

import (
	"fmt"
	"strings"

	"milieu/internal/report"
)

// Kind of a difference.
type Kind string

// The kinds. Moved stands for sentences that are read elsewhere as they were.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
	Moved   Kind = "moved"
)

// Side is one of the two documents.
type Side struct {
	Title   string `json:"title"`
	Status  string `json:"status,omitempty"`
	Release string `json:"release"`
	Date    string `json:"date"`
}

// Changes is what differs between two documents, in the reading order of the later one; what only the earlier one has stands where
// it stood.
type Changes struct {
	Before      Side         `json:"before"`
	After       Side         `json:"after"`
	Head        []Word       `json:"head"`
	Assumptions []Assumption `json:"assumptions"`
	Sections    []Section    `json:"sections"`
	Sentences   []Sentence   `json:"sentences"`
	Tables      []Table      `json:"tables"`
	Charts      []Table      `json:"charts"` // the tables behind them
	Gaps        []Gap        `json:"gaps"`
	Sources     []Source     `json:"sources"`
	Rebound     []Rebound    `json:"rebound"`
	Beneath     []Beneath    `json:"beneath"`
}

// Word is a name, title or question that differs.
type Word struct {
	Name string `json:"name"` // what it is, such as "title" or "question of the section economic"
	Was  string `json:"was"`
	Now  string `json:"now"`
}

// Assumption is an assumption that came, went or has another value.
type Assumption struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name"`
	Ref  string `json:"ref,omitempty"`
	Was  string `json:"was,omitempty"`
	Now  string `json:"now,omitempty"`
}

// Section is a whole section that came or went; its sentences, tables and charts are listed as well.
type Section struct {
	Kind  Kind   `json:"kind"`
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Sentence is a sentence that differs: of a paragraph, a list, a heading or the note of a table.
type Sentence struct {
	Kind         Kind        `json:"kind"`
	Section      string      `json:"section"` // id
	SectionTitle string      `json:"section_title"`
	In           string      `json:"in,omitempty"` // "" for a paragraph, "list", "heading", or "note of NAME" of a table
	Was          string      `json:"was,omitempty"`
	Now          string      `json:"now,omitempty"`
	WasText      report.Text `json:"-"`
	NowText      report.Text `json:"-"`
	Figures      []Figure    `json:"figures,omitempty"`    // of a changed one: the figures that differ
	From         string      `json:"from,omitempty"`       // of a moved one: id of the section it stood in
	WordsSame    bool        `json:"words_same,omitempty"` // only figures differ
}

// Figure is a figure that differs; an empty one came or went.
type Figure struct {
	Was report.Figure `json:"was"`
	Now report.Figure `json:"now"`
}

// Ref is what the newer of the two opens.
func (f Figure) Ref() string {
	if f.Now.Ref != "" {
		return f.Now.Ref
	}
	return f.Was.Ref
}

// Table is a table that differs, or the table behind a chart.
type Table struct {
	Kind      Kind     `json:"kind"` // Added, Removed or Changed
	Name      string   `json:"name"`
	Section   string   `json:"section"` // id of where it stands, or stood
	Title     string   `json:"title"`   // caption of the newer
	Caption   *Word    `json:"caption,omitempty"`
	Columns   []Column `json:"columns,omitempty"`
	Rows      []Row    `json:"rows,omitempty"`
	Cells     []Cell   `json:"cells,omitempty"`
	Reordered bool     `json:"reordered,omitempty"` // rows that both have stand in another order
	Redrawn   bool     `json:"redrawn,omitempty"`   // the picture of a chart differs though nothing of its table does
}

// Column is a column that came, went or has another header.
type Column struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name"`
	Was  string `json:"was,omitempty"` // of a changed one
}

// Row is a row that came or went.
type Row struct {
	Kind  Kind     `json:"kind"`
	Label string   `json:"label"` // its first cell
	Cells []string `json:"cells"`
}

// Cell is a cell that differs, of a row and a column that both have.
type Cell struct {
	Row     string      `json:"row"`    // first cell of the row, as it is now
	Column  string      `json:"column"` // header
	Was     string      `json:"was"`
	Now     string      `json:"now"`
	WasText report.Text `json:"-"`
	NowText report.Text `json:"-"`
	Figures []Figure    `json:"figures,omitempty"`
}

// Gap is a gap that opened (Added), was closed (Removed), or has other words, another owner or next step; these stand in Was and Now.
type Gap struct {
	Kind    Kind   `json:"kind"`
	Section string `json:"section"`
	What    string `json:"what"`
	Was     string `json:"was,omitempty"`
	Now     string `json:"now,omitempty"`
}

// Source is a source that came, went, or is described otherwise, such as by another date of retrieval.
type Source struct {
	Kind  Kind   `json:"kind"`
	ID    string `json:"id"`
	Title string `json:"title"`
	Was   string `json:"was,omitempty"`
	Now   string `json:"now,omitempty"`
}

// Rebound is a figure that is read as it was in a sentence or cell that is read as it was, but opens another reference.
type Rebound struct {
	Section string `json:"section"`
	Text    string `json:"text"` // of the figure
	Was     string `json:"was"`  // reference
	Now     string `json:"now"`
}

// Beneath is a reference whose figures are read as they were though its chain differs, as where rounding hides the difference. Was and
// Now are the first things of the chain that differ; a line that only stands at another place of its file is none.
type Beneath struct {
	Ref   string `json:"ref"`
	Title string `json:"title"`
	Was   string `json:"was"`
	Now   string `json:"now"`
}

// Compare says what differs. Sections are matched by id, sentences by their order and likeness, tables and charts by name, rows by
// their first cell, gaps by their words, sources by id, assumptions by name. Neither document is altered; the same
// two documents give the same changes.
func Compare(before, after report.Document) Changes {
	c := Changes{Before: side(before), After: side(after)}
	c.Head = heads(before, after)
	c.Assumptions = assumptions(before.Assumptions, after.Assumptions)
	c.Sections = sections(before.Sections, after.Sections)
	c.Sentences, c.Rebound = sentences(before, after)
	c.Tables, c.Charts = tables(before, after, &c.Rebound)
	c.Gaps = gaps(before, after)
	c.Sources = sources(before.Sources, after.Sources)
	c.Beneath = beneath(before, after)
	return c
}

func side(d report.Document) Side {
	return Side{Title: d.Title, Status: d.Status, Release: d.Release, Date: d.Date}
}

// Empty says that nothing that is read differs; figures that only open another reference or chain do not count.
func (c Changes) Empty() bool {
	return len(c.Head)+len(c.Assumptions)+len(c.Sections)+len(c.Sentences)+len(c.Tables)+len(c.Charts)+len(c.Gaps)+len(c.Sources) == 0
}

// Summary is the changes counted in one sentence.
func (c Changes) Summary() string {
	if c.Empty() {
		return "Nothing that is read differs."
	}
	var parts []string
	say := func(n int, one, many, more string) {
		if n > 0 {
			parts = append(parts, counted(n, one, many)+more)
		}
	}
	say(len(c.Sentences), "sentence", "sentences", "")
	say(len(c.Tables), "table", "tables", cellWords(c.Tables))
	say(len(c.Charts), "chart", "charts", cellWords(c.Charts))
	say(len(c.Assumptions), "assumption", "assumptions", "")
	say(len(c.Gaps), "gap", "gaps", "")
	say(len(c.Sources), "source", "sources", "")
	say(len(c.Head)+len(c.Sections), "title or section", "titles or sections", "")
	verb := " differ."
	if len(parts) == 1 && strings.HasPrefix(parts[0], "1 ") {
		verb = " differs."
	}
	if k := len(parts) - 1; k > 0 {
		return strings.Join(parts[:k], ", ") + " and " + parts[k] + verb
	}
	return parts[0] + verb
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// cellWords counts the cells of tables that both have.
func cellWords(all []Table) string {
	n := 0
	for _, t := range all {
		n += len(t.Cells)
	}
	if n == 0 {
		return ""
	}
	return " (" + counted(n, "cell", "cells") + ")"
}
