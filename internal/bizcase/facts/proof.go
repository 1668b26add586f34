package facts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/report"
)

// Most that a proof holds: it is to be printed. The page of the reference has all.
const (
	mostSteps   = 24
	mostRecords = 4 // lines of one step
	mostDepth   = 4
)

// Proofs are the chains of references, in their order. One that cannot be followed says so in its How.
func (f *Facts) Proofs(ctx context.Context, refs []string) ([]report.Proof, error) {
	out := make([]report.Proof, 0, len(refs))
	for _, ref := range refs {
		p, err := f.proof(ctx, ref)
		if err != nil {
			return nil, fmt.Errorf("proof of %s: %w", ref, err)
		}
		out = append(out, p)
	}
	return out, nil
}

func (f *Facts) proof(ctx context.Context, ref string) (report.Proof, error) {
	if p, ok := f.proofs.Load(ref); ok {
		return p.(report.Proof), nil
	}
	c, err := f.chain(ctx, ref)
	if isNone(err) {
		return report.Proof{Ref: ref, Title: ref, How: "The way to its source cannot be followed: " + err.Error()}, nil
	}
	if err != nil {
		return report.Proof{}, err
	}
	if !f.s.Decisions {
		c = clone(c)
		c.Withhold()
	}
	p := report.Proof{Ref: ref, Title: c.Title, Value: c.Value, How: c.How, Method: c.Method}
	flat := flattener{f: f}
	flat.records(c, 1)
	flat.steps(c, 1)
	p.Steps, p.More = flat.out, flat.more
	if !isStored(ref) {
		f.proofs.Store(ref, p)
	}
	return p, nil
}

// clone copies the steps of a chain, which are withheld in place.
func clone(c evidence.Chain) evidence.Chain {
	c.Steps = slices.Clone(c.Steps)
	for k := range c.Steps {
		c.Steps[k] = clone(c.Steps[k])
	}
	return c
}

// flattener writes a chain as a list, depth first, up to mostSteps.
type flattener struct {
	f    *Facts
	out  []report.Step
	more int
}

func (w *flattener) add(s report.Step) {
	if len(w.out) >= mostSteps {
		w.more++
		return
	}
	w.out = append(w.out, s)
}

// records are the lines of a chain and the page that they cite.
func (w *flattener) records(c evidence.Chain, depth int) {
	for k, r := range c.Records {
		if k == mostRecords {
			w.more += len(c.Records) - mostRecords
			break
		}
		if len(w.out) >= mostSteps {
			w.more++
			continue
		}
		w.add(w.f.line(r, depth, c.URL))
	}
	if len(c.Records) == 0 && c.URL != "" {
		w.add(report.Step{Depth: depth, Title: "The page that it cites", URL: c.URL})
	}
	w.more += c.More
}

func (w *flattener) steps(c evidence.Chain, depth int) {
	for _, s := range c.Steps {
		if depth > mostDepth || len(w.out) >= mostSteps {
			w.more += size(s)
			continue
		}
		w.add(report.Step{Depth: depth, Title: s.Title, Value: s.Value, How: s.How})
		w.records(s, depth+1)
		w.steps(s, depth+1)
	}
}

// size is how many steps and lines a chain has.
func size(c evidence.Chain) int {
	n := 1 + len(c.Records) + c.More
	for _, s := range c.Steps {
		n += size(s)
	}
	return n
}

// largeFile is the size from which a case does not look lines up: it cites hundreds.
const largeFile = 8 << 20

// line is a record with what a reader needs to check it.
func (f *Facts) line(r evidence.Record, depth int, url string) report.Step {
	c := f.cited(r)
	if !f.s.Decisions {
		c.Withhold(f.s.Release.Manifest)
	}
	s := report.Step{Depth: depth, Title: c.SourceTitle, URL: url, Source: c.SourceTitle, Licence: c.Licence, Retrieved: c.Retrieved, File: r.File, Line: r.Line, Text: c.Text, Problem: c.Problem}
	if s.Title == "" {
		s.Title, s.Source = r.Source, r.Source
	}
	if c.Withheld != "" {
		s.Problem = c.Withheld
	}
	return s
}

func (f *Facts) cited(r evidence.Record) evidence.Cited {
	if f.s.Cite != nil {
		return f.s.Cite(r)
	}
	m := f.s.Release.Manifest
	src, ok := m.Source(r.Source)
	file, _, _ := strings.Cut(r.File, "!")
	large := slices.ContainsFunc(src.Reading.Files, func(read evidence.FileRead) bool { return read.Name == file && read.Bytes > largeFile })
	if !ok || !large {
		return evidence.Cite(f.s.Workspace, m, r, false)
	}
	return evidence.Cited{Record: r, SourceTitle: src.Title, Publisher: src.Publisher, Licence: src.Licence, Attribution: src.Attribution, Retrieved: src.Retrieved,
		Problem: fmt.Sprintf("the file is large; see the line with: milieu why '%s:%s:%d'", r.Source, r.File, r.Line)}
}
