package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"milieu/internal/bizcase"
	"milieu/internal/bizcase/casebook"
	"milieu/internal/live"
	"milieu/internal/report"
	"milieu/internal/typed"
)

// WritePage is the page on which a part of a case is written, with what it comes to beside it.
type WritePage struct {
	Base
	ID        string
	Tabs      []Choice
	Parts     []Choice // the parts of the case; N is how many things are to be mended in each
	Part      string
	Heading   string
	CaseTitle string
	Version   int64 // of the text that was shown
	Fields    []WriteField
	Rows      []WriteRow
	One       string // what a row is called
	MoreRows  bool
	Note      string
	FaultList []FaultLink
	Clash     []WriteField // what somebody else kept meanwhile, where both changed it
	Unkept    bool         // the form holds what is not kept yet
	Preview   CasePreviewPage
}

// CasePreviewPage is what a text comes to, with what is wrong with it.
type CasePreviewPage struct {
	Blocks   []report.Block
	Problems []ProblemView
	Nothing  bool   // the part has no text of its own
	Reads    string // where a figure that changed is taken as read; empty while the form holds what is not kept, which would be lost
	Part     string
}

// WriteRow is a row of fields.
type WriteRow struct {
	N           int
	Heading     string
	New         bool
	First, Last bool
	Fields      []WriteField
}

// WriteField is a field of the form.
type WriteField struct {
	Name, Label, Hint, Kind, Value, Fault string
	Needed                                bool
	Ticked                                string // the steps that are ticked, in words
	Choices                               []Choice
}

// writing is what the pages of the editor need of a case.
type writing struct {
	c     casebook.Case
	part  string
	facts bizcase.Facts
}

// openWriting reads the case and the part of an address.
func (s *Server) openWriting(r *http.Request, snap *live.Snapshot) (writing, error) {
	c, err := s.caseBook().Read(r.Context(), actorOf(r), r.PathValue("id"))
	if err != nil {
		return writing{}, err
	}
	if c.Deleted != "" {
		return writing{}, badRequest("This case was deleted: put it back before it is written.")
	}
	f, err := s.factsOf(r, snap, c.Content)
	return writing{c: c, part: r.PathValue("part"), facts: f}, err
}

// writeCase shows a part to be written.
func (s *Server) writeCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	x, err := s.openWriting(r, snap)
	if err != nil {
		return err
	}
	f, ok := formOf(x.part, x.c.Content)
	if !ok {
		return notFound("The case has no part %.40q. It may have been taken out: see the list of its parts.", x.part)
	}
	p, err := s.writePage(r, snap, x, f, x.c.Content)
	if err != nil {
		return err
	}
	return s.render(w, r, "casewrite", p)
}

// writePage is the page with a form, and what content with it comes to.
func (s *Server) writePage(r *http.Request, snap *live.Snapshot, x writing, f partForm, content bizcase.Content) (WritePage, error) {
	label := partLabel(x.part, x.c.Content)
	p := WritePage{Base: s.base(r, snap, "Write: "+label, "/cases"), ID: x.c.ID, Tabs: caseTabs(actorOf(r), x.c.ID, "write"), Part: x.part, Heading: label, CaseTitle: x.c.Content.Title, Version: x.c.N}
	p.MainClass = "wide"
	made, err := s.readMade(r, snap, x.c.Content, casePath(x.c.ID))
	if err != nil {
		return p, err
	}
	p.Parts = partChoices(x.c, made.Problems, x.part)
	p.fill(x.part, f)
	p.Preview, err = s.comesTo(r.Context(), x, content)
	p.Preview.Part, p.Preview.Reads = x.part, casePath(x.c.ID)+"/read"
	return p, err
}

// fill puts the form into the page.
func (p *WritePage) fill(part string, f partForm) {
	spec := specOf(part)
	for _, s := range spec.fields {
		p.Fields = append(p.Fields, writeField(s, -1, f.fields[s.name], f))
	}
	p.One, p.MoreRows = spec.one, spec.rows != nil
	for k, row := range f.rows {
		out := WriteRow{N: k, Heading: spec.one + " " + strconv.Itoa(k+1), New: blank(spec, row), First: k == 0, Last: k == len(f.rows)-1}
		for _, s := range spec.rows {
			out.Fields = append(out.Fields, writeField(s, k, row[s.name], f))
		}
		p.Rows = append(p.Rows, out)
	}
}

