package choice

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse_refused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "empty"},
		{" \n ", "empty"},
		{"[]", "line 1: a list stands where an object is wanted"},
		{"{}", `line 1: "options" is missing`},
		{`{"options": []} {}`, "line 1: something follows the problem"},
		{`{"options": [`, "ends before the problem does"},
		{"{\"options\": [],\n}", "line 2: this is not JSON"},
		{`{"options": [], "options": []}`, `"options" stands twice`},
		{"{\"options\": [\n{\"id\": \"a\", \"value\": 1,\n \"vaule\": 2}]}", `line 3: options[0].vaule: there is no field "vaule" here: is it "value"?`},
		{`{"options": [{"id": "a", "value": "1"}]}`, `options[0].value: "1" stands where a number is wanted`},
		{`{"options": [{"id": "a", "value": null}]}`, "options[0].value: null stands where a number is wanted"},
		{`{"options": [{"id": 1, "value": 1}]}`, "options[0].id: 1 stands where a text is wanted"},
		{`{"options": [{"id": "a", "value": 1e400}]}`, "options[0].value: 1e400 is too large"},
		{`{"options": [{"id": "a", "value": 1, "cost": -1}]}`, "options[0].cost: -£1 is below nothing"},
		{`{"options": [{"id": "a", "value": 1, "cost": 1e-9}]}`, "options[0].cost: 1e-9 is finer than a penny"},
		{`{"options": [{"id": "a", "value": 1, "cost": 1e300}]}`, "options[0].cost: 1e300 is too much"},
		{`{"options": [{"id": "a", "value": 1, "cost": 1, "costs": []}]}`, "options[0].costs: the option has cost and costs"},
		{`{"options": [{"id": "a", "value": 1, "costs": [{"year": 2026.5, "amount": 1}]}]}`, "options[0].costs[0].year: 2026.5 is not a whole number"},
		{`{"options": [{"id": "a", "value": 1, "costs": [{"year": 0, "amount": 1}]}]}`, "options[0].costs[0].year: 0 is not a year"},
		{`{"options": [{"id": "a", "value": 1, "tags": {"x": 50}}]}`, "options[0].tags.x: 50 is not a share"},
		{`{"options": [{"id": "a", "value": 1, "tags": "x"}]}`, "options[0].tags"},
		{`{"options": [{"id": "a", "value": 1, "needs": ["a"]}]}`, "options[0].needs[0]: an option cannot be on its own list"},
		{`{"options": [{"id": "a", "value": 1, "excludes": ["b"]}]}`, `options[0].excludes[0]: there is no option "b"`},
		{`{"options": [{"id": "a", "value": 1, "value_low": 2, "value_high": 3}]}`, "options[0].value: 1 does not lie between"},
		{`{"options": [{"id": "a", "value": 1}], "budgets": [{"amount": 1, "year": 2026, "from": 2026}]}`, "budgets[0].year"},
		{`{"options": [{"id": "a", "value": 1}], "budgets": [{"amount": 1, "from": 2027, "to": 2026}]}`, "budgets[0].from: 2027 is after 2026"},
		{`{"options": [{"id": "a", "value": 1, "tags": ["x"]}], "shares": [{"tag": "x", "least": 50}]}`, "shares[0].least: 50 is not a share"},
		{`{"options": [{"id": "a", "value": 1, "tags": ["x"]}], "shares": [{"tag": "x", "least": 0.6, "most": 0.5}]}`, "shares[0].least: the least 0.6 is more than the most 0.5"},
		{`{"options": [{"id": "a", "value": 1, "tags": ["x"]}], "shares": [{"tag": "x", "of": "value", "least": 0.5}]}`, "shares[0].of"},
		{`{"options": [{"id": "a", "value": 1}], "groups": [{"options": ["a"], "most": 1.5}]}`, "groups[0].most: 1.5 is not a whole number"},
		{`{"options": [{"id": "a", "value": 1}], "groups": [{"options": ["a"]}]}`, "groups[0]: the group has no limit"},
		{`{"options": [{"id": "a", "value": 1}], "synergies": [{"options": ["a"], "bonus": 1}]}`, "synergies[0].options: a synergy is of two options or more"},
		{`{"options": [{"id": "a", "value": 1}], "rules": [{"terms": {"b": 1}, "most": 1}]}`, `rules[0].terms.b: there is no option "b"`},
		{`{"options": [{"id": "a", "value": 1}], "draws": [{"values": {"b": 1}}]}`, `draws[0].values.b: there is no option "b"`},
		{strings.Repeat("[", 100000), "deeper than any problem needs"},
		{"{\"options\": \xff}", "not UTF-8"},
	} {
		_, err := Parse([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60s: %v, want %s", c.text, err, c.want)
		}
	}
}

// A tag that no option has holds for none of them: a least share then leaves the empty choice.
func TestSolve_strangeTag(t *testing.T) {
	p, err := Parse([]byte(`{"options": [{"id": "a", "value": 1, "cost": 1}], "shares": [{"tag": "nowhere", "least": 0.1}], "groups": [{"tag": "nobody", "most": 1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Solve(t.Context(), p, Options{})
	if err != nil || s.Status != Optimal || len(s.Chosen) != 0 || !strings.Contains(strings.Join(s.Warnings, "\n"), `shares[0]: no option has the tag "nowhere"`) {
		t.Errorf("%+v, %v", s, err)
	}
}

// A problem that is written and read again is the same.
func TestParse_roundTrip(t *testing.T) {
	p, err := Parse([]byte(Example))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	// An empty list is not written.
	p.Leave = nil // as JSON leaves it out
	if d := cmp.Diff(p, again); d != "" {
		t.Error(d)
	}
}

// The schemas name the fields that the format has.
func TestSchema_fields(t *testing.T) {
	for _, c := range []struct {
		format string
		v      any
	}{{"problem", Problem{}}, {"solution", Solution{}}} {
		text, ok := Schema(c.format)
		if !ok {
			t.Fatal(c.format)
		}
		var s struct {
			Properties map[string]any `json:"properties"`
			Defs       map[string]struct {
				Properties map[string]any `json:"properties"`
			} `json:"$defs"`
		}
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		for _, f := range fieldsOf(c.v) {
			if s.Properties[f] == nil {
				t.Errorf("the schema of a %s has no %q", c.format, f)
			}
		}
		inner := map[string]any{"option": Option{}, "budget": Budget{}, "share": Share{}, "group": Group{}, "synergy": Synergy{}, "rule": Rule{}, "draw": Draw{}, "cost": Cost{}}
		if c.format == "solution" {
			inner = map[string]any{"option": OptionResult{}, "rule": RuleResult{}, "rule_name": RuleName{}}
		}
		for name, v := range inner {
			for _, f := range fieldsOf(v) {
				if s.Defs[name].Properties[f] == nil {
					t.Errorf("%s of the schema of a %s has no %q", name, c.format, f)
				}
			}
		}
	}
}

func fieldsOf(v any) []string {
	var out []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		if tag := f.Tag.Get("json"); tag != "" {
			name, _, _ := strings.Cut(tag, ",")
			out = append(out, name)
		}
	}
	return out
}
