package survey

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"milieu/internal/network"
)

// Most of what an instrument may hold.
const (
	MostQuestions = 200
	MostOptions   = 60
	MostChoosable = 20 // options to rank or to share points between: more cannot be weighed against each other
	mostScale     = 11
	mostLabel     = 500
	mostWords     = 4000
)

var (
	idForm     = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,59}$`)
	optionForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,119}$`)
)

// placed is a fault with the id near which it stands.
type placed struct {
	Fault
	id string
}

// checker gathers faults while it walks an instrument.
type checker struct {
	faults []placed
	before map[string]Question // questions that stand before
	where  string
	id     string
}

func (c *checker) add(format string, args ...any) {
	c.faults = append(c.faults, placed{Fault{Where: c.where, What: fmt.Sprintf(format, args...)}, c.id})
}

// Check is a *ParseError with all that is wrong with the instrument; nil where it can be published once its options are filled in.
func (in Instrument) Check() error {
	found := in.faults()
	if len(found) == 0 {
		return nil
	}
	e := &ParseError{}
	for _, f := range found {
		e.Faults = append(e.Faults, f.Fault)
	}
	return e
}

func (in Instrument) faults() []placed {
	c := &checker{before: map[string]Question{}}
	if !idForm.MatchString(in.ID) {
		c.add("the id %q of the instrument is not of small letters, digits, _ and -", in.ID)
	}
	c.words("title", in.Title, mostLabel, true)
	c.words("about", in.About, mostWords, false)
	if in.Minutes < 0 || in.Minutes > 120 {
		c.add("minutes is %d: say how many minutes answering takes, 1 to 120", in.Minutes)
	}
	if len(in.Sections) == 0 {
		c.add("there is no [[section]]")
	}
	if n := len(in.Questions()); n > MostQuestions {
		c.add("there are %d questions; %d is the most", n, MostQuestions)
	}
	sections := map[string]bool{}
	for i, s := range in.Sections {
		c.section(i, s, sections)
	}
	return c.faults
}

func (c *checker) section(i int, s Section, seen map[string]bool) {
	c.where, c.id = fmt.Sprintf("section %d", i+1), s.ID
	switch {
	case !idForm.MatchString(s.ID):
		c.add("its id %q is not of small letters, digits, _ and -", s.ID)
	case seen[s.ID]:
		c.add("the id %q stands for a section already", s.ID)
	}
	seen[s.ID] = true
	c.where = fmt.Sprintf("section %q", s.ID)
	c.words("title", s.Title, mostLabel, true)
	c.words("intro", s.Intro, mostWords, false)
	c.condition(s.ShowIf)
	if len(s.Questions) == 0 {
		c.add("it has no [[section.question]]")
	}
	for k, q := range s.Questions {
		c.question(k, q)
	}
}

func (c *checker) question(k int, q Question) {
	section := c.where
	defer func() { c.where = section }()
	c.id = q.ID
	if !idForm.MatchString(q.ID) {
		c.where = fmt.Sprintf("%s, question %d", section, k+1)
		c.add("its id %q is not of small letters, digits, _ and -", q.ID)
		return
	}
	c.where = fmt.Sprintf("question %q", q.ID)
	if _, twice := c.before[q.ID]; twice {
		c.add("the id stands for a question already")
	}
	c.words("text", q.Text, mostLabel, true)
	c.words("help", q.Help, mostLabel, false)
	if !slices.Contains(Kinds, q.Kind) {
		c.add("there is no kind %q; there are %s", q.Kind, strings.Join(Kinds, ", "))
		return
	}
	if q.Topic != "" && !slices.ContainsFunc(Topics, func(t Topic) bool { return t.Key == q.Topic }) {
		c.add("there is no topic %q", q.Topic)
	}
	c.condition(q.ShowIf)
	c.options(q)
	c.bounds(q)
	c.extras(q)
	c.before[q.ID] = q
}

