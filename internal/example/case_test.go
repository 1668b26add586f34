package example_test

import (
	"testing"

	"milieu/internal/bizcase"
	"milieu/internal/bizcase/markup"
	"milieu/internal/example"
)

// The demo carries its case, which reads without a fault.
func TestWrite_case(t *testing.T) {
	dir := t.TempDir()
	if _, err := example.Write(example.AMID, dir, false); err != nil {
		t.Fatal(err)
	}
	cases, err := bizcase.ReadFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) != 1 || cases[0].ID != example.AMID || cases[0].Err != nil {
		t.Fatalf("the example has the cases %v", cases)
	}
	for _, s := range cases[0].Content.Sections {
		if _, faults := markup.Parse(s.Text); len(faults) > 0 {
			t.Errorf("section %s: %v", s.ID, faults)
		}
	}
}
