package survey

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"milieu/internal/typed"
)

// Most of what an answer may hold.
const (
	MostAnswer = 4000 // characters of a text
	MostName   = 200  // characters of the name of an organisation or of another option
	MostNamed  = 10   // organisations that one question takes where it says nothing
	AllPoints  = 100
)

// FromForm reads the answer to the question from what a form sent. Its fields are
//
//   - ID: the option, options, number or words; ID.other: the words of the other option;
//   - ID.state: unknown, refused or na, where no answer is given;
//   - ID.OPTION: points of a budget; ID.1, ID.2, …: the option of each rank, or the name of each organisation, with ID.1.id its id.
//
// The fault says in words what cannot be taken, "" where all can; the answer holds what was typed as far as it can be kept, so that
// the form can be shown again. A question without any field is Blank.
func (q Question) FromForm(v url.Values) (a Answer, fault string) {
	a, fault = q.read(v)
	if a.State != Answered {
		if s := State(v.Get(q.ID + ".state")); s == DoesntKnow || s == Refused || s == NotApply {
			return Answer{State: s}, ""
		}
		a.State = Blank
		return a, fault
	}
	if fault == "" {
		if err := q.Check(a); err != nil {
			fault = err.Error()
		}
	}
	return a, fault
}

// read reads the fields; the state is Answered where any is filled in.
func (q Question) read(v url.Values) (a Answer, fault string) {
	switch q.Kind {
	case Single, Multi:
		for _, c := range v[q.ID] {
			if c != "" && !slices.Contains(a.Choices, c) {
				a.Choices = append(a.Choices, c)
			}
		}
		a.Other = typed.Line(v.Get(q.ID + ".other"))
		if a.Other != "" && q.Other && q.Kind == Multi && !slices.Contains(a.Choices, OtherOption) {
			a.Choices = append(a.Choices, OtherOption)
		}
		if !slices.Contains(a.Choices, OtherOption) {
			a.Other = ""
		}
		q.inOrder(a.Choices)
		a.State = stateOf(len(a.Choices) > 0)
	case Scale, Number:
		return q.readNumber(v.Get(q.ID))
	case Text:
		a.Text = typed.Clean(v.Get(q.ID))
		a.State = stateOf(a.Text != "")
	case Rank:
		for i := range q.places() {
			if c := v.Get(q.ID + "." + strconv.Itoa(i+1)); c != "" {
				a.Choices = append(a.Choices, c)
			}
		}
		a.State = stateOf(len(a.Choices) > 0)
	case Budget:
		return q.readPoints(v)
	case Organisations:
		for i := range q.Fields() {
			field := q.ID + "." + strconv.Itoa(i+1)
			if name := typed.Line(v.Get(field)); name != "" {
				a.Orgs = append(a.Orgs, Named{OrgID: typed.Line(v.Get(field + ".id")), Name: name})
			}
		}
		a.State = stateOf(len(a.Orgs) > 0)
	}
	return a, ""
}

func stateOf(answered bool) State {
	if answered {
		return Answered
	}
	return Blank
}

// inOrder sorts choices as the question offers them, the other option last.
func (q Question) inOrder(choices []string) {
	at := func(id string) int {
		if i := slices.IndexFunc(q.Options, func(o Option) bool { return o.ID == id }); i >= 0 {
			return i
		}
		return len(q.Options)
	}
	slices.SortStableFunc(choices, func(a, b string) int { return at(a) - at(b) })
}

// places is how many options can be ranked.
func (q Question) places() int {
	if q.Most > 0 && q.Most < len(q.Options) {
		return q.Most
	}
	return len(q.Options)
}

// Fields is how many fields a question that takes several answers one below the other has: places of a rank, names of organisations.
func (q Question) Fields() int {
	switch {
	case q.Kind == Rank:
		return q.places()
	case q.Kind == Organisations && q.Most > 0:
		return min(q.Most, MostNamed)
	case q.Kind == Organisations:
		return MostNamed
	}
	return 1
}

// readNumber takes a number as people type it: with spaces or commas between thousands.
func (q Question) readNumber(typed string) (Answer, string) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return Answer{State: Blank}, ""
	}
	n, err := strconv.ParseFloat(strings.NewReplacer(",", "", " ", "", "\u00a0", "", "\u2009", "").Replace(typed), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return Answer{State: Blank, Text: cut(typed, 60)}, fmt.Sprintf("%q is not a number: write it in digits, such as 12", cut(typed, 60))
	}
	return Answer{State: Answered, Number: n}, ""
}

func (q Question) readPoints(v url.Values) (Answer, string) {
	a, fault := Answer{State: Blank}, ""
	for _, o := range q.Options {
		one, wrong := q.readNumber(v.Get(q.ID + "." + o.ID))
		if wrong != "" && fault == "" {
			fault = o.Label + ": " + wrong
		}
		if one.State == Answered && one.Number != 0 {
			a.Points = append(a.Points, Point{o.ID, one.Number})
		}
	}
	a.State = stateOf(len(a.Points) > 0)
	return a, fault
}

