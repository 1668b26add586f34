package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/bizcase"
	"milieu/internal/evidence"
	"milieu/internal/typed"
)

// Parts of a case that are written beside its sections. A section with one of these ids cannot be written on its own page.
const (
	partSettings = "settings" // title, stage, plan, and which sections there are
	partVision   = "vision"
	partGoals    = "goals"
	partLogic    = "logic"
	partMessages = "messages"
	partClaims   = "claims"
)

var casePartLabels = map[string]string{partSettings: "Title, plan and sections", partVision: "Vision", partGoals: "Goals", partLogic: "Logic model", partMessages: "Key messages", partClaims: "Claims and evidence"}

// writtenFirst are the parts in the order of the list, before the sections.
var writtenFirst = []string{partSettings, partVision, partGoals, partLogic, partMessages, partClaims}

// partForm is what a form holds of a part: fields that stand once, and rows of fields.
type partForm struct {
	fields map[string]string
	rows   []map[string]string
}

// fieldSpec is a field of a form: kind is line, text (of a few lines with insertions), prose (the text of a section), choice, steps, hidden.
type fieldSpec struct {
	name, label, hint, kind string
	needed                  bool
	choices                 []Choice
}

// partSpec is the form of a part.
type partSpec struct {
	one    string // what a row is called
	fields []fieldSpec
	rows   []fieldSpec
}

func choicesOf(values []string, label func(string) string) []Choice {
	var out []Choice
	for _, v := range values {
		out = append(out, Choice{Value: v, Label: label(v)})
	}
	return out
}

// caseStages are the stages of a case.
func caseStages() []Choice {
	var out []Choice
	for _, s := range bizcase.Stages {
		out = append(out, Choice{Value: string(s), Label: s.Label()})
	}
	return out
}

// specOf is the form of a part; every part that is no other is a section.
func specOf(part string) partSpec {
	switch part {
	case partSettings:
		return partSpec{one: "Section", fields: []fieldSpec{
			{name: "title", label: "Title", kind: "line", needed: true}, {name: "subtitle", label: "Subtitle", kind: "line"},
			{name: "owner", label: "Who answers for it", kind: "line"}, {name: "stage", label: "Stage", kind: "choice", choices: caseStages()},
			{name: "plan", label: "Plan", kind: "line", hint: "The address of the page Plan with its settings, or what stands in it behind the question mark. Empty: the plan of the workspace."},
		}, rows: []fieldSpec{{name: "id", kind: "hidden"}, {name: "title", label: "Heading", kind: "line", needed: true}}}
	case partVision:
		return partSpec{fields: []fieldSpec{{name: "text", label: "The vision", kind: "prose", hint: "What will be different, for whom, by when. It stands wherever the text of a section says {{table vision}}."}}}
	case partGoals:
		return partSpec{one: "Goal", rows: []fieldSpec{
			{name: "name", label: "Goal", kind: "line", needed: true, hint: "What is to be reached, so that one can say later whether it was."},
			{name: "baseline", label: "Baseline", kind: "text", hint: "How it is now: a figure or a quotation."}, {name: "target", label: "Target", kind: "text"},
			{name: "by", label: "By", kind: "line", hint: "A year, or a day as 2030-03-31."}, {name: "owner", label: "Who answers for it", kind: "line"},
			{name: "evidence", label: "Evidence", kind: "text", hint: "How it is measured, and why it can be reached."}}}
	case partLogic:
		return partSpec{one: "Step", rows: []fieldSpec{
			{name: "id", kind: "hidden"}, {name: "kind", label: "Kind", kind: "choice", choices: choicesOf(bizcase.StepKinds, capital)},
			{name: "text", label: "What", kind: "text", needed: true}, {name: "to", label: "Leads to", kind: "steps"},
			{name: "assumes", label: "What must hold for that", kind: "text"}}}
	case partMessages:
		return partSpec{one: "Message", rows: []fieldSpec{
			{name: "audience", label: "Audience", kind: "line", needed: true, hint: "board, treasury, firms, residents, or another."},
			{name: "text", label: "Message", kind: "text", needed: true}, {name: "evidence", label: "Evidence that bears it", kind: "text", hint: "With at least one figure or quotation."}}}
	case partClaims:
		return partSpec{one: "Claim", rows: []fieldSpec{
			{name: "text", label: "Claim", kind: "text", needed: true}, {name: "grade", label: "Strength of its evidence", kind: "choice", choices: choicesOf(bizcase.Grades, capital)},
			{name: "for", label: "What speaks for it", kind: "text"}, {name: "against", label: "What speaks against it", kind: "text"}}}
	}
	return partSpec{fields: []fieldSpec{{name: "title", label: "Heading", kind: "line"}, {name: "question", label: "The question that it answers", kind: "line"}, {name: "text", label: "Text", kind: "prose"}}}
}

