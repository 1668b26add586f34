package scenario

import (
	"net/url"
	"regexp"

	"milieu/internal/typed"
)

// Kind is the page whose settings a scenario keeps.
type Kind string

// The kinds.
const (
	Plan      Kind = "plan"
	Appraisal Kind = "appraisal"
	Sequence  Kind = "sequence"
	Workshop  Kind = "workshop"
)

// Kinds are all kinds in the order of pages.
var Kinds = []Kind{Plan, Appraisal, Sequence, Workshop}

// Label is the kind in words.
func (k Kind) Label() string {
	switch k {
	case Plan:
		return "Plan"
	case Appraisal:
		return "Appraisal"
	case Sequence:
		return "Sequence"
	case Workshop:
		return "Workshop"
	}
	return string(k)
}

// MostAddress is the longest address that is kept, in bytes.
const MostAddress = 8000

var pages = []struct {
	kind Kind
	path *regexp.Regexp
}{
	{Plan, regexp.MustCompile(`^/plan$`)},
	{Sequence, regexp.MustCompile(`^/plan/sequence$`)},
	{Appraisal, regexp.MustCompile(`^/appraisal(/[^/.][^/]*)?$`)},
	{Workshop, regexp.MustCompile(`^/workshops(/[^/.][^/]*)?$`)},
}

// ParseAddress reads the address of a page with its settings, without scheme and host, and writes it with its settings
// in one order, so that equal settings are equal text. Errors are an *typed.InputError.
func ParseAddress(s string) (Kind, string, error) {
	if len(s) > MostAddress {
		return "", "", typed.Whole("these settings are longer than %d characters, which is more than a scenario keeps", MostAddress)
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Fragment != "" {
		return "", "", typed.Whole("these settings cannot be read: keep them from the page that shows them")
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", "", typed.Whole("these settings cannot be read: keep them from the page that shows them")
	}
	for _, p := range pages {
		if p.path.MatchString(u.EscapedPath()) {
			out := u.EscapedPath()
			if len(q) > 0 {
				out += "?" + q.Encode()
			}
			return p.kind, out, nil
		}
	}
	return "", "", typed.Whole("the page %.60q has no settings that a scenario keeps: those of the plan, the appraisal, the sequence and workshops are kept", u.Path)
}