// partLabel is what a part is called.
func partLabel(part string, c bizcase.Content) string {
	if l := casePartLabels[part]; l != "" {
		return l
	}
	s, _ := sectionOf(c, part)
	return orText(s.Title, bizcase.PartOf(part).Title)
}

// partChoices lists the parts of a case, with how many things are to be mended in each.
func partChoices(c casebook.Case, problems []bizcase.Problem, here string) []Choice {
	n := map[string]int{}
	for _, p := range problems {
		if p.Kind != bizcase.Spelled {
			n[p.Part]++
		}
	}
	var out []Choice
	add := func(part string) {
		out = append(out, Choice{Value: part, Label: partLabel(part, c.Content), Path: writePath(c.ID, part), N: n[part], Current: part == here})
	}
	for _, part := range writtenFirst {
		add(part)
	}
	for _, s := range c.Content.Sections {
		if casePartLabels[s.ID] == "" {
			add(s.ID)
		}
	}
	return out
}

// previewText is the text that shows a part by itself.
func previewText(part string, c bizcase.Content) string {
	switch part {
	case partVision:
		return c.Vision
	case partGoals, partMessages, partClaims:
		return "{{table " + part + "}}"
	case partLogic:
		return "{{chart logic}}\n\n{{table logic}}"
	}
	s, _ := sectionOf(c, part)
	return s.Text
}

// comesTo is what a part of a case comes to.
func (s *Server) comesTo(ctx context.Context, x writing, c bizcase.Content) (CasePreviewPage, error) {
	if x.part == partSettings {
		return CasePreviewPage{Nothing: true}, nil
	}
	blocks, problems, err := bizcase.Text(ctx, c, x.facts, x.part, previewText(x.part, c))
	if err != nil {
		return CasePreviewPage{}, err
	}
	for k := range problems {
		problems[k].Where = strings.Replace(problems[k].Where, "this text", partLabel(x.part, c), 1)
	}
	bound, err := boundOf(ctx, x.facts, problems)
	if err != nil {
		return CasePreviewPage{}, err
	}
	single := x.part == partVision || casePartLabels[x.part] == ""
	views := problemViews(c, problems, func(bizcase.Problem) string {
		if single {
			return "#" + fieldName(-1, "text")
		}
		return ""
	})
	return CasePreviewPage{Blocks: markProblems(blocks, views, bound), Problems: views}, nil
}

// boundOf finds the figures that changed, by their insertions.
func boundOf(ctx context.Context, f bizcase.Facts, problems []bizcase.Problem) (map[string]report.Figure, error) {
	out := map[string]report.Figure{}
	for _, p := range problems {
		if p.Kind != bizcase.Changed {
			continue
		}
		figure, err := f.Figure(ctx, insertWords(p.Source))
		if err != nil {
			return nil, err
		}
		out[p.Source] = figure
	}
	return out, nil
}

// sentPart reads the form of a part: what was sent, the version that was shown, and the case with the form in it, made from that version.
func (s *Server) sentPart(r *http.Request, x writing) (f partForm, version int64, base, mine bizcase.Content, faults typed.Faults, err error) {
	if version, err = formVersion(r); err != nil {
		return
	}
	base = x.c.Content
	if version != x.c.N {
		if _, base, err = s.caseBook().Text(r.Context(), actorOf(r), x.c.ID, version); err != nil {
			return
		}
	}
	if _, ok := formOf(x.part, base); !ok {
		err = notFound("The case has no part %.40q. It may have been taken out: see the list of its parts.", x.part)
		return
	}
	if f, err = sentForm(x.part, r.PostForm); err != nil {
		return
	}
	mine, faults = f.take(x.part, base)
	return
}

// previewCase answers what a text that is being typed comes to. It keeps nothing.
func (s *Server) previewCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	x, err := s.openWriting(r, snap)
	if err != nil {
		return err
	}
	f, version, _, mine, faults, err := s.sentPart(r, x)
	if err != nil {
		return err
	}
	if isFragment(r) {
		v, err := s.comesTo(r.Context(), x, mine)
		if err != nil {
			return err
		}
		s.write(w, r, http.StatusOK, "casepreview", v)
		return nil
	}
	return s.writeAgain(w, r, snap, x, f, version, mine, faults, http.StatusOK)
}

