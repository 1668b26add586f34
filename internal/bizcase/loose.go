package bizcase

import (
	"fmt"
	"regexp"
	"strings"

	"milieu/internal/report"
)

var (
	digits = regexp.MustCompile(`[£$€]?\p{Nd}+(?:[.,]\p{Nd}+)*(?:[\s\x{a0}]?%|[\s\x{a0}]?(?:per cent|percent|million|billion|bn|m|k)\b)?`)
	// What has digits and is no figure: days, months and years; names with letters and digits in one word; numbers of headings.
	months  = `(?:January|February|March|April|May|June|July|August|September|October|November|December)`
	dates   = regexp.MustCompile(`\b(?:\d{1,2}(?:st|nd|rd|th)? (?:to |– ?|and )?(?:\d{1,2} )?` + months + `(?: \d{4})?|` + months + ` \d{4}|\d{4}-\d{2}-\d{2}|(?:18|19|20|21)\d\d(?:[-–/](?:\d{4}|\d{2}))?s?)\b`)
	mixed   = regexp.MustCompile(`\b(?:[A-Za-z][A-Za-z.&-]*\d[A-Za-z0-9.-]*|\d+(?:st|nd|rd|th|D|G|[A-Z]{2}))\b`)
	numbers = regexp.MustCompile(`(?i)\b(?:sections?|chapters?|parts?|tables?|figures?|annex(?:es)?|appendix|paragraphs?|pages?|steps?|stages?|phases?|goals?|options?|principles?|tiers?|levels?|articles?|SIC(?: division| code)?s?|divisions?|junctions?|version|clause) \d+(?:\.\d+)*(?:(?:,| and| to|–) ?\d+(?:\.\d+)*)*`)
	spelled = regexp.MustCompile(`(?i)\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|halves|twice|double[sd]?|treble[sd]?|tripled?|a third|a quarter|two-thirds|three-quarters)\b`)
)

// looseNumbers tells each number in words that opens no source.
func (m *maker) looseNumbers(p placed, t report.Text, line int) {
	for _, s := range t {
		if s.Figure != nil || s.Quote != nil || s.Name {
			continue
		}
		for _, n := range loose(s.Words) {
			m.problem(Problem{Kind: Unbound, Part: p.part, Where: p.where, Line: line, Source: n, Message: fmt.Sprintf(`the number %q opens no source: insert it as a figure, or as {{quote "%s" ADDRESS}} where somebody else says it`, n, n)})
		}
		for _, n := range spelled.FindAllString(s.Words, -1) {
			m.problem(Problem{Kind: Spelled, Part: p.part, Where: p.where, Line: line, Source: n, Message: fmt.Sprintf("%q is a number in words: insert it as a figure where it is one of the place", n)})
		}
	}
}

// plainFields are what people write of a case without insertions: a number in them opens no source.
func (c Content) plainFields() []placed {
	out := []placed{{"the title", "settings", c.Title}, {"the subtitle", "settings", c.Subtitle}, {"the owner", "settings", c.Owner}}
	for k, g := range c.Goals {
		out = append(out, placed{fmt.Sprintf("the name of goal %d", k+1), "goals", g.Name}, placed{fmt.Sprintf("the owner of goal %d", k+1), "goals", g.Owner})
	}
	for k, m := range c.Messages {
		out = append(out, placed{fmt.Sprintf("the audience of message %d", k+1), "messages", m.Audience})
	}
	for _, s := range c.Sections {
		out = append(out, placed{"the heading of the section " + s.ID, s.ID, s.Title}, placed{"the question of the section " + s.ID, s.ID, s.Question})
	}
	return out
}

// looseFields tells each number of the plain fields.
func (m *maker) looseFields() {
	for _, f := range m.c.plainFields() {
		m.looseNumbers(f, report.Text{{Words: f.text}}, 0)
	}
}

// loose finds the numbers in words that are neither dates nor numbers of headings nor parts of names.
func loose(words string) []string {
	for _, known := range []*regexp.Regexp{dates, numbers, mixed} {
		words = known.ReplaceAllStringFunc(words, func(s string) string { return strings.Repeat(" ", len(s)) })
	}
	var out []string
	for _, n := range digits.FindAllString(words, -1) {
		out = append(out, strings.TrimSpace(n))
	}
	return out
}

// Loose lists the numbers of a whole document that open no source, tables and notes included.
func Loose(d report.Document) []Problem {
	var out []Problem
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			for _, t := range b.Texts() {
				for _, span := range t {
					if span.Figure != nil || span.Quote != nil || span.Name {
						continue
					}
					for _, n := range loose(span.Words) {
						out = append(out, Problem{Kind: Unbound, Part: s.ID, Where: "the section " + s.ID, Source: n, Sentence: t.Plain(), Message: fmt.Sprintf("the number %q opens no source", n)})
					}
				}
			}
		}
	}
	return out
}
