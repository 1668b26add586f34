package evidence

import "strings"

// DecisionLine is one statement of a decision that people made about the
// evidence: one field of one record, or the verdict itself. Lines stand in the
// order in which the decisions were made; a later line on the same field wins.
//
//	kind       table         subject                 field, value
//	add, set   a team table  id of the row           column of the table, text ("" empties it)
//	exclude    a team table  id of the row           for organisations: "key", a record's key (one line a record); else "", ""
//	same       organisations key of one record       "other", key of the other record
//	different  organisations key of one record       "other", key of the other record
//	move       sites         KEY:site or KEY:ro      lon, lat, precision_m
//	agent      addresses     POSTCODE|ADDRESS        "agent", yes or no
//
// Add and set do the same to a row: add makes one where no source holds it. What is
// left out stays out, whatever other decisions say of it. A move is one statement, so
// that a later one takes all of its fields. An address may be empty for the whole
// postcode. A decision names a site by its record's key or its organisation's id.
type DecisionLine struct {
	ID        string // D17
	At        string // RFC 3339, UTC
	By        string // id of the person, never the name: a release names no private people
	Kind      string
	Table     string
	Subject   string
	Field     string
	Value     string
	Reason    string
	SourceURL string
}

// TeamTable is a table that a team keeps, by hand in a file or by decisions.
type TeamTable struct {
	Name       string // organisations
	Definition Definition
}

// teamPrefix marks the source types that a team keeps itself.
const teamPrefix = "team-"

// TeamTables are the tables that decisions may add to and correct, by name.
func TeamTables() ([]TeamTable, error) {
	defs, err := Definitions()
	if err != nil {
		return nil, err
	}
	var out []TeamTable
	for _, name := range typeNames(defs) {
		if short, ok := strings.CutPrefix(name, teamPrefix); ok {
			out = append(out, TeamTable{short, defs[name]})
		}
	}
	return out, nil
}
