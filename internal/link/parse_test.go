package link

import (
	"errors"
	"strings"
	"testing"
)

// TestParseModel_faults: the line and what to do.
func TestParseModel_faults(t *testing.T) {
	tests := []struct {
		from, to string // an edit of testModel
		line     int
		want     string
	}{
		{`review = 0.01`, `review = 2.0`, 3, "review is 2; it is a probability between 0 and 1"},
		{`review = 0.01`, `reviews = 0.01`, 3, `there is no key "reviews"; remove it or mend its spelling`},
		{`review = 0.01`, `review = `, 3, "expected value"},
		{`name = "test"`, ``, 1, `the model has no name`},
		{`matches = 0.5`, `matches = 0.0`, 4, "matches is 0"},
		{`from = ["town"]`, `from = ["city"]`, 18, `there is no column "city"; declare it as [[column]]`},
		{`kind = "date"`, `kind = "day"`, 22, `there is no kind "day"`},
		{`keys = ["name words"]`, `keys = ["name wrds"]`, 32, `a field of kind text has no part "wrds"; it has whole, first`},
		{`keys = ["name words"]`, `keys = ["name first"]`, 32, `needs a number: name first 3`},
		{`then = ["town", "born year"]`, `then = ["town", "birth year"]`, 33, `there is no field "birth"`},
		{`cap = 60`, `cap = -1`, 34, "cap is -1"},
		{`"name same", m = 0.7`, `"name same", m = 1.7`, 42, "m is 1.7; it is a chance between 0 and 1"},
		{`"name same", m = 0.7`, `"name sme", m = 0.7`, 42, `there is no test "sme"; the tests are apart, area`},
		{`"name same", m = 0.7`, `"name same and town", m = 0.7`, 42, `"town" is no condition; write FIELD TEST`},
		{`"name same", m = 0.7`, `"name days <= 3", m = 0.7`, 42, "test days is for fields of kind [date]; name is of kind text"},
		{`"name same", m = 0.7, `, `"name same", `, 42, "the level has no m; only the last may leave it out"},
		{`"name jaro-winkler >= 0.85"`, `"name jaro-winkler"`, 43, "test jaro-winkler needs a limit: name jaro-winkler >= NUMBER"},
		{`"name jaro-winkler >= 0.85"`, `"name jaro-winkler <= 0.85"`, 43, "test jaro-winkler is written with >=, not <="},
		{`"name jaro-winkler >= 0.85"`, `"else"`, 43, `the last level, and only that, has when = "else"`},
		{`m = 0.2, u = 0.05 }`, `m = 0.4, u = 0.05 }`, 39, `the m of comparison "name" add up to 1.1`},
		{`"codes same"`, `"codes jaro >= 0.5"`, 62, "field codes holds several values; they are compared by same or shares"},
		{`m = 0.9, u = 0.0001`, `m = 0.9, u = 0.0001, tf = true`, 62, "tf needs a condition on a field with one value"},
		{`m = 0.9, u = 0.0001`, `m = 0.9, u = 0.0001, damp = 0.5`, 62, "damp, least and steady are for levels with tf = true"},
	}
	if _, err := ParseModel(testModel); err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		if !strings.Contains(testModel, test.from) {
			t.Fatalf("the model has no %q", test.from)
		}
		_, err := ParseModel(strings.Replace(testModel, test.from, test.to, 1))
		var me *ModelError
		if !errors.As(err, &me) {
			t.Errorf("%s -> %s: error %v", test.from, test.to, err)
			continue
		}
		if me.Line != test.line || !strings.Contains(me.Msg, test.want) {
			t.Errorf("%s -> %s: line %d, %q; want line %d, %q", test.from, test.to, me.Line, me.Msg, test.line, test.want)
		}
	}
}

// TestModel_Text: the text stays as it was written, numbers too small to be written
// otherwise included, and takes trained numbers where the old ones stood.
func TestModel_Text(t *testing.T) {
	for _, text := range []string{testModel, "# a comment\n" + testModel} {
		m := parse(t, text)
		again := parse(t, m.Text())
		if again.Text() != m.Text() || m.Hash() != again.Hash() {
			t.Errorf("the text changes when it is read again:\n%s", m.Text())
		}
	}
	m := parse(t, "# kept\n"+testModel).clone()
	m.comparisons[1].levels[0].m, m.Matches = 0.123456789012345, 0.25
	text := m.Text()
	for _, want := range []string{"# kept\n", `when = "town same", m = 0.123456789012345, u = 0.1, tf`, "matches = 0.25\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text has no %q:\n%s", want, text)
		}
	}
	if got := parse(t, text).comparisons[1].levels[1].m; got != 1-0.123456789012345 {
		t.Errorf("the last level has m %v, the remainder", got)
	}
}

// TestShipped reads the shipped models.
func TestShipped(t *testing.T) {
	if len(ShippedNames()) < 2 {
		t.Errorf("shipped are %v", ShippedNames())
	}
	for _, n := range ShippedNames() {
		m, err := Shipped(n)
		if err != nil {
			t.Errorf("%s: %v", n, err)
			continue
		}
		if m.Name != n || m.About == "" {
			t.Errorf("%s has name %q and about %q", n, m.Name, m.About)
		}
		if again := parse(t, m.Text()); again.Hash() != m.Hash() {
			t.Errorf("%s changes when it is written and read", n)
		}
	}
	if _, err := Shipped("planets"); err == nil || !strings.Contains(err.Error(), "organisations and people") {
		t.Errorf("an unknown model: %v", err)
	}
}

// TestParseModel_tables: levels as tables of their own have their lines too.
func TestParseModel_tables(t *testing.T) {
	text := strings.Replace(testModel, `levels = [
  { name = "same", when = "town same", m = 0.8, u = 0.1, tf = true },
  { name = "differs", when = "else" },
]
`, `[[comparison.levels]]
when = "town same"
m = 0.8
u = 3.1
[[comparison.levels]]
when = "else"
`, 1)
	_, err := ParseModel(text)
	var me *ModelError
	if !errors.As(err, &me) || strings.Split(text, "\n")[me.Line-1] != "u = 3.1" {
		t.Errorf("error %v", err)
	}
	m := parse(t, strings.Replace(text, "u = 3.1", "u = 0.1", 1)).clone()
	m.comparisons[1].levels[0].u = 0.25
	if !strings.Contains(m.Text(), "u = 0.25\n") {
		t.Errorf("the trained number has no place:\n%s", m.Text())
	}
}

// FuzzParseModel: any text gives a model that reads back the same, or an error with
// a line of the text.
func FuzzParseModel(f *testing.F) {
	f.Add(testModel)
	f.Add("name = 'x'\n[[comparison]]\nlevels = [{when = \"else\"}, ")
	f.Add("[[a.b]]\n[c]\n\"d.e\" = '''\nx'''\nf = [1, [2, {g = 3}]] # h\n")
	for _, n := range ShippedNames() {
		m, err := Shipped(n)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(m.Text())
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseModel(text)
		var me *ModelError
		if err != nil {
			if !errors.As(err, &me) || me.Line < 1 || me.Line > strings.Count(text, "\n")+2 {
				t.Fatalf("error %v", err)
			}
			return
		}
		again, err := ParseModel(m.Text())
		if err != nil || again.Hash() != m.Hash() {
			t.Fatalf("the model does not read back: %v\n%s", err, m.Text())
		}
	})
}
