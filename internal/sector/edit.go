package sector

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kinds of the lists of a rule.
const (
	ListCodes         = "codes"
	ListWords         = "words"
	ListOrganisations = "organisations"
)

// Item is an entry of a list of a rule, with the place by which Without takes it away.
type Item struct{ Kind, Text, Place string }

// Listed is a rule as lists of entries.
type Listed struct {
	Place, Side string // include/1; include or exclude
	Rule
	Items []Item
}

// Lists are the rules of a definition as lists, inclusions first.
func (d Definition) Lists() []Listed {
	var out []Listed
	f := d.raw()
	for _, side := range []struct {
		name string
		raw  []rule
		from []Rule
	}{{"include", f.Include, d.Include}, {"exclude", f.Exclude, d.Exclude}} {
		for i, r := range side.raw {
			l := Listed{Place: fmt.Sprintf("%s/%d", side.name, i+1), Side: side.name, Rule: side.from[i]}
			for _, kind := range []string{ListCodes, ListWords, ListOrganisations} {
				for k, text := range *r.list(kind) {
					l.Items = append(l.Items, Item{kind, text, fmt.Sprintf("%s/%s/%d", l.Place, kind, k+1)})
				}
			}
			out = append(out, l)
		}
	}
	return out
}

func (r *rule) list(kind string) *[]string {
	switch kind {
	case ListCodes:
		return &r.Codes
	case ListWords:
		return &r.Words
	}
	return &r.Organisations
}

func (f *file) side(name string) (*[]rule, error) {
	switch name {
	case "include":
		return &f.Include, nil
	case "exclude":
		return &f.Exclude, nil
	}
	return nil, fmt.Errorf("there is no list %q; there are include and exclude", name)
}

func listKind(kind string) error {
	if !slices.Contains([]string{ListCodes, ListWords, ListOrganisations}, kind) {
		return fmt.Errorf("a rule has codes, words or organisations, not %q", kind)
	}
	return nil
}

// Without is the definition without the entry at a place of Lists; a rule that is left empty goes
// with its last entry. What is written is the definition anew: comments of the text are lost.
func (d Definition) Without(place string) (Definition, error) {
	f := d.raw()
	gone := fmt.Errorf("there is no entry %q in the definition any more", place)
	part := strings.Split(place, "/")
	if len(part) != 4 || listKind(part[2]) != nil {
		return d, gone
	}
	rules, err := f.side(part[0])
	if err != nil {
		return d, err
	}
	n, err1 := strconv.Atoi(part[1])
	k, err2 := strconv.Atoi(part[3])
	if err1 != nil || err2 != nil || n < 1 || n > len(*rules) {
		return d, gone
	}
	r := &(*rules)[n-1]
	list := r.list(part[2])
	if k < 1 || k > len(*list) {
		return d, gone
	}
	*list = slices.Delete(slices.Clone(*list), k-1, k)
	if len(r.Words) == 0 {
		r.In = nil
	}
	if len(r.Codes)+len(r.Words)+len(r.Organisations) == 0 {
		*rules = slices.Delete(*rules, n-1, n)
	}
	return f.again()
}

// With is the definition with entries of a kind more, in the rule at a place (include/2) or in a
// new one (include, exclude) with its reason.
func (d Definition) With(place, kind string, entries []string, reason string) (Definition, error) {
	f := d.raw()
	if err := listKind(kind); err != nil {
		return d, err
	}
	side, number, old := strings.Cut(place, "/")
	rules, err := f.side(side)
	if err != nil {
		return d, err
	}
	if !old {
		*rules = append(*rules, rule{Reason: reason})
		number = strconv.Itoa(len(*rules))
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(*rules) {
		return d, fmt.Errorf("there is no rule %q in the definition any more", place)
	}
	list := (*rules)[n-1].list(kind)
	added := slices.Clone(*list)
	for _, e := range entries {
		if e = strings.TrimSpace(e); e != "" && !slices.Contains(added, e) {
			added = append(added, e)
		}
	}
	if len(added) == len(*list) {
		return d, fmt.Errorf("nothing was given that the rule does not have; write entries, a comma between them")
	}
	*list = added
	return f.again()
}

// again reads what is written of a changed definition.
func (f file) again() (Definition, error) {
	text, err := f.toml()
	if err != nil {
		return Definition{}, err
	}
	return Parse("line", text)
}