// writeAgain shows a form with what was typed.
func (s *Server) writeAgain(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, x writing, f partForm, version int64, mine bizcase.Content, faults typed.Faults, status int) error {
	p, err := s.writePage(r, snap, x, f, mine)
	if err != nil {
		return err
	}
	p.again(r, version, faults)
	s.write(w, r, status, "casewrite", p)
	return nil
}

// again marks the page as one of a form that was not kept.
func (p *WritePage) again(r *http.Request, version int64, faults typed.Faults) {
	p.Version, p.Unkept, p.Note, p.Preview.Reads = version, true, r.PostForm.Get("note"), ""
	if len(faults) == 0 {
		return
	}
	mark := func(fields []WriteField, heading string) {
		for k := range fields {
			if says := faults[fields[k].Name]; says != "" {
				fields[k].Fault = says
				p.FaultList = append(p.FaultList, FaultLink{fields[k].Name, heading + fields[k].Label + " " + says})
			}
		}
	}
	mark(p.Fields, "")
	for k := range p.Rows {
		mark(p.Rows[k].Fields, p.Rows[k].Heading+": ")
	}
	if says := faults[""]; says != "" {
		p.FaultList = append(p.FaultList, FaultLink{"main", capital(says)})
	}
}

// keepCase keeps a part that was written, or does what a button of a row asks, which keeps nothing.
func (s *Server) keepCase(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	x, err := s.openWriting(r, snap)
	if err != nil {
		return err
	}
	f, version, base, mine, faults, err := s.sentPart(r, x)
	if err != nil {
		return err
	}
	if do := r.PostForm.Get("do"); do != "" && do != "keep" {
		if !f.turn(do) {
			return badRequest("The form cannot be read: open it again from its page.")
		}
		mine, _ = f.take(x.part, base)
		return s.writeAgain(w, r, snap, x, f, version, mine, nil, http.StatusOK)
	}
	if x.part == partSettings && len(faults) == 0 {
		if _, err := s.caseAsk(r, snap, mine.Plan); err != nil {
			faults.Add(fieldName(-1, "plan"), "cannot be read: %s", err)
		}
	}
	if len(faults) > 0 {
		return s.writeAgain(w, r, snap, x, f, version, mine, faults, http.StatusUnprocessableEntity)
	}
	merged, clash := casebook.Merge(base, mine, x.c.Content)
	if len(clash) > 0 {
		return s.clash(w, r, snap, x, f, mine)
	}
	return s.keepContent(w, r, snap, x, f, version, mine, merged)
}

// keepContent makes the case once more and keeps it, with what it came to.
func (s *Server) keepContent(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, x writing, f partForm, version int64, mine, content bizcase.Content) error {
	made, err := s.makeCase(r, snap, content, casePath(x.c.ID))
	if err != nil {
		return err
	}
	content.Seen = readSeen(x.c.Content.Seen, made.Bound)
	_, err = s.caseBook().Keep(r.Context(), actorOf(r), x.c.ID, x.c.N, casebook.Draft{Content: content, Note: r.PostForm.Get("note"), Made: documentToKeep(content, made)})
	var input *typed.InputError
	var conflict *casebook.ConflictError
	switch {
	case errors.As(err, &input):
		return s.writeAgain(w, r, snap, x, f, version, mine, input.Fields, http.StatusUnprocessableEntity)
	case errors.As(err, &conflict): // between reading and keeping: the next try merges with what they kept
		return s.writeAgain(w, r, snap, x, f, version, mine, typed.Faults{"": "somebody else kept a text in this very moment: keep yours again"}, http.StatusConflict)
	case err != nil:
		return err
	}
	return see(w, r, writePath(x.c.ID, x.part), "kept")
}

// clash shows what somebody else wrote in the same part beside what was sent. Kept again, what was sent takes its place.
func (s *Server) clash(w http.ResponseWriter, r *http.Request, snap *live.Snapshot, x writing, f partForm, mine bizcase.Content) error {
	p, err := s.writePage(r, snap, x, f, mine)
	if err != nil {
		return err
	}
	p.again(r, x.c.N, nil)
	theirs, _ := formOf(x.part, x.c.Content)
	var other WritePage
	other.fill(x.part, theirs)
	p.Clash = append(p.Clash, other.Fields...)
	for _, row := range other.Rows {
		for _, field := range row.Fields {
			field.Label = row.Heading + ": " + field.Label
			p.Clash = append(p.Clash, field)
		}
	}
	s.write(w, r, http.StatusConflict, "casewrite", p)
	return nil
}
