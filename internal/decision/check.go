package decision

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/tabular"
	"milieu/internal/typed"
)

// Longest texts that are taken.
const (
	mostReason = 2000
	mostCell   = 20_000
	mostShape  = geo.MaxShapeText // of the boundary of an area
	mostID     = 120
	// mostSubject is as long as what a decision is about may be named, in bytes: an index
	// of PostgreSQL takes no more than 2,700 in all.
	mostSubject = 1000
)

// newID is the form of ids that people give to new records.
var newID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// registerID is the id of a company of the register, on which the team may say
// something without having it in a table.
var registerID = regexp.MustCompile(`^GB-COH-([A-Z0-9]{8})$`)

// TeamTable finds a table that decisions may add to and correct.
func TeamTable(name string) (evidence.TeamTable, bool, error) {
	tables, err := evidence.TeamTables()
	if err != nil {
		return evidence.TeamTable{}, false, err
	}
	for _, t := range tables {
		if t.Name == name {
			return t, true, nil
		}
	}
	return evidence.TeamTable{}, false, nil
}

// faults gathers what is wrong, by field.
type faults map[string]string

func (f faults) add(field, format string, args ...any) {
	if f[field] == "" {
		f[field] = fmt.Sprintf(format, args...)
	}
}

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &InputError{f}
}

// Check cleans a draft and holds it against the rules of its table. The error is an
// *InputError that names every field at fault.
func Check(d Draft) (Draft, error) {
	f := faults{}
	d.Subject = clean(d.Subject)
	d.Reason, d.Source = clean(d.Reason), clean(d.Source)
	checkText(d, f)
	if d.Subject == "" {
		f.add("id", "is missing")
	}
	var err error
	switch d.Kind {
	case Add, Set:
		err = checkRow(&d, f)
	case Exclude:
		err = checkExclude(&d, f)
	case Same, Different:
		checkPair(&d, f)
	case Move:
		checkMove(&d, f)
	case Agent:
		checkAgent(&d, f)
	default:
		f.add("", "there is no kind of decision %q", d.Kind)
	}
	if len(d.Subject) > mostSubject {
		f.add("", "what it is about has a name of more than %d bytes", mostSubject)
	}
	if err != nil {
		return d, err
	}
	return d, f.err()
}

// checkSource wants to know what shows a fact that the team brings in.
func checkSource(d *Draft, f faults) {
	if d.Source == "" {
		f.add("source", "is missing: give the page, the document or the conversation that shows it")
	}
}

// checkText holds what people write freely against what pages and tables can hold.
func checkText(d Draft, f faults) {
	switch {
	case d.Reason == "":
		f.add("reason", "is missing: say why, in a sentence that a colleague understands in a year")
	case utf8.RuneCountInString(d.Reason) > mostReason:
		f.add("reason", "is longer than %d characters", mostReason)
	}
	switch {
	case utf8.RuneCountInString(d.Source) > mostReason:
		f.add("source", "is longer than %d characters", mostReason)
	case strings.Contains(d.Source, "://") && !typed.IsWeb(d.Source):
		f.add("source", "is not a web address: it begins with https:// or http:// and names a host")
	}
}

func checkRow(d *Draft, f faults) error {
	t, ok, err := TeamTable(d.Table)
	if err != nil {
		return err
	}
	if !ok {
		f.add("", "there is no table %q of the workspace", d.Table)
		return nil
	}
	checkSource(d, f)
	register := registerID.FindStringSubmatch(d.Subject)
	if d.Kind == Add && !newID.MatchString(d.Subject) && register == nil {
		f.add("id", "is lower-case letters, digits and hyphens, such as acme-forge")
	}
	if len(d.Subject) > mostID {
		f.add("id", "is longer than %d characters", mostID)
	}
	fields := map[string]string{}
	for name, text := range d.Fields {
		if name == "id" {
			continue
		}
		v, err := CleanCell(t, name, text)
		if err != nil {
			f.add(name, "%v", err)
		}
		fields[name] = v
	}
	if register != nil {
		fields["company_number"] = register[1]
	}
	if d.Kind == Add {
		if fields["source_url"] == "" && typed.IsWeb(d.Source) {
			fields["source_url"] = d.Source
		}
		for _, c := range t.Definition.Columns {
			if c.NotNull && c.Name != "id" && fields[c.Name] == "" {
				f.add(c.Name, "is missing: a record of %s cannot be without it", d.Table)
			}
		}
	}
	if len(fields) == 0 {
		f.add("", "nothing has changed, so there is nothing to decide")
	}
	d.Fields = fields
	return nil
}

