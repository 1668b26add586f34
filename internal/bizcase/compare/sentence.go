package compare

import (
	"slices"
	"strings"

	"milieu/internal/report"
)

// piece of a section: a sentence with where it stands.
type standing struct {
	section, title string
	in             string
	text           report.Text
	plain          string // as it is read
	words          string // without its figures
	tokens         []string
}

func stand(section report.Section, in string, text report.Text) standing {
	s := standing{section: section.ID, title: section.Title, in: in, text: text, plain: reading(text), words: wordsOf(text)}
	s.tokens = strings.Fields(s.words)
	return s
}

// reading is a text as it is read, with the cautions of its figures and the addresses of its quotations and links.
func reading(t report.Text) string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Plain())
		if s.Figure != nil && s.Figure.Note != "" {
			b.WriteString(" [" + s.Figure.Note + "]")
		}
		if s.Quote != nil {
			b.WriteString(" [" + s.Quote.URL + "]")
		}
		if s.Link != "" {
			b.WriteString(" [" + s.Link + "]")
		}
	}
	return strings.TrimSpace(b.String())
}

// wordsOf is a text with a mark in the place of each figure.
func wordsOf(t report.Text) string {
	var b strings.Builder
	for _, s := range t {
		if s.Figure != nil {
			b.WriteString("\x00")
			continue
		}
		b.WriteString(report.Text{s}.Plain())
		if s.Quote != nil {
			b.WriteString(" [" + s.Quote.URL + "]")
		}
	}
	return strings.TrimSpace(b.String())
}

// standings are the sentences of a section in reading order; cells of tables are none, notes beneath them are.
func standings(s report.Section) []standing {
	var out []standing
	add := func(in string, t report.Text) {
		for _, part := range report.Sentences(t) {
			if st := stand(s, in, part); st.plain != "" {
				out = append(out, st)
			}
		}
	}
	for _, b := range s.Blocks {
		if b.Heading != "" {
			out = append(out, stand(s, "heading", report.Text{{Words: b.Heading}}))
		}
		add("", b.Text)
		if b.List != nil {
			for _, item := range b.List.Items {
				add("list", item)
			}
		}
		if b.Table != nil {
			add("note of "+b.Name, b.Table.Note)
		}
	}
	return out
}

// likeness of two sentences: 0 where the one is not the other changed.
func likeness(a, b standing) int {
	switch {
	case (a.in == "heading") != (b.in == "heading"):
		return 0
	case a.plain == b.plain:
		return same
	case a.words == b.words:
		return sameWords
	}
	if l := overlap(a.tokens, b.tokens); l >= leastLike {
		return l
	}
	return 0
}

// sentences are those that differ, and the figures of the others that open something else.
func sentences(before, after report.Document) ([]Sentence, []Rebound) {
	var out []Sentence
	var rebound []Rebound
	for _, p := range sectionPairs(before.Sections, after.Sections) {
		var was, now []standing
		if p.was >= 0 {
			was = standings(before.Sections[p.was])
		}
		if p.now >= 0 {
			now = standings(after.Sections[p.now])
		}
		for _, q := range align(len(was), len(now), func(i, j int) int { return likeness(was[i], now[j]) }) {
			switch {
			case q.now < 0:
				out = append(out, one(Removed, was[q.was]))
			case q.was < 0:
				out = append(out, one(Added, now[q.now]))
			case was[q.was].plain == now[q.now].plain:
				rebound = append(rebound, rebounds(now[q.now].section, was[q.was].text, now[q.now].text)...)
			default:
				out = append(out, both(was[q.was], now[q.now]))
			}
		}
	}
	return moved(out), rebound
}

func one(k Kind, s standing) Sentence {
	out := Sentence{Kind: k, Section: s.section, SectionTitle: s.title, In: s.in}
	if k == Removed {
		out.Was, out.WasText = plain(s.text), s.text
	} else {
		out.Now, out.NowText = plain(s.text), s.text
	}
	return out
}

func both(was, now standing) Sentence {
	return Sentence{Kind: Changed, Section: now.section, SectionTitle: now.title, In: now.in, Was: plain(was.text), Now: plain(now.text), WasText: was.text, NowText: now.text,
		Figures: figures(was.text, now.text), WordsSame: was.words == now.words}
}

func plain(t report.Text) string { return strings.TrimSpace(t.Plain()) }

// moved makes one of a sentence that went in one place and came, as it was, in another.
func moved(all []Sentence) []Sentence {
	gone := map[string][]int{}
	for k, s := range all {
		if s.Kind == Removed {
			gone[reading(s.WasText)] = append(gone[reading(s.WasText)], k)
		}
	}
	drop := map[int]bool{}
	for k := range all {
		s := &all[k]
		from := gone[reading(s.NowText)]
		if s.Kind != Added || len(from) == 0 {
			continue
		}
		gone[reading(s.NowText)] = from[1:]
		old := all[from[0]]
		s.Kind, s.From, s.Was, s.WasText = Moved, old.Section, old.Was, old.WasText
		drop[from[0]] = true
	}
	var out []Sentence
	for k, s := range all {
		if !drop[k] {
			out = append(out, s)
		}
	}
	return out
}

// figures are those that differ between two texts. They are paired by order and by what they open; what reads the same is left out.
func figures(was, now report.Text) []Figure {
	a, b := was.Figures(), now.Figures()
	var out []Figure
	pairs := align(len(a), len(b), func(i, j int) int {
		switch {
		case a[i] == b[j]:
			return 4
		case a[i].Ref == b[j].Ref:
			return 3
		case kindOf(a[i].Ref) == kindOf(b[j].Ref):
			return 2
		}
		return 1
	})
	for _, p := range pairs {
		switch {
		case p.now < 0:
			out = append(out, Figure{Was: a[p.was]})
		case p.was < 0:
			out = append(out, Figure{Now: b[p.now]})
		case !readsSame(a[p.was], b[p.now]):
			out = append(out, Figure{a[p.was], b[p.now]})
		}
	}
	return out
}

func readsSame(a, b report.Figure) bool { return a.Plain() == b.Plain() && a.Note == b.Note }

// kindOf is the first part of a reference.
func kindOf(ref string) string {
	kind, _, _ := strings.Cut(ref, "/")
	return kind
}

// rebounds are the figures of two texts that read the same but open something else.
func rebounds(section string, was, now report.Text) []Rebound {
	a, b := was.Figures(), now.Figures()
	var out []Rebound
	for k := range min(len(a), len(b)) {
		if a[k].Ref != b[k].Ref {
			out = append(out, Rebound{section, b[k].Plain(), a[k].Ref, b[k].Ref})
		}
	}
	return out
}

// sectionPairs pairs sections by id: in the order of the later document, with those that went where they stood.
func sectionPairs(was, now []report.Section) []pair {
	at := func(all []report.Section, id string) int {
		return slices.IndexFunc(all, func(s report.Section) bool { return s.ID == id })
	}
	var out []pair
	next := 0
	gone := func(until int) {
		for ; next < until; next++ {
			if at(now, was[next].ID) < 0 {
				out = append(out, pair{next, -1})
			}
		}
	}
	for j, s := range now {
		i := at(was, s.ID)
		if i >= next {
			gone(i)
			next = i + 1
		}
		out = append(out, pair{i, j})
	}
	gone(len(was))
	return out
}
