package portfolio

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// All settings go into an address and into a reference and come back the same.
func TestAsk_allSettings(t *testing.T) {
	ask := Ask{BudgetP: 100, Lens: Demand, MinExisting: 0.25, Regions: []string{"a"}, Stages: []string{"idea"}, Worth: "w:board:7", Caps: []Cap{{0, "SYMCA: the mayor, and others", 150}, {2027, "", 200}},
		Places: []PlaceShare{{"AMP", 0.4}, {"Sheffield: north", 0.25}}, Take: []string{"x", "y"}, Leave: []string{"z"}, Starts: []Start{{"x", 2028}}, Now: 2026, Draws: 500, Seed: 7, Assume: []Assume{{"worth/jobs/local", "none: or so"}}}
	got, err := ReadAsk(ask.Query(), Ask{Caps: []Cap{{2030, "", 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(ask, got); d != "" {
		t.Error(d)
	}
	set := map[string]string{}
	for s, k := ask.Settings(), 0; k < len(s); k += 2 {
		set[s[k]] = s[k+1]
	}
	if got, err = ParseAsk(func(k string) string { return set[k] }, Ask{}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(ask, got); d != "" {
		t.Error(d)
	}
}

func TestReadAsk_refused(t *testing.T) {
	for query, field := range map[string]string{"cap=2027:5": "cap", "cap=27:x:5": "cap", "cap=2027:x:many": "cap", "place=AMP": "place", "place=AMP:120": "place", "start=x": "start", "start=x:soon": "start",
		"draws=0": "draws", "draws=1": "draws", "draws=1.5": "draws", "seed=-1": "seed", "now=26": "now", "assume=a": "assume", "worth=happiness": "worth", "worth=w:board": "worth"} {
		name, value, _ := strings.Cut(query, "=")
		_, err := ReadAsk(map[string][]string{name: {value}}, Ask{})
		var fe FieldError
		if !errors.As(err, &fe) || fe.Field != field {
			t.Errorf("%s: %v, want a fault of %s", query, err, field)
		}
	}
	if _, err := ReadAsk(map[string][]string{"place": {"a:0.6", "b:0.6"}}, Ask{}); err == nil {
		t.Error("shares of 120 % were taken")
	}
	// A workspace's caps are put aside by an empty setting.
	if a, err := ReadAsk(map[string][]string{"cap": {""}}, Ask{Caps: []Cap{{2027, "", 5}}}); err != nil || a.Caps != nil {
		t.Errorf("caps %v, error %v", a.Caps, err)
	}
}
