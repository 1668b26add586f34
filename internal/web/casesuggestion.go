package web

import (
	"context"
	"strings"

	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/bizcase/compare"
	"milieu/internal/report"
)

// mostMarked is how long two texts may be together, in bytes, for their differences to be marked word by word.
const mostMarked = 12_000

// suggestion shows what a suggestion changes, as it is read, and what would have to be mended once it is accepted.
func (v *review) suggestion(ctx context.Context, c casebook.Case, x casebook.Suggestion) (SuggestionView, error) {
	out := SuggestionView{Suggestion: x, Who: nameOf(x.By, v.names), When: dayTime(x.At), Answerer: nameOf(x.AnsweredBy, v.names), Mine: x.By == v.actor.PersonID && v.actor.SignedIn()}
	was, before, err := bizcase.Text(ctx, c.Content, v.facts, x.Part, x.From)
	if err != nil {
		return out, err
	}
	now, after, err := bizcase.Text(ctx, c.Content, v.facts, x.Part, x.To)
	if err != nil {
		return out, err
	}
	out.Was, out.Now = changedSentences(readText(was), readText(now))
	if len(out.Was)+len(out.Now) == 0 { // what differs is not to be seen: how a word is set, or the name of a figure that reads the same
		out.Was, out.Now = changedSentences(report.Text{{Words: x.From}}, report.Text{{Words: x.To}})
	}
	if x.State != casebook.Open {
		return out, nil
	}
	out.Brings = newProblems(before, after)
	if _, err := casebook.Apply(c.Content, x); err != nil {
		out.Stale = errSentence(err)
	}
	return out, nil
}

// readText is how blocks read one after the other: tables, charts and gaps by their names.
func readText(blocks []report.Block) report.Text {
	var out report.Text
	for _, b := range blocks {
		texts := b.Texts()
		if name := blockName(b); name != "" {
			texts = []report.Text{{{Words: name}}}
		} else if b.Heading != "" {
			texts = []report.Text{{{Words: b.Heading}}}
		}
		for _, t := range texts {
			if len(out) > 0 {
				out = append(out, report.Span{Words: " \n "})
			}
			for _, s := range t {
				s.Strong, s.Em = false, false
				out = append(out, s)
			}
		}
	}
	return out
}

// changedSentences marks what differs between two texts, and keeps of each the sentences in which something does.
func changedSentences(was, now report.Text) (w, n []compare.Piece) {
	if len(was.Plain())+len(now.Plain()) > mostMarked {
		return whole(was), whole(now)
	}
	w, n = compare.Pieces(was, now)
	return aroundChanges(w), aroundChanges(n)
}

func whole(t report.Text) []compare.Piece {
	var out []compare.Piece
	for _, s := range t {
		out = append(out, compare.Piece{Span: s})
	}
	return out
}

// aroundChanges leaves out the sentences in which nothing differs; an ellipsis stands for them.
func aroundChanges(all []compare.Piece) []compare.Piece {
	var out, sentence []compare.Piece
	differs, left := false, false
	end := func() {
		switch {
		case differs:
			if left {
				out = append(out, compare.Piece{Span: report.Span{Words: "… "}})
			}
			out, left = append(out, sentence...), false
		case len(sentence) > 0:
			left = true
		}
		sentence, differs = nil, false
	}
	for _, p := range all {
		differs = differs || p.Differs
		if p.Figure != nil || p.Quote != nil {
			sentence = append(sentence, p)
			continue
		}
		for rest := p.Words; rest != ""; {
			part := p
			cut := sentenceEnd(rest)
			part.Words, rest = rest[:cut], rest[cut:]
			differs = differs || p.Differs
			sentence = append(sentence, part)
			if rest != "" || sentenceEnds(part.Words) {
				end()
			}
		}
	}
	end()
	if left && len(out) > 0 {
		out = append(out, compare.Piece{Span: report.Span{Words: " …"}})
	}
	return out
}

func sentenceEnds(s string) bool {
	for _, mark := range []string{". ", "? ", "! ", "\n "} {
		if strings.HasSuffix(s, mark) {
			return true
		}
	}
	return false
}

// sentenceEnd is where the first sentence of a text ends, with the space behind it.
func sentenceEnd(s string) int {
	for k := 2; k <= len(s); k++ {
		if sentenceEnds(s[:k]) {
			return k
		}
	}
	return len(s)
}

// newProblems are those of a text that it did not have before and that have to be mended.
func newProblems(before, after []bizcase.Problem) []ProblemView {
	had := map[string]bool{}
	key := func(p bizcase.Problem) string { return string(p.Kind) + "\x00" + p.Source }
	for _, p := range before {
		had[key(p)] = true
	}
	var out []ProblemView
	for _, p := range after {
		if p.Kind != bizcase.Changed && p.Kind != bizcase.Spelled && !had[key(p)] {
			out = append(out, ProblemView{Problem: p, Label: orText(problemLabels[p.Kind], string(p.Kind))})
		}
	}
	return out
}
