package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/tabular"
)

// What decisions speak about beside the team tables' own rows.
const (
	organisations = "organisations"
	sites         = "sites"
	addresses     = "addresses"
)

// The kinds of decision line; decision.go says what each holds.
const (
	kindAdd       = "add"
	kindSet       = "set"
	kindExclude   = "exclude"
	kindSame      = "same"
	kindDifferent = "different"
	kindMove      = "move"
	kindAgent     = "agent"
)

// statement is a line of a decision as it was read, and what becomes of it.
type statement struct {
	DecisionLine
	Record
	nth    int        // place among all lines
	fault  string     // why it cannot be applied, as far as the line alone tells
	over   *statement // the later line that holds in its place
	repeat bool       // its own decision says it again further on
}

// stands says that the line is to be applied.
func (s *statement) stands() bool { return s.fault == "" && s.over == nil && !s.repeat }

// decision tells decisions apart, also where two files number theirs alike.
func (s *statement) decision() [2]string { return [2]string{s.Source, s.ID} }

// row says that the line gives a field of a row.
func (s *statement) row() bool { return s.Kind == kindAdd || s.Kind == kindSet }

// judge finds which lines stand: those that can be read, that no later line
// overrides and whose subject no decision leaves out. Values become what a cell of
// the table would have become. What the sources hold is not asked here.
func judge(lines []*statement, teams []TeamTable) {
	r := reader{map[string]Definition{}, teams}
	for _, t := range teams {
		r.tables[t.Name] = t.Definition
	}
	for i, s := range lines {
		s.nth = i + 1
		s.fault = r.read(s)
	}
	wholeMoves(lines)
	override(lines, func(s *statement) bool { return s.Kind == kindExclude })
	leaveOut(lines)
	override(lines, func(s *statement) bool { return s.Kind != kindExclude })
}

// reader reads what single lines say.
type reader struct {
	tables map[string]Definition
	teams  []TeamTable
}

// read cleans the value of a line; the text says why it cannot be taken.
func (r reader) read(s *statement) string {
	switch s.Kind {
	case kindAdd, kindSet, kindExclude:
		if _, ok := r.tables[s.Table]; !ok {
			var names []string
			for _, t := range r.teams {
				names = append(names, t.Name)
			}
			return fmt.Sprintf("there is no table %q; there are %s", s.Table, strings.Join(names, ", "))
		}
		if s.row() {
			return r.cell(s)
		}
		if s.Table == organisations && (s.Field != "key" || s.Value == "") {
			return `it names no record: the field is "key", the value a record's key`
		}
	case kindSame, kindDifferent:
		switch {
		case s.Table != organisations:
			return about(s, organisations)
		case s.Field != "other" || s.Value == "":
			return `it names no other record: the field is "other", the value a record's key`
		case s.Value == s.Subject:
			return "it names one record twice"
		}
	case kindMove:
		return r.position(s)
	case kindAgent:
		return readAgent(s)
	default:
		return fmt.Sprintf("there is no kind of decision %q", s.Kind)
	}
	return ""
}

func about(s *statement, table string) string {
	return fmt.Sprintf("kind %s is about %s, not %s", s.Kind, table, s.Table)
}

// cell reads a value for a column of a team table.
func (r reader) cell(s *statement) string {
	if s.Field == "id" {
		if s.Value == s.Subject {
			return ""
		}
		return "the id of a row cannot be changed"
	}
	c, ok := r.column(s.Table, s.Field)
	if !ok {
		return fmt.Sprintf("%s has no column %q", s.Table, s.Field)
	}
	return clean(s, c)
}

func (r reader) column(table, name string) (tabular.Column, bool) {
	for _, c := range r.tables[table].Columns {
		if c.Name == name {
			return c, true
		}
	}
	return tabular.Column{}, false
}

func clean(s *statement, c tabular.Column) string {
	v, err := c.Clean(s.Value)
	if err != nil && s.Value == "" {
		return fmt.Sprintf("%s %v", s.Field, err)
	}
	if err != nil {
		return fmt.Sprintf("%s %q %v", s.Field, s.Value, err)
	}
	s.Value = v
	return ""
}

// position reads a coordinate as the table of organisations would.
func (r reader) position(s *statement) string {
	switch {
	case s.Table != sites:
		return about(s, sites)
	case !strings.HasSuffix(s.Subject, ":site") && !strings.HasSuffix(s.Subject, ":ro"):
		return "its subject is no site: write KEY:site, or KEY:ro for a registered office"
	case s.Field != "lon" && s.Field != "lat" && s.Field != "precision_m":
		return fmt.Sprintf("a move has no field %q; it gives lon, lat and precision_m", s.Field)
	}
	c, _ := r.column(organisations, s.Field)
	return clean(s, c)
}

