package survey

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// interventions stand in for those of a place.
var interventions = []Option{{ID: "park", Label: "Urbanise the park"}, {ID: "tram", Label: "A tram"}, {ID: "club", Label: "A club"}}

func shipped(t *testing.T) Instrument {
	t.Helper()
	in, err := Parse(Shipped()[0].Text)
	if err != nil {
		t.Fatal(err)
	}
	return in.Fill("interventions", interventions)
}

// TestShipped: the district's ten questions are there, and what the issue asks for beside them.
func TestShipped(t *testing.T) {
	in := shipped(t)
	topics := map[string]int{}
	for _, q := range in.Questions() {
		topics[q.Topic]++
	}
	for _, topic := range []string{"reason", "benefit", "barrier", "innovate", "leisure", "meeting", "networking", "attract", "deter", "skills", "trade", "links", "investment", "demand", "arrival"} {
		if topics[topic] == 0 {
			t.Errorf("no question of topic %s", topic)
		}
	}
	if left := in.Unfilled(); len(left) > 0 {
		t.Errorf("not filled in: %v", left)
	}
	if err := in.Check(); err != nil {
		t.Error(err)
	}
}

func TestTOML_roundTrip(t *testing.T) {
	in := shipped(t)
	text, err := in.TOML()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if diff := cmp.Diff(in, again); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
}

const small = `id = "x"
title = "X"
[[section]]
id = "s"
title = "S"
[[section.question]]
id = "a"
kind = "single"
text = "A?"
option = [{id="yes", label="Yes"}, {id="no", label="No"}]
[[section.question]]
id = "b"
kind = "multi"
text = "B?"
required = true
other = true
option = [{id="p", label="P"}, {id="q", label="Q"}, {id="none", label="None", alone=true}]
show_if = {question="a", any=["yes"]}
[[section.question]]
id = "c"
kind = "scale"
text = "C?"
min = 0
max = 10
show_if = {question="b", any=["p"], not=true}
`

func TestParse_faults(t *testing.T) {
	if _, err := Parse([]byte(small)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ old, new, want string }{
		{`kind = "scale"`, `kind = "slider"`, `line 20: question "c": there is no kind "slider"`},
		{`id = "c"`, `id = "a"`, `the id stands for a question already`},
		{`title = "X"`, ``, `title is missing`},
		{`title = "X"`, `titel = "X"`, `line 2: there is no key "titel"`},
		{`any=["yes"]`, `any=["maybe"]`, `"maybe" is no option of "a"`},
		{`question="b"`, `question="d"`, `"d", which is no question before this one`},
		{`max = 10`, `max = 40`, `a scale goes in whole steps`},
		{`max = 10`, `max = nan`, `min 0 is more than max NaN`},
		{`{id="no", label="No"}`, `{id="yes", label="No"}`, `the id "yes" stands for an option already`},
		{`{id="yes", label="Yes"}, {id="no", label="No"}`, ``, `it has 0 options`},
		{`kind = "single"`, `kind = "text"`, `a question of kind text has no options`},
		{`required = true`, `relation = "supplies"`, `is no kind of tie, or the question does not ask for organisations`},
		{`required = true`, `prefill = "name"`, `the question is neither text nor number`},
		{`id = "s"`, `id = "S!"`, `is not of small letters`},
		{`id = "x"`, `id = `, `line 1`},
	} {
		text := strings.Replace(small, test.old, test.new, 1)
		_, err := Parse([]byte(text))
		var pe *ParseError
		if !errors.As(err, &pe) {
			t.Errorf("%s -> %s: %v", test.old, test.new, err)
			continue
		}
		var all []string
		for _, f := range pe.Faults {
			all = append(all, f.String())
		}
		if !strings.Contains(strings.Join(all, "\n"), test.want) {
			t.Errorf("%s -> %s:\n%s\nwant %s", test.old, test.new, strings.Join(all, "\n"), test.want)
		}
	}
}

