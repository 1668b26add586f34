package bizcase

import (
	"errors"
	"strings"
	"testing"

	"milieu/internal/report"
)

func TestExport(t *testing.T) {
	doc := report.Document{Title: "A case", Status: "Draft, version 2", Sections: []report.Section{{ID: "summary"}}}
	got, err := Export(Made{Doc: doc, Problems: []Problem{{Kind: Spelled}, {Kind: Changed}}})
	if err != nil || len(got.Sections) != 1 || got.Status != doc.Status {
		t.Errorf("a case to be looked over: %+v, %v", got, err)
	}
	loose := Problem{Kind: Unbound, Where: "the section summary", Line: 4, Source: "17", Sentence: "There are 17."}
	got, err = Export(Made{Doc: doc, Problems: []Problem{loose}})
	if err != nil || len(got.Sections) != 2 || got.Sections[0].ID != DraftPart || got.Status != "Draft, version 2" {
		t.Fatalf("a draft: %+v, %v", got, err)
	}
	if row := got.Sections[0].Blocks[1].Table.Rows[0]; row[0].Plain() != "the section summary, line 4" || row[1].Plain() != "17" || row[2].Plain() != "There are 17." {
		t.Errorf("the draft says %v", row)
	}
	if len(doc.Sections) != 1 {
		t.Error("the document itself was changed")
	}
	if again := Loose(got); len(again) != 0 {
		t.Errorf("the list of loose numbers has loose numbers: %v", again)
	}
	_, err = Export(Made{Doc: doc, Problems: []Problem{loose, {Kind: Broken, Where: "goal 2", Message: "there is no such figure"}}})
	var forbidden *ForbiddenError
	if !errors.As(err, &forbidden) || len(forbidden.Problems) != 1 || !strings.Contains(err.Error(), "goal 2: there is no such figure") {
		t.Errorf("a broken case: %v", err)
	}
}
