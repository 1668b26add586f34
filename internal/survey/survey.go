// Package survey knows questionnaires and answers: which questions are asked of firms, in which order and of whom, what
// an answer may be, and how anonymous it is. It reads and checks instruments (files) and answers (forms); it keeps nothing,
// draws nobody and reckons no result: those are the packages below it, fieldwork, interview, prospect, result.
package survey

import "slices"

// Level is how far an answer can be traced, declared before collection and never loosened.
type Level string

// The levels, from the most closed to the most open.
const (
	// Anonymous answers are joined to a stratum and to nothing else: links are drawn from a pool and no record says which firm has which.
	Anonymous Level = "anonymous"
	// Confidential answers are joined to the firm for those who run the survey, and are shown in totals only.
	Confidential Level = "confidential"
	// Attributable answers may be shown with the firm's name where the firm has agreed to that.
	Attributable Level = "attributable"
)

// Levels are all levels with their meaning for the person who answers.
var Levels = []struct {
	Level   Level
	Meaning string
}{
	{Anonymous, "Nothing that is kept says which firm gave which answers: nobody can look it up, not even the team that asks."},
	{Confidential, "The team that asks can see who answered what. Everything that is shown to others is a total over many firms."},
	{Attributable, "What you say may be shown with your firm's name where you agree to that at the end, and only there."},
}

// Known says that the level is one of Levels.
func (l Level) Known() bool { return l == Anonymous || l == Confidential || l == Attributable }

// Meaning says in a sentence what the level promises to the person who answers.
func (l Level) Meaning() string {
	for _, m := range Levels {
		if m.Level == l {
			return m.Meaning
		}
	}
	return ""
}

// Kinds of questions.
const (
	Single        = "single"        // one option
	Multi         = "multi"         // any number of options
	Scale         = "scale"         // a whole number between Min and Max
	Number        = "number"        // a number, with a unit
	Text          = "text"          // words
	Rank          = "rank"          // the most important options, in order
	Budget        = "budget"        // 100 points over the options
	Organisations = "organisations" // names of organisations
	Note          = "note"          // nothing is asked, something is said
)

// Kinds are all kinds of questions.
var Kinds = []string{Single, Multi, Scale, Number, Text, Rank, Budget, Organisations, Note}

// Instrument is a questionnaire. It is read from TOML by Parse and does not change after that.
type Instrument struct {
	ID       string    `toml:"id"`
	Title    string    `toml:"title"`
	About    string    `toml:"about,omitempty"`    // what it is for, shown on its first page
	Language string    `toml:"language,omitempty"` // BCP 47, en where it is not given
	Minutes  int       `toml:"minutes,omitzero"`   // that answering takes; 0 is not said
	Sections []Section `toml:"section,omitempty"`
}

// Section is a page of questions.
type Section struct {
	ID        string     `toml:"id"`
	Title     string     `toml:"title"`
	Intro     string     `toml:"intro,omitempty"`
	ShowIf    Condition  `toml:"show_if,omitzero"`
	Questions []Question `toml:"question,omitempty"`
}

// Question is what is asked. Every question but a note can also be answered by not knowing, by preferring not to say and by
// saying that it does not apply; those are kept apart and never counted as no.
type Question struct {
	ID       string    `toml:"id"`
	Kind     string    `toml:"kind"`
	Text     string    `toml:"text"`
	Help     string    `toml:"help,omitempty"`
	Topic    string    `toml:"topic,omitempty"` // what it is about, one of Topics, or empty
	Required bool      `toml:"required,omitempty"`
	Options  []Option  `toml:"option,omitempty"`
	From     string    `toml:"from,omitempty"`  // "interventions": the options are the place's interventions, filled in when a version is published
	Other    bool      `toml:"other,omitempty"` // single and multi: a further option with words of the firm's own
	Min      float64   `toml:"min,omitzero"`    // scale and number
	Max      float64   `toml:"max,omitzero"`    // scale and number; equal to Min: no bounds
	Low      string    `toml:"low,omitempty"`   // what Min means on a scale
	High     string    `toml:"high,omitempty"`
	Unit     string    `toml:"unit,omitempty"`     // number
	Most     int       `toml:"most,omitzero"`      // multi, rank, organisations: the most that can be given; 0 is any number
	Relation string    `toml:"relation,omitempty"` // organisations: kind of tie to those named, of network.Kinds; "<supplies" is one from them to the firm
	Prefill  string    `toml:"prefill,omitempty"`  // fact of the register that is filled in: one of Facts
	ShowIf   Condition `toml:"show_if,omitzero"`
}

