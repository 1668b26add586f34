// Package sector owns sectors as a team defines them: lists of inclusions and
// exclusions by industry code, by words of the activity and by named organisations,
// each with its reference. It says which organisations are in a sector and why, and
// what changed between two versions. It does not say where they are (profile, cluster).
package sector

import (
	"fmt"
	"strings"
)

// Definition says who is in a sector. It is kept as TOML, see Parse.
type Definition struct {
	ID      string // lower-case letters, digits and hyphens
	Name    string
	Summary string // one sentence
	Version string // a date or a number, as the authors count
	// Reference is the published definition that this one follows, URL its page.
	Reference, URL string
	// Reading says where codes were chosen by us and what the definition cannot see.
	Reading string
	// AnyCode has codes match any of an organisation's industry codes, not the first only.
	AnyCode          bool
	Include, Exclude []Rule
	// Text is the definition as it was written.
	Text string
}

// Rule is one line of an inclusion or exclusion list. Where it has both codes and words,
// both must fit. A rule of organisations has neither.
type Rule struct {
	Codes         []string // prefixes of SIC 2007 codes, digits only
	Words         []string // folded phrases; a last * stands for any ending
	In            []string // where words are looked for: activity, name, note
	Organisations []string // ids, or company numbers
	Reason        string
}

// Kind is what a rule goes by.
func (r Rule) Kind() string {
	switch {
	case len(r.Organisations) > 0:
		return "organisation"
	case len(r.Codes) > 0 && len(r.Words) > 0:
		return "code and words"
	case len(r.Codes) > 0:
		return "code"
	}
	return "words"
}

// Phrase says the rule in a phrase for people.
func (r Rule) Phrase() string {
	var parts []string
	if len(r.Codes) > 0 {
		printed := make([]string, len(r.Codes))
		for i, c := range r.Codes {
			printed[i] = dotted(c)
		}
		parts = append(parts, "industry "+strings.Join(printed, ", "))
	}
	if len(r.Words) > 0 {
		quoted := make([]string, len(r.Words))
		for i, w := range r.Words {
			quoted[i] = "“" + w + "”"
		}
		parts = append(parts, strings.Join(quoted, ", ")+" in its "+strings.Join(r.In, " or "))
	}
	if len(r.Organisations) > 0 {
		parts = append(parts, strings.Join(r.Organisations, ", "))
	}
	return strings.Join(parts, ", and ")
}

// Most is how many sectors a workspace may have: each is a bit of a mask in the index of sites.
const Most = 32

// check says what is wrong with a list of definitions together.
func check(list []Kept) error {
	if len(list) > Most {
		return fmt.Errorf("the workspace has %d sectors; %d are the most: name those wanted in milieu.toml, sectors = [...]", len(list), Most)
	}
	return nil
}
