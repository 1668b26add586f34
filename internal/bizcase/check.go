package bizcase

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"milieu/internal/bizcase/markup"
)

var idForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// Most that a case holds; what people write is far below.
const (
	MostText     = 60_000 // bytes of one text
	MostLine     = 400    // characters of a title, a name, an owner
	MostPlan     = 8_000  // bytes of the settings of a plan
	MostSections = 20
	MostRows     = 100 // goals, steps, messages, claims each
)

// Check says what of the content is out of form: ids, stages, grades, kinds, days, sizes.
func (c Content) Check() error {
	switch {
	case strings.TrimSpace(c.Title) == "":
		return fmt.Errorf("the case has no title")
	case !slices.Contains(Stages, c.Stage):
		return fmt.Errorf("the stage %q is not known: use strategic-outline, outline or full", c.Stage)
	case len(c.Sections) > MostSections:
		return fmt.Errorf("the case has %d sections, at most are %d", len(c.Sections), MostSections)
	case len(c.Goals) > MostRows || len(c.Logic) > MostRows || len(c.Messages) > MostRows || len(c.Claims) > MostRows:
		return fmt.Errorf("the case has more than %d goals, steps, messages or claims", MostRows)
	}
	seen := map[string]bool{}
	for _, s := range c.Sections {
		switch {
		case !idForm.MatchString(s.ID):
			return fmt.Errorf("the id of a section, %q, is not lower-case letters, digits and hyphens", s.ID)
		case seen[s.ID]:
			return fmt.Errorf("two sections have the id %q", s.ID)
		}
		seen[s.ID] = true
	}
	for _, line := range c.plainFields() {
		if n := utf8.RuneCountInString(line.text); n > MostLine {
			return fmt.Errorf("%s is %d characters long, at most are %d", line.where, n, MostLine)
		}
	}
	if len(c.Plan) > MostPlan {
		return fmt.Errorf("the settings of the plan are %d bytes long, at most are %d", len(c.Plan), MostPlan)
	}
	for _, text := range append(c.texts(), c.plainFields()...) {
		if len(text.text) > MostText {
			return fmt.Errorf("%s is %d bytes long, at most are %d", text.where, len(text.text), MostText)
		}
		if k := strings.IndexFunc(text.text, hidden); k >= 0 {
			r, _ := utf8.DecodeRuneInString(text.text[k:])
			return fmt.Errorf("%s holds the character %U, which nobody sees and which can turn figures round: take it out", text.where, r)
		}
	}
	return c.checkRows()
}

// hidden says that a character is not seen itself but may change how others read: control characters, and marks that turn the
// direction of what follows.
func hidden(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func (c Content) checkRows() error {
	for k, g := range c.Goals {
		if strings.TrimSpace(g.Name) == "" {
			return fmt.Errorf("goal %d has no name", k+1)
		}
		if !isDay(g.By) {
			return fmt.Errorf("goal %q: %q is neither a year nor a day such as 2030-03-31", g.Name, g.By)
		}
	}
	steps := map[string]bool{}
	for _, s := range c.Logic {
		switch {
		case !idForm.MatchString(s.ID) || steps[s.ID]:
			return fmt.Errorf("the logic model's step %q needs an id of its own, of lower-case letters, digits and hyphens", s.ID)
		case !slices.Contains(StepKinds, s.Kind):
			return fmt.Errorf("the logic model's step %q is of the kind %q: use %s", s.ID, s.Kind, strings.Join(StepKinds, ", "))
		}
		steps[s.ID] = true
	}
	for _, s := range c.Logic {
		for _, to := range s.To {
			if !steps[to] {
				return fmt.Errorf("the logic model's step %q leads to %q, which is no step", s.ID, to)
			}
		}
	}
	for k, m := range c.Messages {
		if strings.TrimSpace(m.Audience) == "" || strings.TrimSpace(m.Text) == "" {
			return fmt.Errorf("message %d has no audience or no text", k+1)
		}
	}
	for k, m := range c.Claims {
		if strings.TrimSpace(m.Text) == "" || !slices.Contains(Grades, m.Grade) {
			return fmt.Errorf("claim %d needs a text and a grade of %s", k+1, strings.Join(Grades, ", "))
		}
	}
	return nil
}

func isDay(s string) bool {
	if s == "" {
		return true
	}
	for _, form := range []string{"2006", time.DateOnly} {
		if _, err := time.Parse(form, s); err == nil {
			return true
		}
	}
	return false
}

// placed is a text with where it stands.
type placed struct {
	where string // as people call it: "the section strategic", "the target of goal 2"
	part  string // id of the section, or vision, goals, logic, messages, claims
	text  string
}

// Insertions are what stands between braces in the texts of the case, in reading order.
func (c Content) Insertions() []markup.Insert {
	var out []markup.Insert
	spans := func(all []markup.Span) {
		for _, s := range all {
			if s.Insert != nil {
				out = append(out, *s.Insert)
			}
		}
	}
	for _, t := range c.texts() {
		blocks, _ := markup.Parse(t.text)
		for _, b := range blocks {
			if b.Insert != nil {
				out = append(out, *b.Insert)
			}
			spans(b.Spans)
			for _, item := range b.Items {
				spans(item)
			}
		}
	}
	return out
}

// texts are all texts of the case with insertions, in reading order.
func (c Content) texts() []placed {
	out := []placed{{"the vision", "vision", c.Vision}}
	for k, g := range c.Goals {
		n := k + 1
		out = append(out, placed{fmt.Sprintf("the baseline of goal %d", n), "goals", g.Baseline}, placed{fmt.Sprintf("the target of goal %d", n), "goals", g.Target}, placed{fmt.Sprintf("the evidence of goal %d", n), "goals", g.Evidence})
	}
	for _, s := range c.Logic {
		out = append(out, placed{"the step " + s.ID, "logic", s.Text}, placed{"what the step " + s.ID + " assumes", "logic", s.Assumes})
	}
	for k, m := range c.Messages {
		out = append(out, placed{fmt.Sprintf("message %d", k+1), "messages", m.Text}, placed{fmt.Sprintf("the evidence of message %d", k+1), "messages", m.Evidence})
	}
	for k, m := range c.Claims {
		n := k + 1
		out = append(out, placed{fmt.Sprintf("claim %d", n), "claims", m.Text}, placed{fmt.Sprintf("what speaks for claim %d", n), "claims", m.For}, placed{fmt.Sprintf("what speaks against claim %d", n), "claims", m.Against})
	}
	for _, s := range c.Sections {
		out = append(out, placed{"the section " + s.ID, s.ID, s.Text})
	}
	return out
}
