package draft

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"milieu/internal/bizcase"
	"milieu/internal/bizcase/markup"
	"milieu/internal/report"
)

// writer gathers the text.
type writer struct {
	o     Opts
	names []bizcase.Name
	owes  string                                     // who owes what nobody else is named for
	look  func(words []string) (report.Figure, bool) // false: not known
	shown map[string]bool                            // tables and charts that there are, as in "table costs"
	c     bizcase.Content
	b     strings.Builder // of the section that is being written
	err   error           // of the first fact that could not be read
}

func newWriter(ctx context.Context, f bizcase.Facts, names []bizcase.Name, o Opts) *writer {
	w := &writer{o: o, names: names, shown: map[string]bool{}}
	for _, own := range []string{"table vision", "table goals", "table logic", "chart logic", "table messages", "table claims"} {
		w.shown[own] = true
	}
	for _, n := range names {
		if n.Kind == "table" || n.Kind == "chart" {
			w.shown[n.Kind+" "+strings.TrimPrefix(n.Source, n.Kind+" ")] = true
		}
	}
	w.look = func(words []string) (report.Figure, bool) {
		fig, err := f.Figure(ctx, words)
		var unknown *bizcase.UnknownError
		if err != nil && !errors.As(err, &unknown) && w.err == nil {
			w.err = err
		}
		return fig, err == nil
	}
	if w.o.Stage == "" {
		w.o.Stage = bizcase.Outline
	}
	if w.o.Place == "" {
		w.o.Place = "this place"
	}
	if w.owes = w.o.Owner; w.owes == "" {
		w.owes = "the owner of this case"
	}
	if w.o.Title == "" {
		w.o.Title = "The case for " + w.o.Place
	}
	return w
}

// content writes all parts.
func (w *writer) content() bizcase.Content {
	w.c = bizcase.Content{Title: w.o.Title, Subtitle: w.o.Subtitle, Owner: w.o.Owner, Stage: w.o.Stage, Plan: w.o.Plan,
		Goals: w.goals(), Logic: w.logic(), Messages: w.messages(), Claims: w.claims()}
	for _, p := range []struct {
		id    string
		write func()
	}{{"summary", w.summary}, {"strategic", w.strategic}, {"economic", w.economic}, {"commercial", w.commercial}, {"financial", w.financial}, {"management", w.management}} {
		w.b.Reset()
		p.write()
		w.c.Sections = append(w.c.Sections, bizcase.Section{ID: p.id, Text: strings.TrimSpace(w.b.String()) + "\n"})
	}
	return w.c
}

// has says that all that is inserted in a text is known now. Gaps are, whatever they say.
func (w *writer) has(text string) bool {
	blocks, faults := markup.Parse(text)
	for _, b := range blocks {
		if b.Insert != nil && !w.stands(*b.Insert) {
			return false
		}
		for _, spans := range append(b.Items, b.Spans) {
			for _, s := range spans {
				if s.Insert == nil {
					continue
				}
				if _, known := w.look(s.Insert.Words); !known {
					return false
				}
			}
		}
	}
	return len(faults) == 0
}

// stands says that a table or chart is one that there is.
func (w *writer) stands(in markup.Insert) bool {
	return in.Word(0) == "gap" || w.shown[in.Word(0)+" "+in.Word(1)]
}

// put writes a paragraph, list or insertion that stands alone. False: something in it is not known, and nothing is written.
func (w *writer) put(text string) bool {
	if !w.has(text) {
		return false
	}
	w.b.WriteString(strings.TrimSpace(text) + "\n\n")
	return true
}

// sentences writes a paragraph of those sentences that can be said.
func (w *writer) sentences(all ...string) bool {
	var out []string
	for _, s := range all {
		if s != "" && w.has(s) {
			out = append(out, s)
		}
	}
	return len(out) > 0 && w.put(strings.Join(out, " "))
}

// items writes a list of those items that can be said.
func (w *writer) items(mark string, all ...string) bool {
	var out []string
	for _, s := range all {
		if s != "" && w.has(s) {
			out = append(out, mark+s)
		}
	}
	return len(out) > 0 && w.put(strings.Join(out, "\n"))
}

// heading writes a heading.
func (w *writer) heading(words string) { w.put("### " + words) }

// gap writes what is not known, who owes it and what to do. Quotation marks would end it, so they are curled.
func (w *writer) gap(what, owner, next string) {
	flat := strings.NewReplacer(`"`, "”", "{", "(", "}", ")", "\n", " ")
	w.put(fmt.Sprintf(`{{gap "%s" owner="%s" next="%s"}}`, flat.Replace(what), flat.Replace(owner), flat.Replace(next)))
}

// value is what a name comes to now, empty where it is not known.
func (w *writer) value(name string) string {
	fig, known := w.look(strings.Fields(name))
	if !known {
		return ""
	}
	return fig.Plain()
}

// none says that a count is nought.
func (w *writer) none(name string) bool { return w.value(name) == "0" }

// count is a sentence that begins with a count, in the words for one or for several; none where the count is nought or not known.
func (w *writer) count(name, one, several string) string {
	switch w.value(name) {
	case "", "0":
		return ""
	case "1":
		return "{{" + name + "}} " + one
	}
	return "{{" + name + "}} " + several
}

// planned says that there is a plan with something in it.
func (w *writer) planned() bool {
	return w.has("{{plan count}} {{plan cost}}") && !w.none("plan count")
}

// ifPlanned is a sentence about the plan; none where there is no plan.
func (w *writer) ifPlanned(sentence string) string {
	if !w.planned() {
		return ""
	}
	return sentence
}

// one picks the words for one and for several, by what a count comes to now.
func (w *writer) one(name, one, several string) string {
	if w.value(name) == "1" {
		return one
	}
	return several
}

// full says that the case is further than a strategic outline, which leaves details out.
func (w *writer) full() bool { return w.o.Stage != bizcase.StrategicOutline }