// formOf takes a part out of a case. False: the case has no such part.
func formOf(part string, c bizcase.Content) (partForm, bool) {
	f := partForm{fields: map[string]string{}}
	switch part {
	case partSettings:
		f.fields = map[string]string{"title": c.Title, "subtitle": c.Subtitle, "owner": c.Owner, "stage": string(c.Stage), "plan": c.Plan}
		for _, s := range c.Sections {
			f.rows = append(f.rows, map[string]string{"id": s.ID, "title": orText(s.Title, bizcase.PartOf(s.ID).Title)})
		}
	case partVision:
		f.fields["text"] = c.Vision
	case partGoals:
		for _, g := range c.Goals {
			f.rows = append(f.rows, map[string]string{"name": g.Name, "baseline": g.Baseline, "target": g.Target, "by": g.By, "owner": g.Owner, "evidence": g.Evidence})
		}
	case partLogic:
		for _, s := range c.Logic {
			f.rows = append(f.rows, map[string]string{"id": s.ID, "kind": s.Kind, "text": s.Text, "to": strings.Join(s.To, ","), "assumes": s.Assumes})
		}
	case partMessages:
		for _, m := range c.Messages {
			f.rows = append(f.rows, map[string]string{"audience": m.Audience, "text": m.Text, "evidence": m.Evidence})
		}
	case partClaims:
		for _, m := range c.Claims {
			f.rows = append(f.rows, map[string]string{"text": m.Text, "grade": m.Grade, "for": m.For, "against": m.Against})
		}
	default:
		s, ok := sectionOf(c, part)
		if !ok {
			return f, false
		}
		usual := bizcase.PartOf(part)
		f.fields = map[string]string{"title": orText(s.Title, usual.Title), "question": orText(s.Question, usual.Question), "text": s.Text}
	}
	return f, true
}

func sectionOf(c bizcase.Content, id string) (bizcase.Section, bool) {
	for _, s := range c.Sections {
		if s.ID == id {
			return s, true
		}
	}
	return bizcase.Section{}, false
}

// fieldName is the name of a field in the form; row is -1 for one that stands once.
func fieldName(row int, name string) string {
	if row < 0 {
		return "f." + name
	}
	return fmt.Sprintf("r%d.%s", row, name)
}

// sentForm is what a form of a part brought.
func sentForm(part string, form url.Values) (partForm, error) {
	spec := specOf(part)
	f := partForm{fields: map[string]string{}}
	for _, s := range spec.fields {
		f.fields[s.name] = sentText(form, fieldName(-1, s.name), s.kind)
	}
	if spec.rows == nil {
		return f, nil
	}
	n, err := strconv.Atoi(form.Get("rows"))
	if err != nil || n < 0 || n > 2*bizcase.MostRows {
		return f, badRequest("The form cannot be read: open it again from its page.")
	}
	for k := range n {
		row := map[string]string{}
		for _, s := range spec.rows {
			row[s.name] = sentText(form, fieldName(k, s.name), s.kind)
		}
		f.rows = append(f.rows, row)
	}
	return f, nil
}

func sentText(form url.Values, name, kind string) string {
	switch kind {
	case "steps":
		return strings.Join(form[name], ",")
	case "prose", "text":
		return lineEnds(form.Get(name)) // as it was typed, so that lines keep their numbers
	}
	return typed.Line(form.Get(name))
}

// blank says that nothing was written in a row.
func blank(spec partSpec, row map[string]string) bool {
	for _, s := range spec.rows {
		if s.kind != "choice" && s.kind != "hidden" && s.kind != "steps" && strings.TrimSpace(row[s.name]) != "" {
			return false
		}
	}
	return true
}

// turn does what a button of a row asks: add, up.N, down.N, drop.N. False: it is none of these.
func (f *partForm) turn(do string) bool {
	what, at, _ := strings.Cut(do, ".")
	k, err := strconv.Atoi(at)
	switch {
	case what == "add":
		f.rows = append(f.rows, map[string]string{})
	case err != nil || k < 0 || k >= len(f.rows):
		return false
	case what == "up" && k > 0:
		f.rows[k-1], f.rows[k] = f.rows[k], f.rows[k-1]
	case what == "down" && k+1 < len(f.rows):
		f.rows[k+1], f.rows[k] = f.rows[k], f.rows[k+1]
	case what == "drop":
		f.rows = append(f.rows[:k:k], f.rows[k+1:]...)
	default:
		return what == "up" || what == "down"
	}
	return true
}

// idFrom is an id made of words, that is none of those taken. It fits what a case takes for one.
func idFrom(words, otherwise string, taken map[string]bool) string {
	id := evidence.Slug(words)
	if len(id) > 32 {
		id = strings.TrimRight(id[:32], "-")
	}
	if id == "" || id[0] < 'a' || id[0] > 'z' {
		id = otherwise
	}
	base := id
	for n := 2; taken[id]; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	return id
}
