package bizcase

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/bizcase/markup"
	"milieu/internal/report"
	"milieu/internal/typed"
)

// Kind of a problem.
type ProblemKind string

// The kinds, from what forbids an export to what should be looked at.
const (
	Broken  ProblemKind = "broken"  // an insertion that names nothing
	Syntax  ProblemKind = "syntax"  // a text that cannot be read
	Unbound ProblemKind = "unbound" // a number in prose that opens no source
	Spelled ProblemKind = "spelled" // a number in words: it may be one that should open its source
	Changed ProblemKind = "changed" // a figure that is no longer what somebody read
)

// Forbids says that nothing is exported while there is such a problem.
func (k ProblemKind) Forbids() bool { return k == Broken || k == Syntax }

// IsError says that a case with such a problem is not finished: it is exported as a draft only.
func (k ProblemKind) IsError() bool { return k.Forbids() || k == Unbound }

// Problem is something wrong with a case, with where it stands.
type Problem struct {
	Kind         ProblemKind
	Part         string // id of the section, or vision, goals, logic, messages, claims
	Where        string // in words
	Line, Column int    // in the text; 0 where it is made from data
	Source       string // of the insertion, or the number
	Sentence     string
	Was, Now     string // of a figure that changed
	Message      string // what is wrong and what to do
}

// Made is a case with its figures put in.
type Made struct {
	Doc      report.Document
	Problems []Problem
	Bound    map[string]report.Figure // what each insertion of a figure came to, by its source
}

// Forbidden says that the case cannot be exported.
func (m Made) Forbidden() bool {
	return slices.ContainsFunc(m.Problems, func(p Problem) bool { return p.Kind.Forbids() })
}

// Draft says that the case has errors, so that an export is one of a draft.
func (m Made) Draft() bool {
	return slices.ContainsFunc(m.Problems, func(p Problem) bool { return p.Kind.IsError() })
}

// Of are the problems of some kinds.
func (m Made) Of(kinds ...ProblemKind) []Problem {
	var out []Problem
	for _, p := range m.Problems {
		if slices.Contains(kinds, p.Kind) {
			out = append(out, p)
		}
	}
	return out
}

// Make puts the figures into a case. What is wrong with the text is told in the problems and shown in the document as it was written; an
// error is one of reading the release.
func Make(ctx context.Context, c Content, f Facts) (Made, error) {
	frame, err := f.Frame(ctx)
	if err != nil {
		return Made{}, err
	}
	m := &maker{c: c, f: f, out: Made{Doc: frame, Bound: map[string]report.Figure{}}}
	d := &m.out.Doc
	d.Title, d.Subtitle, d.Owner = c.Title, c.Subtitle, c.Owner
	m.looseFields()
	for _, s := range c.Sections {
		part := PartOf(s.ID)
		if s.Title != "" {
			part.Title = s.Title
		}
		if s.Question != "" {
			part.Question = s.Question
		}
		blocks, err := m.section(ctx, s)
		if err != nil {
			return Made{}, err
		}
		d.Sections = append(d.Sections, report.Section{ID: s.ID, Title: part.Title, Question: part.Question, Blocks: blocks})
	}
	nameBlocks(d)
	if d.Proofs, err = f.Proofs(ctx, d.Refs()); err != nil {
		return Made{}, err
	}
	return m.out, nil
}

// Text puts the figures into one text, as it stands alone: the preview of an editor. Part is where it stands.
func Text(ctx context.Context, c Content, f Facts, part, text string) ([]report.Block, []Problem, error) {
	m := &maker{c: c, f: f, out: Made{Bound: map[string]report.Figure{}}}
	blocks, err := m.text(ctx, placed{where: "this text", part: part, text: text})
	return blocks, m.out.Problems, err
}

// nameBlocks gives each table and chart a name of its own.
func nameBlocks(d *report.Document) {
	used := map[string]int{}
	for s := range d.Sections {
		for b := range d.Sections[s].Blocks {
			block := &d.Sections[s].Blocks[b]
			if block.Table == nil && block.Chart == nil {
				continue
			}
			if block.Name == "" {
				block.Name = d.Sections[s].ID
			}
			used[block.Name]++
			if n := used[block.Name]; n > 1 {
				block.Name = fmt.Sprintf("%s-%d", block.Name, n)
			}
		}
	}
}

type maker struct {
	c     Content
	f     Facts
	out   Made
	logic map[string]step // the texts of the logic model's steps, once made
}

func (m *maker) problem(p Problem) { m.out.Problems = append(m.out.Problems, p) }

func (m *maker) section(ctx context.Context, s Section) ([]report.Block, error) {
	return m.text(ctx, placed{where: "the section " + s.ID, part: s.ID, text: s.Text})
}

// text makes the blocks of a text.
func (m *maker) text(ctx context.Context, p placed) ([]report.Block, error) {
	parsed, faults := markup.Parse(p.text)
	for _, f := range faults {
		m.problem(Problem{Kind: Syntax, Part: p.part, Where: p.where, Line: f.Line, Column: f.Column, Message: f.Message})
	}
	var out []report.Block
	for _, b := range parsed {
		blocks, err := m.block(ctx, p, b)
		if err != nil {
			return nil, err
		}
		out = append(out, blocks...)
	}
	return out, nil
}

