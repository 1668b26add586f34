package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/survey"
)

// QuestionView is one question of an instrument as a part of a form: what is asked, what was answered before, and what
// is known already. The template "question" draws it with the field names that survey.Question.FromForm reads. It belongs
// inside a form; without a script all of it works but the parts that say so.
type QuestionView struct {
	Question survey.Question
	Answer   survey.Answer
	Fault    string     // what is wrong with what was sent, "" for nothing
	Known    string     // what the register says, which is filled in while nothing was answered
	Source   string     // where that comes from
	Name     string     // what the names of the fields begin with; "" is the question's id
	Typed    url.Values // what was sent and could not be taken, by the names of the fields; nil shows Answer
	Hidden   bool       // it hangs on an answer that was not given: a script shows it when that changes
	Route    string     // the condition on which it is asked, for the script
	Suggest  string     // address that finds organisations by the letters of a name (?q=), "" for none
	When     string     // on what it hangs, in words, for who looks at the instrument
}

// OptionView is something that can be chosen.
type OptionView struct {
	ID, Control, Label string
	Checked, Alone     bool
}

// RankRow is a place of a ranking, or an organisation that can be named, or points that can be given.
type RankRow struct {
	Name, Control, Label, Value, Org string
	Options                          []OptionView
}

const (
	controlPrefix = "q-"
	namedRows     = 5 // organisations that there is room for at first
	shortList     = 3 // options up to which all are ranked where the question does not say how many
)

// questionView is a question with its answer so far and what the register knows of it.
func questionView(q survey.Question, a survey.Answer, known, source string) QuestionView {
	v := QuestionView{Question: q, Answer: a, Source: source, Route: routeOf(q.ShowIf)}
	if q.Prefill != "" {
		v.Known = known
	}
	return v
}

// routeOf writes a condition for the script that shows questions as soon as they are asked: "question option option",
// with "!" before it where it is turned round.
func routeOf(c survey.Condition) string {
	if c.Question == "" {
		return ""
	}
	s := c.Question + " " + strings.Join(c.Any, " ")
	if c.Not {
		s = "!" + s
	}
	return s
}

// conditionWords says on what a question hangs, for who looks at the instrument.
func conditionWords(in survey.Instrument, c survey.Condition) string {
	q, ok := in.Find(c.Question)
	if !ok {
		return ""
	}
	var labels []string
	for _, id := range c.Any {
		o, _ := q.Option(id)
		labels = append(labels, "“"+orText(o.Label, id)+"”")
	}
	verb := "is answered by "
	if c.Not {
		verb = "is answered by anything but "
	}
	return "Asked where “" + q.Text + "” " + verb + strings.Join(labels, " or ")
}

// Field is what the names of the question's fields begin with.
func (v QuestionView) Field() string { return orText(v.Name, v.Question.ID) }

// Control is the id of the question's first control, to which a fault at the top of a form leads.
func (v QuestionView) Control() string { return controlPrefix + v.Field() }

// Kind is the kind of the question.
func (v QuestionView) Kind() string { return v.Question.Kind }

// fields are the values of the question's form: what was sent, else the answer, else what is known.
func (v QuestionView) fields() url.Values {
	switch {
	case v.Typed != nil:
		return v.Typed
	case v.Answer.State == "" && v.Known != "":
		return url.Values{v.Field(): {v.Known}}
	}
	return answerFields(v.Field(), v.Answer)
}

// answerFields writes an answer as a form would send it.
func answerFields(name string, a survey.Answer) url.Values {
	f := url.Values{}
	switch a.State {
	case survey.DoesntKnow, survey.Refused, survey.NotApply:
		f.Set(name+".state", string(a.State))
		return f
	case survey.Answered:
	default:
		return f
	}
	f[name] = slices.Clone(a.Choices) // of single and multi; a ranking has its places besides
	f.Set(name+".other", a.Other)
	for i, c := range a.Choices {
		f.Set(name+"."+strconv.Itoa(i+1), c)
	}
	for _, p := range a.Points {
		f.Set(name+"."+p.Option, formNumberText(p.Points))
	}
	for i, o := range a.Orgs {
		f.Set(fmt.Sprintf("%s.%d", name, i+1), o.Name)
		f.Set(fmt.Sprintf("%s.%d.id", name, i+1), o.OrgID)
	}
	if len(a.Choices) == 0 && len(a.Points) == 0 && len(a.Orgs) == 0 {
		f.Set(name, orText(a.Text, formNumberText(a.Number)))
	}
	return f
}

