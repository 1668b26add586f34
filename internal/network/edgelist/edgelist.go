// Package edgelist reads tables of ties that were made elsewhere (edge lists of network programs, answers to a survey
// that asked who works with whom) as rows of the team's table of ties: which column holds what, which kind of tie a
// word or a question asks for, which answers name nobody, and the id of each row. It does not find organisations:
// a caller says which one a name means.
package edgelist

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/network"
)

// Use is what a column is used for.
type Use int

// The uses. A list needs From or FromID, and To or ToID.
const (
	From Use = iota
	FromID
	To
	ToID
	Kind
	Answer
	Year
	End
	Page
	Uses // how many there are
)

// UseOf says how a use is called, and which headers name it.
var UseOf = [Uses]struct {
	Key, Label string
	headers    []string
}{
	{"from", "From (name)", []string{"from", "source", "from name", "source name", "respondent", "respondent name", "organisation", "organization"}},
	{"from_id", "From (id)", []string{"from id", "source id", "respondent id"}},
	{"to", "To (name)", []string{"to", "target", "to name", "target name", "named", "nominated", "partner"}},
	{"to_id", "To (id)", []string{"to id", "target id", "named id", "nominated id"}},
	{"kind", "Kind or question", []string{"kind", "type", "relation", "relationship", "question", "edge type"}},
	{"answer", "Answer or strength", []string{"answer", "strength", "weight", "score", "value"}},
	{"year", "Year it began", []string{"year", "start year", "since", "from year"}},
	{"end", "Year it ended", []string{"end year", "until", "to year"}},
	{"page", "Page that shows it", []string{"source url", "url", "page", "link"}},
}

// Columns are the numbers of the columns by use, -1 where the list has none.
type Columns [Uses]int

// None is no column for any use.
func None() Columns {
	var c Columns
	for i := range c {
		c[i] = -1
	}
	return c
}

// Guess finds the columns by their headers.
func Guess(headers []string) Columns {
	c := None()
	for u := range UseOf {
		for _, h := range UseOf[u].headers {
			i := slices.IndexFunc(headers, func(s string) bool { return headerKey(s) == h })
			if i >= 0 && !slices.Contains(c[:], i) {
				c[u] = i
				break
			}
		}
	}
	return c
}

func headerKey(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(strings.ToLower(s))), " ")
}

// Fault says what a choice of columns lacks, "" where it does.
func (c Columns) Fault() string {
	switch {
	case c[From] < 0 && c[FromID] < 0:
		return "say which column names the organisation that a tie goes out from"
	case c[To] < 0 && c[ToID] < 0:
		return "say which column names the organisation that a tie goes to"
	}
	for i, a := range c {
		for _, b := range c[i+1:] {
			if a >= 0 && a == b {
				return "one column is chosen for two things"
			}
		}
	}
	return ""
}

// Row is one line of a list.
type Row struct {
	Line  int
	Cells [Uses]string
}

// Read takes a line of the file apart.
func (c Columns) Read(line int, cells []string) Row {
	r := Row{Line: line}
	for u, i := range c {
		if i >= 0 && i < len(cells) {
			r.Cells[u] = strings.TrimSpace(cells[i])
		}
	}
	return r
}

