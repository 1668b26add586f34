// Package bizcase owns the case for investment: a text in the order of the five cases that holds no number of the place itself,
// in which figures, tables and charts are inserted by name and each is bound to a calculation and a source; with it goals, a
// logic model, messages and claims. It makes the document from the text and says what is wrong with the text. What the insertions
// stand for is the business of package facts; it renders no page and keeps nothing.
package bizcase

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

// Stage is how far a case has come in the order of the five-case model.
type Stage string

// The stages.
const (
	StrategicOutline Stage = "strategic-outline"
	Outline          Stage = "outline"
	Full             Stage = "full"
)

// Stages are all of them in order.
var Stages = []Stage{StrategicOutline, Outline, Full}

// Label is the stage in words.
func (s Stage) Label() string {
	switch s {
	case StrategicOutline:
		return "Strategic outline case"
	case Outline:
		return "Outline business case"
	case Full:
		return "Full business case"
	}
	return string(s)
}

// Content is what people write of a case: texts in the form of package markup, in which figures are inserted by name.
// It holds no number of the place itself.
type Content struct {
	Title    string `toml:"title" json:"title"`
	Subtitle string `toml:"subtitle,omitempty" json:"subtitle,omitempty"`
	Owner    string `toml:"owner,omitempty" json:"owner,omitempty"`
	Stage    Stage  `toml:"stage" json:"stage"`
	// Plan are the settings of the plan that the case is made for, as they stand in an address; empty for the workspace's own.
	Plan     string    `toml:"plan,omitempty" json:"plan,omitempty"`
	Vision   string    `toml:"vision,omitempty" json:"vision,omitempty"`
	Goals    []Goal    `toml:"goal,omitempty" json:"goals,omitempty"`
	Logic    []Step    `toml:"logic,omitempty" json:"logic,omitempty"`
	Messages []Message `toml:"message,omitempty" json:"messages,omitempty"`
	Claims   []Claim   `toml:"claim,omitempty" json:"claims,omitempty"`
	Sections []Section `toml:"section" json:"sections"`
	// Seen is what each insertion came to when somebody last took it as read, by its source text; what it comes to now may
	// be something else, which is then marked.
	Seen map[string]string `toml:"-" json:"seen,omitempty"`
}

// Section is a part of the case; ID is one of Parts or another in lower case.
type Section struct {
	ID       string `toml:"id" json:"id"`
	Title    string `toml:"title,omitempty" json:"title,omitempty"` // empty: the usual one
	Question string `toml:"question,omitempty" json:"question,omitempty"`
	Text     string `toml:"text" json:"text"`
}

// Goal is what the vision is measured by. Baseline and Target are texts with insertions or quotations.
type Goal struct {
	Name     string `toml:"name" json:"name"`
	Baseline string `toml:"baseline,omitempty" json:"baseline,omitempty"`
	Target   string `toml:"target,omitempty" json:"target,omitempty"`
	By       string `toml:"by,omitempty" json:"by,omitempty"` // a year, or a day as 2030-03-31
	Owner    string `toml:"owner,omitempty" json:"owner,omitempty"`
	Evidence string `toml:"evidence,omitempty" json:"evidence,omitempty"` // text: how it is measured, and why it can be reached
}

// Step is a box of the logic model; To are the ids of the steps that it leads to.
type Step struct {
	ID   string   `toml:"id" json:"id"`
	Kind string   `toml:"kind" json:"kind"` // input, activity, output, outcome, impact
	Text string   `toml:"text" json:"text"` // with insertions
	To   []string `toml:"to,omitempty" json:"to,omitempty"`
	// Assumes is what must hold for the step to lead on.
	Assumes string `toml:"assumes,omitempty" json:"assumes,omitempty"`
}

// StepKinds are the columns of a logic model in order.
var StepKinds = []string{"input", "activity", "output", "outcome", "impact"}

// Message is what one audience should take away, with the evidence that bears it.
type Message struct {
	Audience string `toml:"audience" json:"audience"` // board, treasury, firms, residents, or another
	Text     string `toml:"text" json:"text"`
	Evidence string `toml:"evidence,omitempty" json:"evidence,omitempty"` // text with at least one insertion or quotation
}

// Claim is something that the case rests on, graded by how strong its evidence is, with what speaks against it.
type Claim struct {
	Text    string `toml:"text" json:"text"`
	Grade   string `toml:"grade" json:"grade"` // one of Grades
	For     string `toml:"for,omitempty" json:"for,omitempty"`
	Against string `toml:"against,omitempty" json:"against,omitempty"`
}

// Grades of evidence from strongest to none.
var Grades = []string{"strong", "moderate", "weak", "none"}

// Part is a usual section with its heading and its question.
type Part struct{ ID, Title, Question string }

// Parts are the sections of a case in the five-case order, after a summary.
var Parts = []Part{
	{"summary", "In brief", "What is asked for, and what for?"},
	{"strategic", "Strategic case", "Why here, why this, why now?"},
	{"economic", "Economic case", "Which options give the best value?"},
	{"commercial", "Commercial case", "Who could supply it, and on what terms?"},
	{"financial", "Financial case", "What does it cost, when, and who pays?"},
	{"management", "Management case", "How will it be delivered, watched and judged?"},
}

// PartOf is the usual section of an id; a section of one's own has its id as its title.
func PartOf(id string) Part {
	for _, p := range Parts {
		if p.ID == id {
			return p
		}
	}
	return Part{ID: id, Title: strings.ToUpper(id[:min(1, len(id))]) + strings.ReplaceAll(id[min(1, len(id)):], "-", " ")}
}

// ParseContent reads a case from a TOML file. Keys that it does not know are errors, as are values out of their list; insertions are
// not looked up.
func ParseContent(name string, data []byte) (Content, error) {
	var c Content
	meta, err := toml.NewDecoder(bytes.NewReader(data)).Decode(&c)
	if err != nil {
		return Content{}, fmt.Errorf("%s: %w", name, err)
	}
	if un := meta.Undecoded(); len(un) > 0 {
		return Content{}, fmt.Errorf("%s: the key %q is not known", name, un[0].String())
	}
	if err := c.Check(); err != nil {
		return Content{}, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

// File writes the case as the TOML file that ParseContent reads.
func (c Content) File() ([]byte, error) {
	var b bytes.Buffer
	e := toml.NewEncoder(&b)
	e.Indent = ""
	if err := e.Encode(c); err != nil {
		return nil, fmt.Errorf("write the case: %w", err)
	}
	return b.Bytes(), nil
}