func formNumberText(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Value is what stands in a field; rest is what follows the question's name.
func (v QuestionView) Value(rest string) string { return v.fields().Get(v.Field() + rest) }

// State is the answer that is none: unknown, refused or na; "" where an answer is given or nothing is said.
func (v QuestionView) State() string { return v.Value(".state") }

// States are the ways not to answer.
func (v QuestionView) States() []Choice {
	out := []Choice{{Value: "", Label: "None of these: I answer it"}, {Value: string(survey.DoesntKnow), Label: "I do not know"}, {Value: string(survey.Refused), Label: "I prefer not to say"}, {Value: string(survey.NotApply), Label: "It does not apply to us"}}
	for i := range out {
		out[i].Current = out[i].Value == v.State()
	}
	return out
}

// control is the id of the k-th control of the question.
func (v QuestionView) control(k int) string {
	if k == 0 {
		return v.Control()
	}
	return fmt.Sprintf("%s-%d", v.Control(), k)
}

// Options are what can be chosen of single and multi; the words of the firm's own come last.
func (v QuestionView) Options() []OptionView {
	chosen := v.fields()[v.Field()]
	var out []OptionView
	for k, o := range v.Question.Options {
		out = append(out, OptionView{o.ID, v.control(k), o.Label, slices.Contains(chosen, o.ID), o.Alone})
	}
	if v.Question.Other {
		out = append(out, OptionView{survey.OtherOption, v.control(len(out)), "Something else", slices.Contains(chosen, survey.OtherOption), false})
	}
	return out
}

// Steps are the values of a scale.
func (v QuestionView) Steps() []OptionView {
	var out []OptionView
	for n := int(v.Question.Min); n <= int(v.Question.Max); n++ {
		s := strconv.Itoa(n)
		out = append(out, OptionView{s, v.control(len(out)), s, v.Value("") == s, false})
	}
	return out
}

// rankLabels are the first places of a ranking.
var rankLabels = []string{"Most important", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"}

// Ranks are the places of a ranking, each with all options.
func (v QuestionView) Ranks() []RankRow {
	var out []RankRow
	for k := range v.Question.Fields() {
		row := RankRow{Name: fmt.Sprintf("%s.%d", v.Field(), k+1), Control: v.control(k), Label: fmt.Sprintf("Place %d", k+1)}
		if k < len(rankLabels) {
			row.Label = rankLabels[k]
		}
		row.Value = v.fields().Get(row.Name)
		for _, o := range v.Question.Options {
			row.Options = append(row.Options, OptionView{ID: o.ID, Label: o.Label, Checked: o.ID == row.Value})
		}
		out = append(out, row)
	}
	return out
}

// Points are the options of a budget with what each was given.
func (v QuestionView) Points() []RankRow {
	var out []RankRow
	for k, o := range v.Question.Options {
		name := v.Field() + "." + o.ID
		out = append(out, RankRow{Name: name, Control: v.control(k), Label: o.Label, Value: v.fields().Get(name)})
	}
	return out
}

// Orgs are the rows in which organisations are named: those that are filled, and room for more.
func (v QuestionView) Orgs() []RankRow {
	f := v.fields()
	filled := 0
	for name := range f {
		rest, ok := strings.CutPrefix(name, v.Field()+".")
		if n, err := strconv.Atoi(rest); ok && err == nil && n > filled && f.Get(name) != "" {
			filled = n
		}
	}
	n := min(max(namedRows, filled+2), v.Question.Fields())
	var out []RankRow
	for k := range n {
		name := fmt.Sprintf("%s.%d", v.Field(), k+1)
		out = append(out, RankRow{Name: name, Control: v.control(k), Label: fmt.Sprintf("Organisation %d", k+1), Value: f.Get(name), Org: f.Get(name + ".id")})
	}
	return out
}

// wideBound is from where on the upper bound of a number only keeps slips of the finger out, so that nobody needs to be told.
const wideBound = 1000

// Hint says what an answer may be, where the question's own help does not.
func (v QuestionView) Hint() string {
	q := v.Question
	helped := q.Help != ""
	switch {
	case q.Kind == survey.Multi && q.Most > 0:
		return fmt.Sprintf("Choose up to %d.", q.Most)
	case q.Kind == survey.Number && q.Max > q.Min && (q.Max < wideBound || q.Min != 0):
		return fmt.Sprintf("A number from %s to %s.", formNumberText(q.Min), formNumberText(q.Max))
	case helped:
		return ""
	case q.Kind == survey.Multi:
		return "Choose all that apply."
	case q.Kind == survey.Rank && q.Most == 0 && q.Fields() > shortList:
		return "As many as matter to you; leave the rest empty."
	case q.Kind == survey.Rank:
		return fmt.Sprintf("Up to %d, the most important first.", q.Fields())
	case q.Kind == survey.Budget:
		return "Share 100 points between these. What gets nothing may stay empty."
	case q.Kind == survey.Organisations:
		return fmt.Sprintf("Up to %d names, one in each field.", q.Fields())
	}
	return ""
}

// KnownSays says where what is filled in comes from, or what the register says instead.
func (v QuestionView) KnownSays() string {
	if v.Known == "" {
		return ""
	}
	from := orText(v.Source, "the register")
	if v.Value("") == v.Known {
		return "Filled in from: " + from + ". Change it if it is wrong."
	}
	return "On record: " + v.Known + " (" + from + ")."
}

// DescribedBy are the ids of what describes the question's controls.
func (v QuestionView) DescribedBy() string {
	var ids []string
	for _, part := range []struct{ text, id string }{{v.Question.Help, "-help"}, {v.Hint(), "-hint"}, {v.KnownSays(), "-known"}, {v.Fault, "-fault"}} {
		if part.text != "" {
			ids = append(ids, v.Control()+part.id)
		}
	}
	return strings.Join(ids, " ")
}