// Check holds an answer against its question: that it has what its kind has, within the bounds, of the options that there are. The
// error is written for the person who answers.
func (q Question) Check(a Answer) error {
	if !slices.Contains(States, a.State) {
		return fmt.Errorf("%q is no state of an answer", a.State)
	}
	if a.State != Answered {
		return nil
	}
	switch q.Kind {
	case Single, Multi:
		return q.checkChoices(a)
	case Rank:
		return q.checkRank(a)
	case Scale, Number:
		return q.checkNumber(a.Number)
	case Text:
		return longest("the answer", a.Text, MostAnswer)
	case Budget:
		return q.checkPoints(a.Points)
	case Organisations:
		return q.checkOrgs(a.Orgs)
	}
	return fmt.Errorf("nothing is asked here")
}

func (q Question) checkChoices(a Answer) error {
	switch {
	case len(a.Choices) == 0:
		return fmt.Errorf("choose an answer")
	case q.Kind == Single && len(a.Choices) > 1:
		return fmt.Errorf("choose one answer only")
	case q.Most > 0 && len(a.Choices) > q.Most:
		return fmt.Errorf("choose at most %d; there are %d", q.Most, len(a.Choices))
	}
	if err := q.known(a.Choices); err != nil {
		return err
	}
	for _, c := range a.Choices {
		if o, _ := q.Option(c); o.Alone && len(a.Choices) > 1 {
			return fmt.Errorf("%q goes with no other answer: take it away, or the others", o.Label)
		}
	}
	if slices.Contains(a.Choices, OtherOption) && q.Other && strings.TrimSpace(a.Other) == "" {
		return fmt.Errorf("say in a few words what the other answer is")
	}
	return longest("the other answer", a.Other, MostName)
}

// known wants options of the question, each once.
func (q Question) known(choices []string) error {
	for i, c := range choices {
		o, ok := q.Option(c)
		if !ok {
			return fmt.Errorf("%q is not one of the answers to choose from", cut(c, 60))
		}
		if slices.Contains(choices[:i], c) {
			return fmt.Errorf("%q is chosen twice", o.Label)
		}
	}
	return nil
}

func (q Question) checkRank(a Answer) error {
	switch {
	case len(a.Choices) == 0:
		return fmt.Errorf("choose what comes first")
	case len(a.Choices) > q.places():
		return fmt.Errorf("choose at most %d; there are %d", q.places(), len(a.Choices))
	}
	return q.known(a.Choices)
}

func (q Question) checkNumber(n float64) error {
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return fmt.Errorf("it is not a number")
	case q.Kind == Scale && n != math.Trunc(n):
		return fmt.Errorf("choose a step from %g to %g", q.Min, q.Max)
	case q.Min != q.Max && (n < q.Min || n > q.Max):
		return fmt.Errorf("%g is not between %g and %g", n, q.Min, q.Max)
	case math.Abs(n) > 1e15:
		return fmt.Errorf("%g is too large to be meant", n)
	}
	return nil
}

func (q Question) checkPoints(points []Point) error {
	var sum float64
	var ids []string
	for _, p := range points {
		if math.IsNaN(p.Points) || p.Points < 0 || p.Points > AllPoints {
			return fmt.Errorf("points go from 0 to %d; one has %g", AllPoints, p.Points)
		}
		sum += p.Points
		ids = append(ids, p.Option)
	}
	if err := q.known(ids); err != nil {
		return err
	}
	if math.Abs(sum-AllPoints) > 0.01 {
		return fmt.Errorf("the points sum to %g; share out %d in all", math.Round(sum*100)/100, AllPoints)
	}
	return nil
}

func (q Question) checkOrgs(orgs []Named) error {
	if len(orgs) == 0 {
		return fmt.Errorf("name an organisation")
	}
	if len(orgs) > q.Fields() {
		return fmt.Errorf("name at most %d; there are %d", q.Fields(), len(orgs))
	}
	for _, o := range orgs {
		if strings.TrimSpace(o.Name) == "" {
			return fmt.Errorf("a name is missing")
		}
		if err := longest("a name", o.Name, MostName); err != nil {
			return err
		}
		if len(o.OrgID) > 600 {
			return fmt.Errorf("the id of an organisation is too long")
		}
	}
	return nil
}

func longest(what, s string, most int) error {
	if n := utf8.RuneCountInString(s); n > most {
		return fmt.Errorf("%s has %d characters; %d is the most", what, n, most)
	}
	return nil
}

// cut shortens what is repeated to the person who typed it, with a sign that it goes on.
func cut(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}
