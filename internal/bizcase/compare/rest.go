package compare

import (
	"fmt"
	"slices"
	"strings"

	"milieu/internal/report"
)

// heads are the titles and questions that differ.
func heads(before, after report.Document) []Word {
	var out []Word
	say := func(name, was, now string) {
		if was != now {
			out = append(out, Word{name, was, now})
		}
	}
	say("title", before.Title, after.Title)
	say("subtitle", before.Subtitle, after.Subtitle)
	say("owner", before.Owner, after.Owner)
	say("status", before.Status, after.Status)
	for _, p := range sectionPairs(before.Sections, after.Sections) {
		if p.was >= 0 && p.now >= 0 {
			a, b := before.Sections[p.was], after.Sections[p.now]
			say("title of the section "+b.ID, a.Title, b.Title)
			say("question of the section "+b.ID, a.Question, b.Question)
		}
	}
	return out
}

func sections(was, now []report.Section) []Section {
	var out []Section
	for _, p := range sectionPairs(was, now) {
		switch {
		case p.was < 0:
			out = append(out, Section{Added, now[p.now].ID, now[p.now].Title})
		case p.now < 0:
			out = append(out, Section{Removed, was[p.was].ID, was[p.was].Title})
		}
	}
	return out
}

// keyed pairs two lists by a key, in the order of the later; what went follows. Equal keys are taken in their order.
func keyed[T any](was, now []T, key func(T) string) []pair {
	taken, at := make([]bool, len(was)), make([]int, len(now))
	for j, n := range now {
		at[j] = -1
		for i, w := range was {
			if !taken[i] && key(w) == key(n) {
				taken[i], at[j] = true, i
				break
			}
		}
	}
	return closing(taken, at)
}

func assumptions(was, now []report.Assumption) []Assumption {
	var out []Assumption
	for _, p := range keyed(was, now, func(a report.Assumption) string { return a.Name }) {
		switch {
		case p.was < 0:
			a := now[p.now]
			out = append(out, Assumption{Added, a.Name, a.Ref, "", a.Value})
		case p.now < 0:
			a := was[p.was]
			out = append(out, Assumption{Removed, a.Name, a.Ref, a.Value, ""})
		case was[p.was].Value != now[p.now].Value:
			out = append(out, Assumption{Changed, now[p.now].Name, now[p.now].Ref, was[p.was].Value, now[p.now].Value})
		}
	}
	return out
}

// placedGap is a gap with the section that it stands in.
type placedGap struct {
	section string
	gap     report.Gap
}

func gapsOf(d report.Document) []placedGap {
	var out []placedGap
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Gap != nil {
				out = append(out, placedGap{s.ID, *b.Gap})
			}
		}
	}
	return out
}

// gaps pairs gaps of a section by their words, and then those that are left by the likeness of their words.
func gaps(before, after report.Document) []Gap {
	was, now := gapsOf(before), gapsOf(after)
	var out []Gap
	var gone, came []placedGap
	for _, p := range keyed(was, now, func(g placedGap) string { return g.section + "\x00" + g.gap.What }) {
		switch {
		case p.was < 0:
			came = append(came, now[p.now])
		case p.now < 0:
			gone = append(gone, was[p.was])
		case was[p.was].gap != now[p.now].gap:
			out = append(out, Gap{Changed, now[p.now].section, now[p.now].gap.What, owing(was[p.was].gap), owing(now[p.now].gap)})
		}
	}
	for _, p := range align(len(gone), len(came), func(i, j int) int { return gapLikeness(gone[i], came[j]) }) {
		switch {
		case p.was < 0:
			out = append(out, Gap{Kind: Added, Section: came[p.now].section, What: came[p.now].gap.What, Now: owing(came[p.now].gap)})
		case p.now < 0:
			out = append(out, Gap{Kind: Removed, Section: gone[p.was].section, What: gone[p.was].gap.What, Was: owing(gone[p.was].gap)})
		default:
			a, b := gone[p.was], came[p.now]
			out = append(out, Gap{Changed, b.section, b.gap.What, a.gap.What + " " + owing(a.gap), b.gap.What + " " + owing(b.gap)})
		}
	}
	return out
}

func gapLikeness(a, b placedGap) int {
	l := overlap(strings.Fields(a.gap.What), strings.Fields(b.gap.What))
	if a.section != b.section || l < leastLike {
		return 0
	}
	return l
}