// Ends are the texts that name the two organisations: the ids, or else the names.
func (r Row) Ends() (from, to string) {
	return or(r.Cells[FromID], r.Cells[From]), or(r.Cells[ToID], r.Cells[To])
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// nobody are answers by which a respondent names nobody.
var nobody = []string{"no", "none", "never", "nobody", "not at all", "n/a", "-", "false"}

// Names says that the answer of a line names somebody, and how strongly where it is a number.
func (r Row) Names() (yes bool, strength string) {
	a := strings.ToLower(r.Cells[Answer])
	if slices.Contains(nobody, a) {
		return false, ""
	}
	v, err := strconv.ParseFloat(a, 64)
	if err != nil {
		return true, ""
	}
	return v > 0, a
}

// words say which kind of tie a question asks for; the first that stands in it counts.
var words = []struct{ word, kind string }{
	{"trust", "trusts"}, {"advice", "trusts"}, {"supplier", Turned + "supplies"}, {"customer", "supplies"}, {"suppl", "supplies"}, {"introduc", "introduced_by"}, {"met", "met"}, {"meet", "met"},
	{"project", "partner_in_project"}, {"work", "works_with"}, {"member", "member_of"}, {"tenant", "tenant_of"}, {"fund", "funded_by"}, {"train", "trains_for"}, {"spin", "spin_out_of"}, {"part of", "part_of"},
}

// Turned before a kind says that the tie goes the other way round: who is named as a supplier supplies.
const Turned = "<"

// KindOf guesses the kind of tie that a word of a list means, or a question asks for; "" where it tells nothing.
func KindOf(text string) string {
	t := headerKey(text)
	for _, k := range network.Kinds() {
		if t == headerKey(k.Key) || t == headerKey(k.Label) {
			return k.Key
		}
	}
	for _, w := range words {
		if strings.Contains(t, w.word) {
			return w.kind
		}
	}
	return ""
}

// Choices are what somebody chose for a list.
type Choices struct {
	Kinds map[string]string // kind of tie by what stands in the column Kind; a missing one is Usual
	Usual string            // kind of the lines that do not say
	Page  string            // page that shows the lines without one of their own
	// Org is the organisation that a text means; ok is false where none is known.
	Org func(text string) (id, name string, ok bool)
}

// Header is the header of the table of ties that Ties fills.
var Header = []string{"id", "from_id", "from_name", "to_id", "to_name", "kind", "start_year", "end_year", "source_url", "weight"}

// Tie is a line as a row of the table of ties, its cells in the order of Header.
type Tie struct {
	Line  int
	Cells []string
}

// Left is a line that makes no tie.
type Left struct {
	Line int
	Why  string
	Text string // what stood there
}

// Ties makes rows of the table of ties of the lines, and says which lines make none and why. The id of a row is made of what
// the line says, so that the same list again says the same.
func Ties(rows []Row, c Choices) (ties []Tie, left []Left) {
	nth := map[string]int{}
	for _, r := range rows {
		from, to := r.Ends()
		yes, strength := r.Names()
		leave := func(why, text string) { left = append(left, Left{r.Line, why, text}) }
		switch {
		case from == "" && to == "":
			leave("names no organisation", "")
			continue
		case from == "" || to == "":
			leave("names one organisation only", from+to)
			continue
		case !yes:
			leave("the answer names nobody", r.Cells[Answer])
			continue
		}
		fromID, fromName, ok := c.Org(from)
		if !ok {
			leave("no organisation on record was found for", from)
			continue
		}
		toID, toName, ok := c.Org(to)
		if !ok {
			leave("no organisation on record was found for", to)
			continue
		}
		if fromID == toID {
			leave("ties an organisation to itself", fromName)
			continue
		}
		kind := or(c.Kinds[r.Cells[Kind]], c.Usual)
		if rest, turned := strings.CutPrefix(kind, Turned); turned {
			kind = rest
			fromID, fromName, toID, toName = toID, toName, fromID, fromName
		}
		page := or(r.Cells[Page], c.Page)
		said := []string{fromID, fromName, toID, toName, kind, r.Cells[Year], r.Cells[End], page, strength}
		key := strings.Join([]string{fromID, toID, kind, r.Cells[Year], r.Cells[End], page}, "\x00")
		nth[key]++
		ties = append(ties, Tie{r.Line, append([]string{tieID(key, nth[key])}, said...)})
	}
	return ties, left
}

// tieID is an id of the nth row that says the same.
func tieID(key string, nth int) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s\x00%d", key, nth)))
	return "list-" + hex.EncodeToString(sum[:8])
}