func readAgent(s *statement) string {
	postcode, _, _ := strings.Cut(s.Subject, "|")
	proper, err := tabular.Column{Kind: tabular.Postcode}.Clean(postcode)
	switch {
	case s.Table != addresses:
		return about(s, addresses)
	case err != nil:
		return fmt.Sprintf("postcode %q %v", postcode, err)
	case proper != postcode:
		return fmt.Sprintf("postcode %q is written %s", postcode, proper)
	case s.Field != "agent" || s.Value != "yes" && s.Value != "no":
		return `an address is one of mass registration or not: the field is "agent", the value yes or no`
	}
	return ""
}

// wholeMoves faults moves that give no whole position.
func wholeMoves(lines []*statement) {
	type move struct {
		decision [2]string
		subject  string
	}
	got := map[move]map[string]bool{}
	for _, s := range lines {
		m := move{s.decision(), s.Subject}
		if s.Kind == kindMove && got[m] == nil {
			got[m] = map[string]bool{}
		}
		if s.Kind == kindMove && s.fault == "" && s.Value != "" {
			got[m][s.Field] = true
		}
	}
	for _, s := range lines {
		if g := got[move{s.decision(), s.Subject}]; s.Kind == kindMove && s.fault == "" && !(g["lon"] && g["lat"]) {
			s.fault = "a move gives both lon and lat"
		}
	}
}

// slot is what a line says something about: of two lines with one slot the later holds.
// A move is one thing: the precision of an earlier position is not that of a later.
func (s *statement) slot() [4]string {
	switch s.Kind {
	case kindExclude:
		if s.Table == organisations {
			return [4]string{"exclude", s.Table, s.Value}
		}
		return [4]string{"exclude", s.Table, s.Subject}
	case kindSame, kindDifferent:
		return [4]string{"pair", min(s.Subject, s.Value), max(s.Subject, s.Value)}
	case kindMove, kindAgent:
		return [4]string{s.Kind, s.Subject}
	}
	return [4]string{"row", s.Table, s.Subject, s.Field}
}

// override lets later lines hold in the place of earlier ones.
func override(lines []*statement, of func(*statement) bool) {
	last := map[[4]string]*statement{}
	said := map[[5]string]bool{}
	for _, s := range slices.Backward(lines) {
		if !of(s) || !s.stands() {
			continue
		}
		slot := s.slot()
		l := last[slot]
		if l == nil {
			last[slot], l = s, s
		}
		field := [5]string{slot[0], slot[1], slot[2], slot[3], s.Field}
		switch {
		case l.decision() != s.decision():
			s.over = l
		case said[field]:
			s.repeat = true
		}
		said[field] = true
	}
}

// leaveOut takes the lines about what a decision leaves out: those before it are
// overridden, those after it cannot be applied.
func leaveOut(lines []*statement) {
	gone := map[[2]string]*statement{}
	for _, s := range lines {
		if s.Kind == kindExclude && s.stands() {
			gone[s.excludes()] = s
		}
	}
	for _, s := range lines {
		if s.Kind == kindExclude || s.fault != "" {
			continue
		}
		for _, subject := range s.touches() {
			x := gone[subject]
			switch {
			case x == nil:
			case x.nth > s.nth:
				s.over = x
			default:
				s.fault = fmt.Sprintf("%s leaves out %s %s", x.ID, subject[0], subject[1])
			}
		}
	}
}

// excludes is the row or record that an exclusion leaves out.
func (s *statement) excludes() [2]string {
	if s.Table == organisations {
		return [2]string{organisations, s.Value}
	}
	return [2]string{s.Table, s.Subject}
}

// touches are the rows or records that must be there for the line to be applied.
func (s *statement) touches() [][2]string {
	switch s.Kind {
	case kindSame, kindDifferent:
		return [][2]string{{organisations, s.Subject}, {organisations, s.Value}}
	case kindMove:
		return [][2]string{{organisations, s.Subject[:strings.LastIndexByte(s.Subject, ':')]}}
	case kindAgent:
		return nil
	}
	return [][2]string{{s.Table, s.Subject}}
}

// inOrder puts lines in the order in which they were decided: by source as listed,
// then as they stand in the file.
func inOrder(lines []*statement, sources []string) {
	slices.SortStableFunc(lines, func(a, b *statement) int {
		return cmp.Or(cmp.Compare(slices.Index(sources, a.Source), slices.Index(sources, b.Source)), strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}