func (m *maker) block(ctx context.Context, p placed, b markup.Block) ([]report.Block, error) {
	switch b.Kind {
	case markup.Insertion:
		return m.insertion(ctx, p, *b.Insert)
	case markup.Bullets, markup.Numbers:
		list := &report.List{Ordered: b.Kind == markup.Numbers}
		for _, spans := range b.Items {
			t, err := m.spans(ctx, p, spans, b.Line)
			if err != nil {
				return nil, err
			}
			list.Items = append(list.Items, t)
		}
		return []report.Block{{List: list}}, nil
	}
	t, err := m.spans(ctx, p, b.Spans, b.Line)
	if err != nil {
		return nil, err
	}
	if b.Kind == markup.Heading {
		return []report.Block{{Heading: t.Plain()}}, nil
	}
	return []report.Block{{Text: t}}, nil
}

// insertion makes what stands alone: a gap, a table of the case's own, or what the facts make.
func (m *maker) insertion(ctx context.Context, p placed, in markup.Insert) ([]report.Block, error) {
	if in.Word(0) == "gap" {
		what, err := m.spans(ctx, p, []markup.Span{{Words: in.Word(1)}}, in.Line)
		if err != nil {
			return nil, err
		}
		for _, more := range []string{in.Set["next"], in.Set["owner"]} {
			m.looseNumbers(p, report.Text{{Words: more}}, in.Line)
		}
		return []report.Block{{Gap: &report.Gap{What: what.Plain(), Next: in.Set["next"], Owner: in.Set["owner"]}}}, nil
	}
	blocks, known, err := m.own(ctx, in)
	if err == nil && !known {
		blocks, err = m.f.Blocks(ctx, in.Word(0), in.Word(1))
	}
	var unknown *UnknownError
	if errors.As(err, &unknown) {
		m.broken(p, in, unknown)
		return []report.Block{{Text: report.Text{{Words: "{{" + in.Source + "}}"}}}}, nil
	}
	return blocks, err
}

func (m *maker) broken(p placed, in markup.Insert, err *UnknownError) {
	m.problem(Problem{Kind: Broken, Part: p.part, Where: p.where, Line: in.Line, Column: in.Column, Source: in.Source, Message: err.Message})
}

// spans makes a text, and looks it over for numbers that open no source.
func (m *maker) spans(ctx context.Context, p placed, spans []markup.Span, line int) (report.Text, error) {
	var out report.Text
	before := len(m.out.Problems)
	for _, s := range spans {
		if s.Insert == nil {
			out = append(out, report.Span{Words: s.Words, Strong: s.Strong, Em: s.Em, Link: s.Link})
			continue
		}
		span, err := m.insert(ctx, p, *s.Insert)
		if err != nil {
			return nil, err
		}
		span.Strong, span.Em = s.Strong, s.Em
		out = append(out, span)
	}
	m.looseNumbers(p, out, line)
	for k := before; k < len(m.out.Problems); k++ {
		if q := &m.out.Problems[k]; q.Sentence == "" {
			q.Sentence = sentenceWith(out, q)
		}
	}
	return out, nil
}

// insert makes what an insertion within a line stands for.
func (m *maker) insert(ctx context.Context, p placed, in markup.Insert) (report.Span, error) {
	switch in.Word(0) {
	case "quote":
		address := in.Word(2)
		if in.Word(1) == "" || !typed.IsWeb(address) {
			m.problem(Problem{Kind: Syntax, Part: p.part, Where: p.where, Line: in.Line, Column: in.Column, Source: in.Source, Message: `a quotation needs its words and the address where they stand: {{quote "1,300 jobs" https://example.org/page}}`})
			address = ""
		}
		return report.Span{Quote: &report.Quote{Words: in.Word(1), URL: address}}, nil
	case "set":
		return m.set(p, in), nil
	case "name":
		return report.Span{Words: in.Word(1), Name: true}, nil
	}
	f, err := m.f.Figure(ctx, in.Words)
	var unknown *UnknownError
	if errors.As(err, &unknown) {
		m.broken(p, in, unknown)
		return report.Span{Words: "{{" + in.Source + "}}"}, nil
	}
	if err != nil {
		return report.Span{}, err
	}
	m.out.Bound[in.Source] = f
	if was, seen := m.c.Seen[in.Source]; seen && was != f.Plain() {
		m.problem(Problem{Kind: Changed, Part: p.part, Where: p.where, Line: in.Line, Column: in.Column, Source: in.Source, Was: was, Now: f.Plain(), Message: fmt.Sprintf("this figure was %s when somebody last read it, and is %s now: read the sentence again", was, f.Plain())})
	}
	return report.Span{Figure: &f}, nil
}

// set is a target that those set who write the case: a decision, which no source states.
func (m *maker) set(p placed, in markup.Insert) report.Span {
	if p.part != "goals" || in.Word(1) == "" || m.c.Owner == "" {
		m.problem(Problem{Kind: Syntax, Part: p.part, Where: p.where, Line: in.Line, Column: in.Column, Source: in.Source, Message: `{{set "9,000 jobs"}} stands in the target of a goal, of a case that names its owner: it says what that owner has decided`})
	}
	return report.Span{Words: in.Word(1) + " (set by " + m.c.Owner + " in this case)", Name: true}
}

// sentenceWith is the sentence of a text that holds what a problem is about.
func sentenceWith(t report.Text, p *Problem) string {
	find := p.Source
	switch p.Kind {
	case Broken:
		find = "{{" + p.Source + "}}"
	case Changed:
		find = p.Now
	}
	for _, s := range report.Sentences(t) {
		if strings.Contains(s.Plain(), find) {
			return strings.TrimSpace(s.Plain())
		}
	}
	return ""
}
