package markup

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Standing are the first words of insertions that stand alone in a paragraph.
var Standing = []string{"table", "chart", "gap"}

var (
	numbered = regexp.MustCompile(`^\d{1,3}[.)] +`)
	heading  = regexp.MustCompile(`^#{1,6} +`)
)

// Parse reads a text. What cannot be read stays in the blocks as words, and is told in the faults; the text is never refused.
func Parse(text string) ([]Block, []Fault) {
	p := &parser{}
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
	for k := 0; k < len(lines); {
		if strings.TrimSpace(lines[k]) == "" {
			k++
			continue
		}
		k += p.block(lines[k:], k+1)
	}
	return p.blocks, p.faults
}

type parser struct {
	blocks []Block
	faults []Fault
}

func (p *parser) fault(line, column int, format string, args ...any) {
	p.faults = append(p.faults, Fault{line, column, fmt.Sprintf(format, args...)})
}

// block reads the block that begins with the first of lines, and says how many lines it takes.
func (p *parser) block(lines []string, at int) int {
	first := strings.TrimSpace(lines[0])
	if m := heading.FindString(first); m != "" {
		p.blocks = append(p.blocks, Block{Kind: Heading, Spans: p.spans(first[len(m):], at, len(m)), Line: at})
		return 1
	}
	if kind, _ := item(first); kind != "" {
		return p.list(lines, at, kind)
	}
	n := 0
	for n < len(lines) && !p.ends(lines[n], n) {
		n++
	}
	spans := p.lines(lines[:n], at)
	b := Block{Kind: Paragraph, Spans: spans, Line: at}
	if len(spans) == 1 && spans[0].Insert != nil && stands(*spans[0].Insert) {
		b = Block{Kind: Insertion, Insert: spans[0].Insert, Line: at}
	} else {
		for _, s := range spans {
			if s.Insert != nil && stands(*s.Insert) {
				p.fault(s.Insert.Line, s.Insert.Column, "{{%s …}} stands alone: put an empty line before and after it", s.Insert.Word(0))
			}
		}
	}
	p.blocks = append(p.blocks, b)
	return n
}

// ends says that a line does not go on with the paragraph of the lines before it.
func (p *parser) ends(line string, n int) bool {
	t := strings.TrimSpace(line)
	if t == "" {
		return true
	}
	kind, _ := item(t)
	return n > 0 && (kind == Bullets || heading.MatchString(t))
}

func stands(i Insert) bool {
	for _, s := range Standing {
		if i.Word(0) == s {
			return true
		}
	}
	return false
}

// item says what kind of list a line is an item of, and what its mark is.
func item(line string) (Kind, string) {
	if strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") {
		return Bullets, line[:2]
	}
	if m := numbered.FindString(line); m != "" {
		return Numbers, m
	}
	return "", ""
}

// list reads items of one kind; a line that is indented goes on with the item before it.
func (p *parser) list(lines []string, at int, kind Kind) int {
	b := Block{Kind: kind, Line: at}
	n := 0
	for n < len(lines) {
		k, mark := item(strings.TrimSpace(lines[n]))
		if k != kind {
			break
		}
		from := n
		text := []string{strings.TrimPrefix(strings.TrimSpace(lines[n]), mark)}
		for n++; n < len(lines) && indented(lines[n]); n++ {
			text = append(text, lines[n])
		}
		b.Items = append(b.Items, p.lines(text, at+from))
	}
	p.blocks = append(p.blocks, b)
	return n
}

func indented(line string) bool {
	t := strings.TrimSpace(line)
	k, _ := item(t)
	return t != "" && k == "" && (line[0] == ' ' || line[0] == '\t')
}

// lines reads lines that belong together as one text.
func (p *parser) lines(lines []string, at int) []Span {
	var out []Span
	for n, l := range lines {
		t := strings.TrimSpace(l)
		if n > 0 && len(out) > 0 {
			out = join(out, Span{Words: " "})
		}
		for _, s := range p.spans(t, at+n, utf8.RuneCountInString(l[:strings.Index(l, t)])) {
			out = join(out, s)
		}
	}
	return out
}

// join puts a span behind others, together with the last where both are plain words of one look.
func join(out []Span, s Span) []Span {
	if n := len(out) - 1; n >= 0 && s.Insert == nil && out[n].Insert == nil && out[n].Link == s.Link && out[n].Strong == s.Strong && out[n].Em == s.Em {
		out[n].Words += s.Words
		return out
	}
	return append(out, s)
}
