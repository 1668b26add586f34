package result

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/frame"
)

// TestFrom takes the answers of those who were drawn, and counts the others apart.
func TestFrom(t *testing.T) {
	f := frame.Frame{Groupings: []frame.Grouping{{Key: "size", Label: "Size", Categories: []frame.Category{{Key: "small", Label: "Small"}, {Key: "large", Label: "Large"}}}},
		Strata: []frame.Stratum{{Key: "z", Label: "First", Units: 2}, {Key: "a", Label: "Second", Units: 1}},
		Units: []frame.Unit{{OrgID: "1", Stratum: "z", Groups: map[string]string{"size": "small"}}, {OrgID: "2", Stratum: "z", Groups: map[string]string{"size": "small"}},
			{OrgID: "3", Stratum: "a", Groups: map[string]string{"size": "large"}}}}
	c := fieldwork.Collected{
		Survey: fieldwork.Survey{ID: "s", Title: "T", Level: survey.Confidential, Threshold: 7, Invented: true}, HasFrame: true,
		Frozen:   fieldwork.Frozen{Counts: fieldwork.CountsOf(f), DrawnAt: "2026-01-01T00:00:00Z"},
		Progress: fieldwork.Progress{Strata: []fieldwork.StratumProgress{{Key: "z", Drawn: 2}, {Key: "a", Drawn: 1}}},
		Rows: []fieldwork.Row{{N: 1, Stratum: "z", Drawn: true, Groups: map[string]string{"size": "small"}}, {N: 1, Stratum: "z", Groups: map[string]string{"size": "small"}},
			{N: 1}},
	}
	in := From(c)
	if len(in.Rows) != 1 || in.Outside != 2 || in.Threshold != 7 || !in.Invented {
		t.Errorf("%d answers, %d outside: %+v", len(in.Rows), in.Outside, in)
	}
	if diff := cmp.Diff(Cells(f), in.Cells); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{"z": 2, "a": 1}, in.Drawn); diff != "" || !cmp.Equal(in.Strata, []string{"z", "a"}) {
		t.Error(diff, in.Strata)
	}
	c.Frozen.DrawnAt = ""
	if in = From(c); in.Drawn != nil || len(in.Rows) != 2 || in.Outside != 1 {
		t.Errorf("without a draw: %+v", in)
	}
	c.HasFrame, c.Rows[0].Stratum = false, "z"
	if in = From(c); len(in.Rows) != 3 || in.Cells != nil || in.Rows[0].Stratum != "" {
		t.Errorf("without a frame: %+v", in)
	}
}