// TestAsked: what is not asked is kept apart from what was left empty, and an answer that the way no longer passes is dropped.
func TestAsked(t *testing.T) {
	in, err := Parse([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	yes, no := Answer{State: Answered, Choices: []string{"yes"}}, Answer{State: Answered, Choices: []string{"no"}}
	p, q := Answer{State: Answered, Choices: []string{"p"}}, Answer{State: Answered, Choices: []string{"q"}}
	seven := Answer{State: Answered, Number: 7}
	states := func(a Answers) map[string]State {
		out := map[string]State{}
		for id, one := range in.Settle(a) {
			out[id] = one.State
		}
		return out
	}
	for _, test := range []struct {
		name string
		give Answers
		want map[string]State
	}{
		{"nothing said", nil, map[string]State{"a": Blank, "b": NotAsked, "c": NotAsked}},
		{"no", Answers{"a": no, "b": q, "c": seven}, map[string]State{"a": Answered, "b": NotAsked, "c": NotAsked}},
		{"yes, p", Answers{"a": yes, "b": p, "c": seven}, map[string]State{"a": Answered, "b": Answered, "c": NotAsked}},
		{"yes, q", Answers{"a": yes, "b": q, "c": seven}, map[string]State{"a": Answered, "b": Answered, "c": Answered}},
		{"yes, does not know", Answers{"a": yes, "b": {State: DoesntKnow}}, map[string]State{"a": Answered, "b": DoesntKnow, "c": Blank}},
		{"of another questionnaire", Answers{"z": yes}, map[string]State{"a": Blank, "b": NotAsked, "c": NotAsked}},
	} {
		if diff := cmp.Diff(test.want, states(test.give)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	if m := in.Missing(Answers{"a": yes}); len(m) != 1 || m[0].ID != "b" {
		t.Errorf("missing: %v", m)
	}
	if m := in.Missing(Answers{"a": yes, "b": {State: Refused}}); len(m) != 0 {
		t.Errorf("a refusal is an answer to a required question: %v", m)
	}
}

func TestFromForm(t *testing.T) {
	single := Question{ID: "a", Kind: Single, Options: []Option{{ID: "x", Label: "X"}, {ID: "y", Label: "Y"}}}
	multi := Question{ID: "m", Kind: Multi, Other: true, Options: []Option{{ID: "x", Label: "X"}, {ID: "y", Label: "Y"}, {ID: "none", Label: "None", Alone: true}}}
	rank := Question{ID: "r", Kind: Rank, Most: 2, Options: interventions}
	budget := Question{ID: "p", Kind: Budget, Options: interventions}
	number := Question{ID: "n", Kind: Number, Min: 0, Max: 5000}
	scale := Question{ID: "s", Kind: Scale, Min: 0, Max: 10}
	orgs := Question{ID: "o", Kind: Organisations, Most: 2}
	for _, test := range []struct {
		name, form string
		q          Question
		want       Answer
		fault      string
	}{
		{"one", "a=x", single, Answer{State: Answered, Choices: []string{"x"}}, ""},
		{"two of one", "a=x&a=y", single, Answer{State: Answered, Choices: []string{"x", "y"}}, "choose one answer only"},
		{"nothing", "", single, Answer{State: Blank}, ""},
		{"does not know", "a.state=unknown", single, Answer{State: DoesntKnow}, ""},
		{"an answer beats not knowing", "a=x&a.state=unknown", single, Answer{State: Answered, Choices: []string{"x"}}, ""},
		{"a made-up state", "a.state=answered", single, Answer{State: Blank}, ""},
		{"no option", "a=z", single, Answer{State: Answered, Choices: []string{"z"}}, `"z" is not one of the answers to choose from`},
		{"in the order of the question", "m=y&m=x", multi, Answer{State: Answered, Choices: []string{"x", "y"}}, ""},
		{"other by its words", "m=x&m.other=+my%0Aown+", multi, Answer{State: Answered, Choices: []string{"x", "other"}, Other: "my own"}, ""},
		{"other without words", "m=other", multi, Answer{State: Answered, Choices: []string{"other"}}, "say in a few words what the other answer is"},
		{"none with another", "m=x&m=none", multi, Answer{State: Answered, Choices: []string{"x", "none"}}, `"None" goes with no other answer: take it away, or the others`},
		{"ranked", "r.1=club&r.2=park", rank, Answer{State: Answered, Choices: []string{"club", "park"}}, ""},
		{"ranked with a gap", "r.2=park", rank, Answer{State: Answered, Choices: []string{"park"}}, ""},
		{"ranked twice", "r.1=park&r.2=park", rank, Answer{State: Answered, Choices: []string{"park", "park"}}, `"Urbanise the park" is chosen twice`},
		{"shared out", "p.park=60&p.club=40&p.tram=0", budget, Answer{State: Answered, Points: []Point{{"park", 60}, {"club", 40}}}, ""},
		{"too few points", "p.park=60", budget, Answer{State: Answered, Points: []Point{{"park", 60}}}, "the points sum to 60; share out 100 in all"},
		{"points below none", "p.park=160&p.tram=-60", budget, Answer{State: Answered, Points: []Point{{"park", 160}, {"tram", -60}}}, "points go from 0 to 100; one has 160"},
		{"thousands", "n=1,200", number, Answer{State: Answered, Number: 1200}, ""},
		{"no number", "n=a dozen", number, Answer{State: Blank, Text: "a dozen"}, `"a dozen" is not a number: write it in digits, such as 12`},
		{"not a number", "n=NaN", number, Answer{State: Blank, Text: "NaN"}, `"NaN" is not a number: write it in digits, such as 12`},
		{"beyond", "n=5001", number, Answer{State: Answered, Number: 5001}, "5001 is not between 0 and 5000"},
		{"nought is an answer", "s=0", scale, Answer{State: Answered}, ""},
		{"half a step", "s=1.5", scale, Answer{State: Answered, Number: 1.5}, "choose a step from 0 to 10"},
		{"names", "o.1=Rolls-Royce&o.1.id=rolls-royce&o.2=A+lathe+shop", orgs, Answer{State: Answered, Orgs: []Named{{"rolls-royce", "Rolls-Royce"}, {"", "A lathe shop"}}}, ""},
	} {
		v, err := url.ParseQuery(test.form)
		if err != nil {
			t.Fatal(err)
		}
		got, fault := test.q.FromForm(v)
		if diff := cmp.Diff(test.want, got); diff != "" || fault != test.fault {
			t.Errorf("%s: fault %q, want %q (-want +got):\n%s", test.name, fault, test.fault, diff)
		}
	}
}

func TestSame(t *testing.T) {
	in := shipped(t)
	q, _ := in.Find("reasons")
	other := q
	other.Help, other.Text = "else", strings.ReplaceAll(q.Text, " ", "  ")
	if !q.Same(other) {
		t.Error("help and spaces do not make another question")
	}
	other.Options = append([]Option{{ID: "new", Label: "New"}}, q.Options...)
	if q.Same(other) {
		t.Error("another option makes another question")
	}
}

// TestColumns: the cells of a response say what was answered, and nothing where nothing was.
func TestColumns(t *testing.T) {
	in := shipped(t)
	a := in.Settle(Answers{
		"employees": {State: Answered, Number: 12}, "arrival": {State: Refused}, "reasons": {State: Answered, Choices: []string{"skills", "other"}, Other: "my aunt"},
		"reason_first": {State: Answered, Choices: []string{"skills", "cost"}}, "budget": {State: Answered, Points: []Point{{"tram", 100}}},
		"partners": {State: Answered, Orgs: []Named{{"amrc", "AMRC"}, {"", "Smith; Sons"}}}})
	got := map[string]string{}
	for _, c := range in.Columns() {
		if _, twice := got[c.Name]; twice {
			t.Errorf("column %s stands twice", c.Name)
		}
		got[c.Name] = c.Cell(a[c.Of()])
	}
	for name, want := range map[string]string{"employees": "12", "arrival": "", "arrival.state": "refused", "reasons.skills": "1", "reasons.cost": "0", "reasons.other": "1", "reasons.words": "my aunt", "reason_first.cost": "2", "reason_first.grant": "",
		"budget.tram": "100", "budget.park": "0", "partners": "AMRC; Smith, Sons", "partners.ids": "amrc; ", "invest_in.machines": "", "invest_in.state": "unasked", "barriers.skills": "", "barriers.state": "blank"} {
		if got[name] != want {
			t.Errorf("%s = %q; want %q", name, got[name], want)
		}
	}
}

// FuzzParse: whatever text comes, an instrument that is taken can be written and read again as the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	for _, s := range Shipped() {
		f.Add(s.Text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := Parse(text)
		if err != nil {
			return
		}
		out, err := in.TOML()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(out)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if diff := cmp.Diff(in, again); diff != "" {
			t.Errorf("(-written +read):\n%s", diff)
		}
	})
}

// FuzzFromForm: whatever a form sends, an answer that is taken without a fault passes the check, and no answer panics.
func FuzzFromForm(f *testing.F) {
	f.Add("reasons=skills&reasons.other=x&budget.park=50&budget.tram=50&want.1=club&partners.1=AMRC&employees=7&stay=3")
	in, err := Parse(Shipped()[0].Text)
	if err != nil {
		f.Fatal(err)
	}
	in = in.Fill("interventions", interventions)
	f.Fuzz(func(t *testing.T, form string) {
		v, err := url.ParseQuery(form)
		if err != nil {
			return
		}
		all := Answers{}
		for _, q := range in.Questions() {
			a, fault := q.FromForm(v)
			if fault == "" {
				if err := q.Check(a); err != nil {
					t.Errorf("%s: %v", q.ID, err)
				}
				all[q.ID] = a
			}
		}
		for _, c := range in.Columns() {
			_ = c.Cell(in.Settle(all)[c.Of()])
		}
	})
}