// owing says who owes a gap and how it is filled.
func owing(g report.Gap) string {
	owner := g.Owner
	if owner == "" {
		owner = "nobody named"
	}
	return strings.TrimSpace("Owed by " + strings.TrimSuffix(owner, ".") + ". " + g.Next)
}

func sources(was, now []report.SourceNote) []Source {
	var out []Source
	for _, p := range keyed(was, now, func(s report.SourceNote) string { return s.ID }) {
		switch {
		case p.was < 0:
			out = append(out, Source{Kind: Added, ID: now[p.now].ID, Title: now[p.now].Title})
		case p.now < 0:
			out = append(out, Source{Kind: Removed, ID: was[p.was].ID, Title: was[p.was].Title})
		case was[p.was] != now[p.now]:
			a, b := differing(was[p.was], now[p.now])
			out = append(out, Source{Changed, now[p.now].ID, now[p.now].Title, a, b})
		}
	}
	return out
}

// differing says in words what differs between two notes of a source.
func differing(a, b report.SourceNote) (was, now string) {
	var w, n []string
	say := func(name, a, b string) {
		if a != b {
			w, n = append(w, name+" "+orNone(a)), append(n, name+" "+orNone(b))
		}
	}
	say("title", a.Title, b.Title)
	say("publisher", a.Publisher, b.Publisher)
	say("licence", a.Licence, b.Licence)
	say("attribution", a.Attribution, b.Attribution)
	say("retrieved", a.Retrieved, b.Retrieved)
	say("address", a.URL, b.URL)
	return strings.Join(w, "; "), strings.Join(n, "; ")
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// beneath are the references of both documents of which a figure is read as it was though its chain differs.
func beneath(before, after report.Document) []Beneath {
	texts := func(d report.Document) map[[2]string]bool {
		out := map[[2]string]bool{}
		for _, f := range d.Figures() {
			out[[2]string{f.Ref, f.Plain()}] = true
		}
		return out
	}
	stays := map[string]bool{}
	reads := texts(after)
	for read := range texts(before) {
		if reads[read] {
			stays[read[0]] = true
		}
	}
	var out []Beneath
	for _, now := range after.Proofs {
		was, n := before.Proof(now.Ref)
		if n == 0 || !stays[now.Ref] {
			continue
		}
		if a, b := firstDifference(was, now); a != b {
			out = append(out, Beneath{now.Ref, now.Title, a, b})
		}
	}
	return out
}

// Ground is one thing that differs beneath figures, with the references that rest on it.
type Ground struct {
	Was string
	Now string
	Of  []Beneath
}

// Grouped is Beneath by what differs: one changed line stands once, over all that rests on it. The order is that in which each comes first.
func (c Changes) Grouped() []Ground {
	var out []Ground
	for _, b := range c.Beneath {
		k := slices.IndexFunc(out, func(g Ground) bool { return g.Was == b.Was && g.Now == b.Now })
		if k < 0 {
			k, out = len(out), append(out, Ground{Was: b.Was, Now: b.Now})
		}
		out[k].Of = append(out[k].Of, b)
	}
	return out
}

// firstDifference is the first thing that differs between two chains.
func firstDifference(was, now report.Proof) (string, string) {
	if was.Value != now.Value {
		return was.Value, now.Value
	}
	a, b := was.Steps, now.Steps
	for k := range min(len(a), len(b)) {
		if stepDiffers(a[k], b[k]) {
			return stepWords(a[k]), stepWords(b[k])
		}
	}
	if was.How != now.How {
		return was.How, now.How
	}
	return fmt.Sprintf("%d lines", len(a)+was.More), fmt.Sprintf("%d lines", len(b)+now.More)
}

// stepDiffers leaves out where a line stands in its file, and what it says where one side could not show it: files of an older release
// have often changed since.
func stepDiffers(a, b report.Step) bool {
	return a.Title != b.Title || a.Value != b.Value || a.How != b.How || a.Text != b.Text && a.Text != "" && b.Text != ""
}

func stepWords(s report.Step) string {
	return strings.Join(nonEmpty(s.Title, s.Value, s.How, s.Text), ": ")
}

func nonEmpty(all ...string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}
