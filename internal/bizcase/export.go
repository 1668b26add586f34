package bizcase

import (
	"fmt"
	"strings"

	"milieu/internal/report"
)

// ForbiddenError says that a case cannot be exported, because insertions in it name nothing or its text cannot be read.
type ForbiddenError struct{ Problems []Problem }

func (e *ForbiddenError) Error() string {
	var b strings.Builder
	b.WriteString("the case cannot be exported until this is put right:")
	for _, p := range e.Problems {
		b.WriteString("\n  " + p.Place() + ": " + p.Message)
	}
	return b.String()
}

// Place is where a problem stands, in words.
func (p Problem) Place() string {
	if p.Line == 0 {
		return p.Where
	}
	return fmt.Sprintf("%s, line %d", p.Where, p.Line)
}

// DraftPart is the id of the section in which a draft lists what is wrong with it.
const DraftPart = "draft"

// Export is the document that may leave: as it was made, or marked as a draft with the list of its problems in front where it has some
// that an approved case must not have. A case that must not leave is a *ForbiddenError.
func Export(m Made) (report.Document, error) {
	if m.Forbidden() {
		var forbids []Problem
		for _, p := range m.Problems {
			if p.Kind.Forbids() {
				forbids = append(forbids, p)
			}
		}
		return report.Document{}, &ForbiddenError{forbids}
	}
	if !m.Draft() {
		return m.Doc, nil
	}
	d := m.Doc
	if !strings.HasPrefix(d.Status, "Draft") {
		d.Status = "Draft: numbers in it open no source"
	}
	t := &report.Table{Caption: "Numbers that open no source", Header: []string{"Where", "Number", "Sentence"}, Numeric: make([]bool, 3)}
	for _, p := range m.Of(Unbound) {
		t.Rows = append(t.Rows, plainRow(p.Place(), p.Source, p.Sentence))
	}
	front := report.Section{ID: DraftPart, Title: "Before this is approved", Question: "What must be put right?", Blocks: []report.Block{
		report.Paragraph("This is a draft. Some numbers in its text cannot be followed to a source. Each must become a figure, or a quotation with the address where it stands."),
		{Name: DraftPart, Table: t}}}
	d.Sections = append([]report.Section{front}, d.Sections...)
	return d, nil
}
