package sector

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const head = "id = \"metals\"\nname = \"Metals\"\n"

func TestParse(t *testing.T) {
	d, err := Parse("metals.toml", head+`codes = "any"
[[include]]
codes = ["24", "25.1", "26-28", "25110", "10.85"]
words = ["Stée1 Mill*", "Wire-drawing"]
in = ["name"]
reason = "why"
[[exclude]]
organisations = ["00445790"]
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []Rule{{Codes: []string{"24", "251", "26", "27", "28", "25110", "1085"}, Words: []string{"stee1 mill*", "wire drawing"}, In: []string{"name"}, Reason: "why"}}
	if diff := cmp.Diff(want, d.Include); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Rule{{Organisations: []string{"00445790"}}}, d.Exclude); diff != "" || !d.AnyCode {
		t.Error(diff, d.AnyCode)
	}
}

func TestParse_errors(t *testing.T) {
	include := head + "[[include]]\n"
	for _, c := range []struct{ text, want string }{
		{head, "x.toml:1: nothing is included"},
		{"id = \"No\"\nname = \"M\"\n[[include]]\ncodes = [\"24\"]", `x.toml:1: id is "No"`},
		{"name = \"x\"\nid = 3\n", "x.toml:2"},
		{include + "codes = [\"44\"]\n", `x.toml:4: include rule 1: "44": the SIC 2007 has no division 44`},
		{include + "codes = [\n\"25\",\n\"25.8\"]\n", `x.toml:6: include rule 1: "25.8" is no code of the SIC 2007; the nearest is 25.7`},
		{include + "codes = [\"25.74\"]\n", `the nearest is 25.73`},
		{include + "codes = [\"62013\"]\n", `the nearest is 62012`},
		{include + "codes = [\"steel\"]\n", `"steel" is no code of the SIC 2007: write a section`},
		{include + "codes = [\"28-26\"]\n", "does not rise"},
		{include + "words = [\"it\"]\n", `"it" is too short`},
		{include + "words = [\"steel\"]\nin = [\"town\"]\n", `not in "town"`},
		{include + "codes = [\"24\"]\nin = [\"name\"]\n", "there are none"},
		{include + "codes = [\"24\"]\norganisations = [\"1\"]\n", "stand in a rule of their own"},
		{include + "code = [\"24\"]\n", `x.toml:4: there is no key "include.code"`},
		{include + "reason = \"x\"\n", "names no codes, words or organisations"},
		{head + "url = \"javascript:alert(1)\"\n[[include]]\ncodes = [\"24\"]\n", "x.toml:3: url"},
		{`{"id": "metals", "nme": "x"}`, "unknown field"},
		{`{"id": "metals"} trailing`, "after the definition"},
		{strings.Repeat("#", MaxText+1), "are the most"},
		{"=1+1", "x.toml:1"},
	} {
		if _, err := Parse("x.toml", c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.80q: error %v, want %q", c.text, err, c.want)
		}
	}
}

// TestShipped holds what the program brings against its own rules: each can be read, has a
// reference with an address and says what it cannot see, and each rule has a reason.
func TestShipped(t *testing.T) {
	list, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, k := range list {
		ids = append(ids, k.ID)
		if k.Summary == "" || k.Version == "" || k.Reference == "" || k.URL == "" || k.Reading == "" || k.File != k.ID+".toml" {
			t.Errorf("%s is not whole: %+v", k.ID, k.Definition)
		}
		for _, r := range append(append([]Rule{}, k.Include...), k.Exclude...) {
			if r.Reason == "" {
				t.Errorf("%s: no reason for %s", k.ID, r.Phrase())
			}
		}
	}
	if want := []string{"advanced-manufacturing", "digital", "food-and-drink", "life-sciences", "low-carbon", "metals", "space"}; cmp.Diff(want, ids) != "" {
		t.Error(cmp.Diff(want, ids))
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{"  Café-Bar & Söhne  LTD.": "cafe bar sohne ltd", "ﬁ": "", "": "", "3D/4D": "3d 4d"} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzParse: no text ends the program; what is read is written and read again as the same; an
// error names a line.
func FuzzParse(f *testing.F) {
	list, err := Shipped()
	if err != nil {
		f.Fatal(err)
	}
	for _, k := range list {
		f.Add(k.Text)
		f.Add(k.JSON())
	}
	f.Add("=1+1")
	f.Add(head + "[[include]]\ncodes = [\"C\", \"01-03\", \"62.01/2\"]\nwords = [\"*\", \"a*b*\"]\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse("f", text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f:") {
				t.Errorf("%q names no line", err)
			}
			return
		}
		for what, again := range map[string]string{"TOML": d.TOML(), "JSON": d.JSON()} {
			if len(again) > MaxText {
				continue
			}
			e, err := Parse("again", again)
			if err != nil {
				t.Fatalf("%s: %v\n%s", what, err, again)
			}
			e.Text = d.Text
			if diff := cmp.Diff(d, e); diff != "" {
				t.Errorf("%s reads back otherwise: %s", what, diff)
			}
		}
		if lines := Differences(d, d); len(lines) > 0 {
			t.Errorf("it differs from itself: %v", lines)
		}
	})
}
