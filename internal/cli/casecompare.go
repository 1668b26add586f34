package cli

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"

	"milieu/internal/bizcase/compare"
	"milieu/internal/evidence"
	"milieu/internal/report"
)

// compare says what differs between two sides.
func (d caseDesk) compare(ctx context.Context, _ []string) error {
	before, err := d.side(ctx, *d.f.from)
	if err != nil {
		return err
	}
	after, err := d.side(ctx, *d.f.to)
	if err != nil {
		return err
	}
	changes := compare.Compare(before, after)
	if *d.f.asJSON {
		return d.p.json(changes)
	}
	printChanges(d.p.Stdout, changes)
	return nil
}

var releaseForm = regexp.MustCompile(`^[0-9a-f]{12}$`)

// side makes a side of a comparison: the case of --case on a release, another case on the newest, or a document that was kept.
func (d caseDesk) side(ctx context.Context, name string) (report.Document, error) {
	rel, id := d.rel, *d.f.id
	switch {
	case name == "now":
	case name == "before":
		old, ok := evidence.Previous(d.ws, d.rel.ID)
		if !ok {
			return report.Document{}, fmt.Errorf("no release before %s is kept; name a side by --from, such as a case or a document kept by: milieu case --json", d.rel.ID)
		}
		rel = old
	case releaseForm.MatchString(name):
		old, err := evidence.OpenRelease(d.ws, name)
		if err != nil {
			return report.Document{}, err
		}
		rel = old
	case strings.HasSuffix(name, ".json"):
		return readKept(name)
	default:
		id = name
	}
	c, err := d.paper(ctx, id)
	if err != nil {
		return report.Document{}, err
	}
	if c.Kept != nil && id == name {
		return *c.Kept, nil
	}
	made, err := d.make(ctx, rel, c, true)
	return made.Doc, err
}

func printChanges(w io.Writer, c compare.Changes) {
	fmt.Fprintf(w, "%s, release %s of %s\n%s, release %s of %s\n%s\n", c.Before.Title, c.Before.Release, c.Before.Date, c.After.Title, c.After.Release, c.After.Date, c.Summary())
	part := func(title string, n int) {
		if n > 0 {
			fmt.Fprintf(w, "\n%s\n", title)
		}
	}
	part("Assumptions", len(c.Assumptions))
	for _, a := range c.Assumptions {
		fmt.Fprintf(w, "  %s: %s\n", a.Name, wasNow(a.Kind, a.Was, a.Now))
	}
	part("Titles and sections", len(c.Head)+len(c.Sections))
	for _, h := range c.Head {
		fmt.Fprintf(w, "  %s: %s\n", h.Name, wasNow(compare.Changed, h.Was, h.Now))
	}
	for _, s := range c.Sections {
		fmt.Fprintf(w, "  %s the section %s\n", s.Kind, s.Title)
	}
	part("Sentences", len(c.Sentences))
	for _, s := range c.Sentences {
		printSentence(w, s)
	}
	part("Tables", len(c.Tables))
	printTables(w, c.Tables)
	part("Charts", len(c.Charts))
	printTables(w, c.Charts)
	part("Gaps", len(c.Gaps))
	for _, g := range c.Gaps {
		fmt.Fprintf(w, "  %s, %s: %s\n", g.Section, map[compare.Kind]string{compare.Added: "opened", compare.Removed: "closed", compare.Changed: "changed"}[g.Kind], g.What)
		if g.Kind == compare.Changed {
			fmt.Fprintf(w, "    - %s\n    + %s\n", g.Was, g.Now)
		}
	}
	part("Sources", len(c.Sources))
	for _, s := range c.Sources {
		fmt.Fprintf(w, "  %s: %s\n", s.Title, wasNow(s.Kind, s.Was, s.Now))
	}
	part("Read the same, but open something else", len(c.Rebound))
	for _, r := range c.Rebound {
		fmt.Fprintf(w, "  %s: %s → %s\n", r.Text, r.Was, r.Now)
	}
	part("Read the same, but rest on something else", len(c.Beneath))
	for _, g := range c.Grouped() {
		fmt.Fprintf(w, "    - %s\n    + %s\n", g.Was, g.Now)
		for _, b := range g.Of {
			fmt.Fprintf(w, "        %s (%s)\n", b.Title, b.Ref)
		}
	}
}

// wasNow is a difference in one line.
func wasNow(k compare.Kind, was, now string) string {
	switch k {
	case compare.Added:
		return strings.TrimSpace("new " + now)
	case compare.Removed:
		return strings.TrimSpace("gone " + was)
	}
	if was == "" {
		was = "none"
	}
	if now == "" {
		now = "none"
	}
	return was + " → " + now
}

func printSentence(w io.Writer, s compare.Sentence) {
	where := s.Section
	if s.In != "" {
		where += ", " + s.In
	}
	fmt.Fprintf(w, "  %s, %s", where, s.Kind)
	if s.Kind == compare.Moved {
		fmt.Fprintf(w, " from %s:\n      %s\n", s.From, s.Now)
		return
	}
	for k, f := range s.Figures {
		lead := ", "
		if k == 0 {
			lead = ": "
		}
		fmt.Fprintf(w, "%s%s", lead, wasNow(compare.Changed, f.Was.Plain(), f.Now.Plain()))
	}
	fmt.Fprintln(w)
	if s.Was != "" {
		fmt.Fprintf(w, "    - %s\n", s.Was)
	}
	if s.Now != "" {
		fmt.Fprintf(w, "    + %s\n", s.Now)
	}
}

func printTables(w io.Writer, all []compare.Table) {
	for _, t := range all {
		how := string(t.Kind)
		if t.Redrawn {
			how = "drawn otherwise"
		}
		fmt.Fprintf(w, "  %s, %s: %s\n", t.Name, how, t.Title)
		if t.Caption != nil {
			fmt.Fprintf(w, "    caption: %s\n", wasNow(compare.Changed, t.Caption.Was, t.Caption.Now))
		}
		for _, c := range t.Columns {
			fmt.Fprintf(w, "    column %s %s\n", c.Name, c.Kind)
		}
		for _, r := range t.Rows {
			fmt.Fprintf(w, "    row %s: %s\n", r.Kind, strings.Join(r.Cells, " | "))
		}
		for _, c := range t.Cells {
			fmt.Fprintf(w, "    %s, %s: %s\n", c.Row, c.Column, wasNow(compare.Changed, c.Was, c.Now))
		}
		if t.Reordered {
			fmt.Fprintln(w, "    rows stand in another order")
		}
	}
}
