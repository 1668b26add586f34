package web

import (
	"slices"
	"strings"

	"milieu/internal/bizcase/markup"
)

// writeField is a field of a part's form with what stands in it; row is -1 for one that stands once.
func writeField(s fieldSpec, row int, value string, f partForm) WriteField {
	out := WriteField{Name: fieldName(row, s.name), Label: s.label, Hint: s.hint, Kind: s.kind, Value: value, Needed: s.needed}
	switch s.kind {
	case "choice":
		for _, c := range s.choices {
			c.Current = c.Value == value
			out.Choices = append(out.Choices, c)
		}
	case "steps":
		chosen := strings.Split(value, ",")
		var ticked []string
		for k, other := range f.rows {
			if k == row || other["id"] == "" {
				continue
			}
			c := Choice{Value: other["id"], Label: cutWords(plainWords(other["text"]), 60), Current: slices.Contains(chosen, other["id"])}
			out.Choices = append(out.Choices, c)
			if c.Current {
				ticked = append(ticked, cutWords(c.Label, 40))
			}
		}
		out.Ticked = orText(strings.Join(ticked, "; "), "nothing yet")
	}
	return out
}

// cutWords is the beginning of a text, cut between words.
func cutWords(s string, most int) string {
	r := []rune(strings.TrimSpace(s))
	if len(r) <= most {
		return string(r)
	}
	cut := string(r[:most])
	if k := strings.LastIndexByte(cut, ' '); k > most/2 {
		cut = cut[:k]
	}
	return cut + "…"
}

// insertWords are the words of an insertion as it is written between the braces.
func insertWords(source string) []string {
	blocks, _ := markup.Parse("{{" + source + "}}")
	for _, b := range blocks {
		if b.Insert != nil {
			return b.Insert.Words
		}
		for _, s := range b.Spans {
			if s.Insert != nil {
				return s.Insert.Words
			}
		}
	}
	return nil
}