// CleanCell turns what was typed for a column into what is kept.
func CleanCell(t evidence.TeamTable, column, text string) (string, error) {
	for _, c := range t.Definition.Columns {
		if c.Name != column {
			continue
		}
		most := mostCell
		if c.Kind == tabular.Shape {
			most = mostShape
		}
		if len(text) > most {
			return "", fmt.Errorf("is longer than %d characters", most)
		}
		v, err := c.Clean(text)
		if err == nil && v != "" && column == "source_url" && !typed.IsWeb(v) {
			err = fmt.Errorf("is not a web address: it begins with https:// or http:// and names a host")
		}
		return v, err
	}
	return "", fmt.Errorf("is not a column of %s", t.Name)
}

func checkExclude(d *Draft, f faults) error {
	_, ok, err := TeamTable(d.Table)
	if err != nil {
		return err
	}
	if !ok {
		f.add("", "there is no table %q of the workspace", d.Table)
	}
	keys := []string{}
	for _, k := range strings.Split(d.Fields["keys"], ";") {
		if k = clean(k); k != "" {
			keys = append(keys, k)
		}
	}
	if d.Table == Organisations && len(keys) == 0 {
		keys = []string{d.Subject}
	}
	d.Fields = map[string]string{}
	if d.Table == Organisations {
		d.Fields["keys"] = strings.Join(keys, ";")
	}
	return nil
}

func checkPair(d *Draft, f faults) {
	one, other := clean(d.Fields["one"]), clean(d.Fields["other"])
	switch {
	case one == "" || other == "":
		f.add("other", "is missing: name the record that this one is compared with")
	case one == other:
		f.add("other", "is the record itself")
	}
	if other < one {
		one, other = other, one
	}
	d.Table, d.Subject = Pairs, PairSubject(one, other)
	d.Fields = map[string]string{"one": one, "other": other}
}

// checkMove wants a point in or near the United Kingdom, as the tables do.
func checkMove(d *Draft, f faults) {
	checkSource(d, f)
	d.Table = Sites
	if !strings.HasSuffix(d.Subject, ":site") && !strings.HasSuffix(d.Subject, ":ro") {
		f.add("id", "names no site")
	}
	out := map[string]string{}
	for _, c := range []struct {
		name   string
		lo, hi float64
		needed bool
	}{{"lon", -9.5, 2.5, true}, {"lat", 49.5, 61.5, true}, {"precision_m", 0, 100_000, false}} {
		text := clean(d.Fields[c.name])
		if text == "" && !c.needed {
			continue
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || !(v >= c.lo && v <= c.hi) {
			f.add(c.name, "is a number from %g to %g", c.lo, c.hi)
			continue
		}
		out[c.name] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	d.Fields = out
}

func checkAgent(d *Draft, f faults) {
	d.Table = Addresses
	if v := d.Fields["agent"]; v != "yes" && v != "no" {
		f.add("agent", "is yes or no")
	}
	if postcode, _, ok := strings.Cut(d.Subject, "|"); !ok || postcode == "" {
		f.add("id", "is an address as POSTCODE|ADDRESS; the address may be empty for the whole postcode")
	}
	d.Fields = map[string]string{"agent": d.Fields["agent"]}
}

// clean takes control characters and outer space from a text.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