// options holds the options of a question against its kind.
func (c *checker) options(q Question) {
	chosen := q.Kind == Single || q.Kind == Multi || q.Kind == Rank || q.Kind == Budget
	switch {
	case !chosen && (len(q.Options) > 0 || q.From != ""):
		c.add("a question of kind %s has no options", q.Kind)
		return
	case q.From != "" && q.From != "interventions":
		c.add("options can come from \"interventions\" only, not from %q", q.From)
	case chosen && q.From == "" && len(q.Options) < 2:
		c.add("it has %d options; two are the least", len(q.Options))
	case len(q.Options) > MostOptions:
		c.add("it has %d options; %d is the most", len(q.Options), MostOptions)
	case (q.Kind == Rank || q.Kind == Budget) && len(q.Options) > MostChoosable:
		c.add("it has %d options; nobody weighs more than %d against each other", len(q.Options), MostChoosable)
	}
	seen := map[string]bool{}
	for _, o := range q.Options {
		switch {
		case !optionForm.MatchString(o.ID):
			c.add("the id %q of an option is not of small letters, digits, _ and -", o.ID)
		case seen[o.ID]:
			c.add("the id %q stands for an option already", o.ID)
		case o.ID == "state" || o.ID == "words":
			c.add("no option can be called %q: fields and columns are called so", o.ID)
		case o.ID == OtherOption && q.Other:
			c.add("the option \"other\" is there by other = true already")
		case o.Alone && q.Kind != Multi:
			c.add("alone is for options of a question of kind multi")
		}
		seen[o.ID] = true
		c.words("label of option "+o.ID, o.Label, mostLabel, true)
	}
}

func (c *checker) bounds(q Question) {
	bad := math.IsNaN(q.Min) || math.IsNaN(q.Max) || math.IsInf(q.Min, 0) || math.IsInf(q.Max, 0)
	switch {
	case bad || q.Min > q.Max:
		c.add("min %g is more than max %g", q.Min, q.Max)
	case q.Kind == Scale && (q.Min != math.Trunc(q.Min) || q.Max != math.Trunc(q.Max) || q.Max-q.Min < 1 || q.Max-q.Min >= mostScale):
		c.add("a scale goes in whole steps from min to max, 2 to %d of them; it goes from %g to %g", mostScale, q.Min, q.Max)
	case q.Kind != Scale && q.Kind != Number && (q.Min != 0 || q.Max != 0):
		c.add("min and max are for questions of kind scale and number")
	}
}

// extras holds what only some kinds have.
func (c *checker) extras(q Question) {
	if q.Other && q.Kind != Single && q.Kind != Multi {
		c.add("other = true is for questions of kind single and multi")
	}
	if q.Most < 0 || q.Most > 0 && q.Kind != Multi && q.Kind != Rank && q.Kind != Organisations || q.Most > MostOptions {
		c.add("most = %d cannot be: it is for questions of kind multi, rank and organisations, up to %d", q.Most, MostOptions)
	}
	if q.Relation != "" && (q.Kind != Organisations || network.KindOf(strings.TrimPrefix(q.Relation, "<")).Basis == network.KindOf("").Basis) {
		c.add("relation = %q is no kind of tie, or the question does not ask for organisations", q.Relation)
	}
	if q.Prefill != "" && (!slices.Contains(Facts, q.Prefill) || q.Kind != Text && q.Kind != Number) {
		c.add("prefill = %q is none of %s, or the question is neither text nor number", q.Prefill, strings.Join(Facts, ", "))
	}
	if q.Kind == Note && q.Required {
		c.add("a note asks nothing and cannot be required")
	}
}

// condition holds a condition against the questions before it.
func (c *checker) condition(cond Condition) {
	if cond.Question == "" {
		if len(cond.Any) > 0 || cond.Not {
			c.add("show_if names no question")
		}
		return
	}
	q, ok := c.before[cond.Question]
	switch {
	case !ok:
		c.add("show_if hangs on %q, which is no question before this one", cond.Question)
		return
	case q.Kind != Single && q.Kind != Multi:
		c.add("show_if hangs on %q, which is neither single nor multi", cond.Question)
		return
	case len(cond.Any) == 0:
		c.add("show_if names no option of %q", cond.Question)
	}
	for _, o := range cond.Any {
		if _, ok := q.Option(o); !ok {
			c.add("show_if: %q is no option of %q", o, cond.Question)
		}
	}
}

func (c *checker) words(what, s string, most int, needed bool) {
	switch {
	case needed && strings.TrimSpace(s) == "":
		c.add("%s is missing", what)
	case utf8.RuneCountInString(s) > most:
		c.add("%s is longer than %d characters", what, most)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }):
		c.add("%s holds characters that are no text", what)
	}
}
