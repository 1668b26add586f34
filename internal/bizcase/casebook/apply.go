package casebook

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/bizcase"
)

// OwnParts are the parts of a case beside its sections, with their names.
var OwnParts = []bizcase.Part{{ID: "vision", Title: "Vision"}, {ID: "goals", Title: "Goals"}, {ID: "logic", Title: "Logic model"}, {ID: "messages", Title: "Messages"}, {ID: "claims", Title: "Claims"}}

// HasPart says that a case has a part: a section, or one of OwnParts.
func HasPart(c bizcase.Content, id string) bool {
	return slices.ContainsFunc(OwnParts, func(p bizcase.Part) bool { return p.ID == id }) || slices.ContainsFunc(c.Sections, func(s bizcase.Section) bool { return s.ID == id })
}

// PartText is the text of a part in which changes can be suggested: a section or the vision. False for other parts.
func PartText(c bizcase.Content, id string) (string, bool) {
	if id == "vision" {
		return lines(c.Vision), true
	}
	for _, s := range c.Sections {
		if s.ID == id {
			return lines(s.Text), true
		}
	}
	return "", false
}

// lines is a text with the ends of its lines written in one way.
func lines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// StaleError says that a suggestion can no longer be applied, since the text that it is about has changed.
type StaleError struct{ Part, Message string }

func (e *StaleError) Error() string { return e.Message }

// Apply puts a suggestion into a text. An error is a *StaleError. The text to be replaced must stand in the part once, so that
// nothing else is changed; with nothing to be replaced the new text is put at the end.
func Apply(c bizcase.Content, s Suggestion) (bizcase.Content, error) {
	text, ok := PartText(c, s.Part)
	if !ok {
		return c, &StaleError{s.Part, fmt.Sprintf("the case no longer has the part %q in which this change was suggested", s.Part)}
	}
	if s.From == "" {
		text = strings.TrimRight(text, "\n") + "\n\n" + s.To
	} else {
		switch strings.Count(text, s.From) {
		case 0:
			return c, &StaleError{s.Part, "the words that this suggestion changes no longer stand in the text: suggest it again on the text as it is now"}
		case 1:
		default:
			return c, &StaleError{s.Part, "the words that this suggestion changes stand in the text more than once: suggest it again with more of the words around them"}
		}
		text = strings.Replace(text, s.From, s.To, 1)
	}
	if s.Part == "vision" {
		c.Vision = strings.TrimSpace(text)
		return c, nil
	}
	c.Sections = slices.Clone(c.Sections)
	for k := range c.Sections {
		if c.Sections[k].ID == s.Part {
			c.Sections[k].Text = strings.Trim(text, "\n")
		}
	}
	return c, nil
}
