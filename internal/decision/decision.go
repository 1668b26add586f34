// Package decision owns what people decide about the evidence: records that they
// add or correct, that are the same or not, that stand elsewhere on the map or do
// not belong. A decision never touches a source: it is kept with who, when and why,
// can be undone, and is applied by the next build. The package checks decisions,
// keeps them from overwriting each other, lists them, and turns spreadsheets into
// them; how a build applies them is for evidence and org.
package decision

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is what a decision does.
type Kind string

// The kinds of decision.
const (
	Add       Kind = "add"       // a record that no source holds
	Set       Kind = "set"       // fields of a record
	Exclude   Kind = "exclude"   // a record that does not belong
	Same      Kind = "same"      // two records are one organisation
	Different Kind = "different" // two records are two organisations
	Move      Kind = "move"      // a site stands elsewhere
	Agent     Kind = "agent"     // an address is, or is not, one of mass registration
)

// Kinds are all kinds with what they say, in the order of lists.
var Kinds = []struct {
	Kind    Kind
	Label   string
	Meaning string
}{
	{Add, "Added", "a record that no source holds"},
	{Set, "Corrected", "fields of a record"},
	{Exclude, "Excluded", "a record that does not belong"},
	{Same, "Same", "two records are one organisation"},
	{Different, "Not the same", "two records are two organisations"},
	{Move, "Moved", "a site stands elsewhere"},
	{Agent, "Address", "an address is, or is not, one of mass registration"},
}

// Label is how the kind is called in lists.
func (k Kind) Label() string {
	for _, x := range Kinds {
		if x.Kind == k {
			return x.Label
		}
	}
	return string(k)
}

// Tables beside the team's own that decisions speak about.
const (
	Organisations = "organisations"
	Pairs         = "pairs"     // same, different: subject is ONE|OTHER
	Sites         = "sites"     // move: subject is KEY:site or KEY:ro
	Addresses     = "addresses" // agent: subject is POSTCODE|ADDRESS
)

// Draft is a decision that somebody wants to make.
type Draft struct {
	Kind    Kind
	Table   string
	Subject string
	Fields  map[string]string // by column; "" empties a cell
	Before  map[string]string // what the record said to the editor
	Reason  string            // why
	Source  string            // what shows it: an address, a document, a conversation
	Version int64             // of the subject, as the editor saw it
	Batch   string            // of an import
}

// Decision is a decision that was made.
type Decision struct {
	Seq           int64
	Kind          Kind
	Table         string
	Subject       string
	Fields        map[string]string
	Before        map[string]string
	Reason        string
	Source        string
	Batch         string
	At            string // as store.Time writes it
	By            string // id of a person
	UndoneAt      string // empty while it holds
	UndoneBy      string
	UndoneReason  string
	Version       int64 // that it gave its subject
	UndoneVersion int64
}

// ID is how a decision is called: D17.
func (d Decision) ID() string { return "D" + strconv.FormatInt(d.Seq, 10) }

// Holds says that it has not been undone.
func (d Decision) Holds() bool { return d.UndoneAt == "" }

// ParseID reads what ID writes.
func ParseID(s string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(s, "D"), 10, 64)
	if err != nil || n < 1 || !strings.HasPrefix(s, "D") {
		return 0, fmt.Errorf("%q is not a decision; decisions are called D1, D2 and so on", s)
	}
	return n, nil
}

// PairSubject is the subject of a verdict on two records, the same for both orders.
func PairSubject(a, b string) string {
	if b < a {
		a, b = b, a
	}
	return a + "|" + b
}

// ConflictError says that somebody else has decided on the same record since the
// editor looked at it.
type ConflictError struct {
	Table, Subject string
	Version        int64      // of the subject now
	Since          []Decision // what has come since, oldest first
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s of %s has been changed by somebody else since you opened it; look at what they did, then save again", e.Subject, e.Table)
}

// InputError says which fields of a draft cannot be taken and why. The key "" is
// the decision itself.
type InputError struct{ Fields map[string]string }

func (e *InputError) Error() string {
	if whole := e.Fields[""]; whole != "" {
		return whole
	}
	if len(e.Fields) == 0 {
		return "nothing to decide"
	}
	first := sortedKeys(e.Fields)[0]
	return first + " " + e.Fields[first]
}
