package link

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// kind says how the values of a field are read.
type kind string

const (
	kindText     kind = "text"
	kindDate     kind = "date"
	kindPostcode kind = "postcode"
	kindPoint    kind = "point" // longitude and latitude in degrees
	kindNumber   kind = "number"
	kindAddress  kind = "address"
	kindName     kind = "name" // of an organisation
)

var kinds = []kind{kindText, kindDate, kindPostcode, kindPoint, kindNumber, kindAddress, kindName}

// test is a way to compare two values. Its measure is a number: a likeness, from
// which on the test holds, or a distance, up to which it holds.
type test struct {
	kinds    []kind
	distance bool
	flag     float64 // the limit of a test that is written without one; 0: it needs one
	lists    bool    // may compare fields of several values
	cost     int     // rough time of one comparison in nanoseconds
}

var tests = map[string]test{
	"same":         {kinds: []kind{kindText, kindDate, kindPostcode, kindNumber, kindAddress, kindName}, flag: 1, lists: true, cost: 2},
	"known":        {kinds: kinds, flag: 1, lists: true, cost: 1},
	"apart":        {kinds: []kind{kindText}, flag: 1, lists: true, cost: 20},
	"shares":       {kinds: []kind{kindText}, lists: true, cost: 10},
	"starts":       {kinds: []kind{kindText}, flag: 1, cost: 10},
	"jaro":         {kinds: []kind{kindText}, cost: 120},
	"jaro-winkler": {kinds: []kind{kindText}, cost: 120},
	"levenshtein":  {kinds: []kind{kindText}, distance: true, cost: 200},
	"damerau":      {kinds: []kind{kindText}, distance: true, cost: 200},
	"similar":      {kinds: []kind{kindText}, cost: 200},
	"words":        {kinds: []kind{kindText, kindAddress}, cost: 40},
	"number":       {kinds: []kind{kindAddress}, flag: 1, cost: 5},
	"days":         {kinds: []kind{kindDate}, distance: true, cost: 5},
	"slips":        {kinds: []kind{kindDate}, distance: true, cost: 100},
	"parts":        {kinds: []kind{kindDate}, cost: 10},
	"sector":       {kinds: []kind{kindPostcode}, flag: 3, cost: 5},
	"district":     {kinds: []kind{kindPostcode}, flag: 2, cost: 5},
	"area":         {kinds: []kind{kindPostcode}, flag: 1, cost: 5},
	"km":           {kinds: []kind{kindPoint}, distance: true, cost: 60},
	"difference":   {kinds: []kind{kindNumber}, distance: true, cost: 5},
	"ratio":        {kinds: []kind{kindNumber}, cost: 5},
	"name":         {kinds: []kind{kindName}, lists: true, cost: 600},
}

// term is one condition of a level: a test on a field, or on two fields crosswise:
// a/b wants a of each record to pass with b of the other, a|b one of the two ways.
type term struct {
	field, other string
	either       bool
	test         string
	limit        float64
}

func (t term) String() string {
	s := t.field
	switch {
	case t.either:
		s += "|" + t.other
	case t.other != "":
		s += "/" + t.other
	}
	s += " " + t.test
	if k := tests[t.test]; k.flag == 0 {
		op := ">="
		if k.distance {
			op = "<="
		}
		s += " " + op + " " + strconv.FormatFloat(t.limit, 'g', -1, 64)
	}
	return s
}

// parseWhen reads the condition of a level: terms joined by "and"; "else" is none.
func parseWhen(s string) ([]term, error) {
	words := strings.Fields(s)
	if len(words) == 1 && words[0] == "else" {
		return nil, nil
	}
	var out []term
	for from := 0; from <= len(words); {
		to := from
		for to < len(words) && words[to] != "and" {
			to++
		}
		t, err := parseTerm(words[from:to])
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		from = to + 1
	}
	return out, nil
}

func parseTerm(words []string) (term, error) {
	const form = `write FIELD TEST, FIELD TEST >= NUMBER or FIELD TEST <= NUMBER (FIELD/FIELD compares crosswise), several joined by "and", or "else"`
	if len(words) != 2 && len(words) != 4 {
		return term{}, fmt.Errorf("%q is no condition; %s", strings.Join(words, " "), form)
	}
	t := term{test: words[1]}
	t.field, t.other, _ = strings.Cut(words[0], "/")
	if a, b, ok := strings.Cut(words[0], "|"); ok {
		t.field, t.other, t.either = a, b, true
	}
	k, ok := tests[t.test]
	if !ok {
		return t, fmt.Errorf("there is no test %q; the tests are %s", t.test, strings.Join(slices.Sorted(maps.Keys(tests)), ", "))
	}
	if len(words) == 2 {
		if k.flag == 0 {
			return t, fmt.Errorf("test %s needs a limit: %s %s %s NUMBER", t.test, words[0], t.test, k.op())
		}
		t.limit = k.flag
		return t, nil
	}
	if k.flag != 0 {
		return t, fmt.Errorf("test %s takes no limit: write %s %s", t.test, words[0], t.test)
	}
	if words[2] != k.op() {
		return t, fmt.Errorf("test %s is written with %s, not %s", t.test, k.op(), words[2])
	}
	v, err := strconv.ParseFloat(words[3], 64)
	if err != nil || v != v || v < 0 || v > 1e9 {
		return t, fmt.Errorf("%q is not a limit; write a number from 0 on", words[3])
	}
	t.limit = v
	return t, nil
}

func (k test) op() string {
	if k.distance {
		return "<="
	}
	return ">="
}