// Option is an answer that can be chosen.
type Option struct {
	ID    string `toml:"id"`
	Label string `toml:"label"`
	Alone bool   `toml:"alone,omitempty"` // multi: goes with no other, as "none of these"
}

// Condition says when a question or section is asked: always where Question is empty, else when one of the options in Any was
// chosen there (or, with Not, when none was). The question stands before.
type Condition struct {
	Question string   `toml:"question,omitempty"`
	Any      []string `toml:"any,omitempty"`
	Not      bool     `toml:"not,omitempty"`
}

// Topic is what a question is about, by which answers of different instruments are brought together.
type Topic struct{ Key, Label string }

// Topics of questions.
var Topics = []Topic{
	{"reason", "Why firms are here"}, {"benefit", "What being here has brought"}, {"barrier", "What gets in the way"}, {"innovate", "What would help to innovate more"},
	{"leisure", "Leisure and events"}, {"meeting", "Meeting between the buildings"}, {"networking", "Networking in the sector"}, {"attract", "What would draw others"},
	{"deter", "What stops others"}, {"skills", "Skills that are missing"}, {"trade", "Suppliers and customers"}, {"links", "Links to organisations"},
	{"investment", "Investment intended"}, {"demand", "What firms want done first"}, {"arrival", "Whether the firm came here"}, {"profile", "About the firm"}, {"contact", "Whom to ask"},
}

// Facts of the register that can be filled in before somebody answers.
var Facts = []string{"name", "employees", "address", "town", "postcode", "industry", "founded"}

// State is what kind of answer there is.
type State string

// The states of an answer. Only Answered counts in a share or a mean; the others are counted apart.
const (
	Answered   State = "answered"
	DoesntKnow State = "unknown" // does not know
	Refused    State = "refused" // prefers not to say
	NotApply   State = "na"      // says that it does not apply
	Blank      State = "blank"   // was asked and left empty
	NotAsked   State = "unasked" // was not asked, because of an earlier answer
)

// States are all states in the order in which they are shown.
var States = []State{Answered, DoesntKnow, Refused, NotApply, Blank, NotAsked}

// Answer is the answer to one question. Which fields it uses hangs on the kind of the question.
type Answer struct {
	State   State    `json:"state"`
	Choices []string `json:"choices,omitempty"` // single, multi: ids of options, or OtherOption; rank: ids, the most important first
	Other   string   `json:"other,omitempty"`   // the words of OtherOption
	Number  float64  `json:"number,omitempty"`  // scale, number
	Text    string   `json:"text,omitempty"`
	Points  []Point  `json:"points,omitempty"` // budget, in the order of the options; they sum to 100
	Orgs    []Named  `json:"orgs,omitempty"`
	Known   bool     `json:"known,omitempty"` // it was filled in from the register and left as it was
}

// OtherOption is the id of the option with words of the firm's own.
const OtherOption = "other"

// Point is the points that one option was given.
type Point struct {
	Option string  `json:"option"`
	Points float64 `json:"points"`
}

// Named is an organisation that an answer names: by the id of the register where it was found there.
type Named struct {
	OrgID string `json:"org_id,omitempty"`
	Name  string `json:"name"`
}

// Answers are the answers of one firm by the id of the question.
type Answers map[string]Answer

// Consent is what the person who answered agreed to, beyond what the level promises.
type Consent struct {
	Named   bool   `json:"named,omitempty"`   // answers may be shown with the firm's name (attributable only)
	Ties    bool   `json:"ties,omitempty"`    // organisations that were named may enter the network (attributable only)
	Contact bool   `json:"contact,omitempty"` // may be asked again
	By      string `json:"by,omitempty"`      // who agreed, in words of their own
	At      string `json:"at,omitempty"`      // day
}

// Find is a question by its id; false where there is none.
func (in Instrument) Find(id string) (Question, bool) {
	for _, s := range in.Sections {
		if i := slices.IndexFunc(s.Questions, func(q Question) bool { return q.ID == id }); i >= 0 {
			return s.Questions[i], true
		}
	}
	return Question{}, false
}

// Questions are all questions that are asked, notes left out, in their order.
func (in Instrument) Questions() []Question {
	var out []Question
	for _, s := range in.Sections {
		for _, q := range s.Questions {
			if q.Kind != Note {
				out = append(out, q)
			}
		}
	}
	return out
}

// Option is an option of the question by its id; false where there is none.
func (q Question) Option(id string) (Option, bool) {
	if q.Other && id == OtherOption {
		return Option{ID: OtherOption, Label: "Other"}, true
	}
	i := slices.IndexFunc(q.Options, func(o Option) bool { return o.ID == id })
	if i < 0 {
		return Option{}, false
	}
	return q.Options[i], true
}
