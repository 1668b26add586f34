package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"text/tabwriter"

	"milieu/internal/chart"
	"milieu/internal/lake"
	"milieu/internal/sector"
)

const sectorsHelp = `
Lists the sectors of the current release, or says of one how it is defined and who is in. A sector is a list
of inclusions and exclusions (industry codes, words, named organisations) in TOML; seven come with the program, a
file in sectors/ of the same id takes the place of one. Examples:

  milieu sectors
  milieu sectors metals --members
  milieu sectors metals --why GB-COH-00445790
  milieu sectors --why GB-COH-00445790          # of all sectors
  milieu sectors metals --compare shipped
  milieu sectors metals --compare sectors/metals-2027.toml   # who would enter and leave
  milieu sectors metals --toml > sectors/metals.toml         # to be edited
  milieu sectors check sectors/metals.toml                   # is it right; needs no release`

type sectorFlags struct {
	members, asTOML, asJSON *bool
	compare, why            *string
}

func sectorsCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	o := sectorFlags{fs.Bool("members", false, "list who is in, and why"), fs.Bool("toml", false, "write the definition"), fs.Bool("json", false, "write JSON"),
		fs.String("compare", "", "what another `VERSION` would change: a file, or shipped"), fs.String("why", "", "why the organisation `ID` is in, or kept out")}
	return func(ctx context.Context, args []string) error {
		if len(args) > 0 && args[0] == "check" {
			return p.checkSectors(args[1:])
		}
		id, dir, err := clusterArgs(args)
		if err != nil {
			return err
		}
		if id == "" && (*o.members || *o.asTOML || *o.compare != "") {
			return usagef("name a sector; milieu sectors lists them")
		}
		db, err := openCurrent(ctx, []string{dir})
		if err != nil {
			return err
		}
		defer db.Close()
		switch {
		case id == "" && *o.why != "":
			return p.sectorsOf(ctx, db, *o.why, *o.asJSON)
		case id == "":
			return p.listSectors(ctx, db, *o.asJSON)
		}
		return p.oneSector(ctx, db, id, o)
	}
}

// sectorRow is a sector as programs read it.
type sectorRow struct {
	ID            string `json:"sector"`
	Name          string `json:"name"`
	Summary       string `json:"summary"`
	Version       string `json:"version"`
	Origin        string `json:"origin"`
	Reference     string `json:"reference"`
	URL           string `json:"url"`
	Organisations int    `json:"organisations"`
	KeptOut       int    `json:"kept_out"`
	Known         int    `json:"organisations_with_employees_known"`
	Employees     int64  `json:"employees_known"`
}

func newSectorRow(s sector.Row) sectorRow {
	return sectorRow{s.ID, s.Name, s.Summary, s.Version, s.Origin, s.Reference, s.URL, s.Organisations, s.KeptOut, s.Known, s.Employees}
}

func (p *Program) listSectors(ctx context.Context, db *lake.DB, asJSON bool) error {
	list, err := sector.List(ctx, db)
	if err != nil {
		return err
	}
	if asJSON {
		out := []sectorRow{}
		for _, s := range list {
			out = append(out, newSectorRow(s))
		}
		return p.json(out)
	}
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "sector\torganisations\tkept out\temployees known\tversion\torigin")
	for _, s := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", s.ID, whole(s.Organisations), whole(s.KeptOut), whole(int(s.Employees)), s.Version, s.Origin)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	faults, err := sector.Faults(ctx, db)
	for _, f := range faults {
		fmt.Fprintf(p.Stderr, "%s, line %d: the team's definition of %s could not be used (%s); the one before it is in force\n", f.Record.File, f.Record.Line, f.ID, f.What)
	}
	return err
}

// checkSectors reads definitions and says what is wrong with the first that is not right.
func (p *Program) checkSectors(files []string) error {
	if len(files) == 0 {
		return usagef("name the files to check, such as sectors/metals.toml")
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		d, err := sector.Parse(name, string(text))
		if err != nil {
			return err
		}
		fmt.Fprintf(p.Stdout, "%s: the sector %s (%s) is right; rules that include: %d, that exclude: %d\n", name, d.ID, d.Name, len(d.Include), len(d.Exclude))
	}
	return nil
}

// whyRow says of one sector why an organisation is in it or kept out, as programs read it.
type whyRow struct {
	Sector   string `json:"sector"`
	In       bool   `json:"in"`
	Rule     int    `json:"rule"`
	Kind     string `json:"kind"`
	Matched  string `json:"matched"`
	Reason   string `json:"reason"`
	Excluded string `json:"excluded_by,omitempty"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}

func newWhyRow(m sector.Member) whyRow {
	row := whyRow{Sector: m.Sector, In: m.Out == nil, Rule: m.Rule, Kind: m.Kind, Matched: m.Matched, Reason: m.Reason, File: m.Record.File, Line: m.Record.Line}
	if m.Out != nil {
		row.Excluded = fmt.Sprintf("exclusion %d, %s: %s", m.Out.Rule, m.Out.Kind, m.Out.Matched)
	}
	return row
}

// sectorsOf says of all sectors which an organisation is in, or kept out of.
func (p *Program) sectorsOf(ctx context.Context, db *lake.DB, org string, asJSON bool) error {
	all, err := sector.List(ctx, db)
	if err != nil {
		return err
	}
	found, err := sector.Of(ctx, db, all, org)
	if err != nil {
		return err
	}
	if asJSON {
		out := []whyRow{}
		for _, m := range found {
			out = append(out, newWhyRow(m))
		}
		return p.json(out)
	}
	if len(found) == 0 {
		fmt.Fprintf(p.Stdout, "no rule of any sector takes %s in\n", org)
	}
	for _, m := range found {
		fmt.Fprintf(p.Stdout, "%s\n", m.Sector)
		if err := p.printWhy(m); err != nil {
			return err
		}
	}
	return nil
}

func whole(n int) string { return chart.Number(float64(n), 0) }

func (p *Program) oneSector(ctx context.Context, db *lake.DB, id string, o sectorFlags) error {
	s, err := sector.Find(ctx, db, id)
	if err != nil {
		return fmt.Errorf("%w; milieu sectors lists them", err)
	}
	switch {
	case *o.asTOML:
		_, err := fmt.Fprint(p.Stdout, s.TOML())
		return err
	case *o.why != "":
		return p.sectorWhy(ctx, db, s, *o.why, *o.asJSON)
	case *o.compare != "":
		return p.sectorCompare(ctx, db, s, *o.compare, *o.asJSON)
	case *o.members:
		return p.sectorMembers(ctx, db, s, *o.asJSON)
	}
	if *o.asJSON {
		return p.json(newSectorRow(s))
	}
	counts, err := s.RuleCounts(ctx, db)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "%s: %s\nversion %s, %s\n", s.Name, s.Summary, s.Version, s.Origin)
	if s.Reference != "" {
		fmt.Fprintf(p.Stdout, "follows %s\n        %s\n", s.Reference, s.URL)
	}
	if s.Reading != "" {
		fmt.Fprintf(p.Stdout, "%s\n", s.Reading)
	}
	fmt.Fprintf(p.Stdout, "\n%s organisations, %s kept out\n", whole(s.Organisations), whole(s.KeptOut))
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for i, r := range s.Include {
		fmt.Fprintf(w, "%s\t includes %s: %s\n", whole(counts[i]), r.Phrase(), r.Reason)
	}
	for _, r := range s.Exclude {
		fmt.Fprintf(w, "\t excludes %s: %s\n", r.Phrase(), r.Reason)
	}
	return w.Flush()
}

func (p *Program) sectorWhy(ctx context.Context, db *lake.DB, s sector.Row, org string, asJSON bool) error {
	m, err := s.Why(ctx, db, org)
	if err != nil {
		return err
	}
	if asJSON {
		return p.json(newWhyRow(m))
	}
	return p.printWhy(m)
}

func (p *Program) printWhy(m sector.Member) error {
	fmt.Fprintf(p.Stdout, "%s (%s)\nincluded by rule %d, %s: %s. %s\n", m.Name, m.ID, m.Rule, m.Kind, m.Matched, m.Reason)
	if m.Out != nil {
		fmt.Fprintf(p.Stdout, "kept out by exclusion %d, %s: %s. %s\n", m.Out.Rule, m.Out.Kind, m.Out.Matched, m.Out.Reason)
	}
	_, err := fmt.Fprintf(p.Stdout, "%s, line %d\n", m.Record.File, m.Record.Line)
	return err
}

func (p *Program) sectorMembers(ctx context.Context, db *lake.DB, s sector.Row, asJSON bool) error {
	members, err := s.Members(ctx, db, 0, 0, 0)
	if err != nil {
		return err
	}
	head := []string{"org_id", "name", "industry_code", "employees", "rule", "kind", "matched", "reason", "source", "file", "line"}
	var rows [][]string
	for _, m := range members {
		employees := ""
		if m.Employees.Valid {
			employees = fmt.Sprint(m.Employees.Int64)
		}
		rows = append(rows, []string{m.ID, m.Name, m.Code, employees, fmt.Sprint(m.Rule), m.Kind, m.Matched, m.Reason, m.Record.Source, m.Record.File, fmt.Sprint(m.Record.Line)})
	}
	if !asJSON {
		return p.writeCalc(head, rows, false)
	}
	out := []map[string]string{}
	for _, row := range rows {
		line := map[string]string{}
		for i, h := range head {
			line[h] = row[i]
		}
		out = append(out, line)
	}
	return p.json(out)
}

func (p *Program) sectorCompare(ctx context.Context, db *lake.DB, s sector.Row, with string, asJSON bool) error {
	var other sector.Definition
	if with == "shipped" {
		k, ok := sector.FindShipped(s.ID)
		if !ok {
			return fmt.Errorf("the program brings no sector %q", s.ID)
		}
		other = k.Definition
	} else {
		text, err := os.ReadFile(with)
		if err != nil {
			return err
		}
		if other, err = sector.Parse(with, string(text)); err != nil {
			return err
		}
		if other.ID != s.ID {
			return fmt.Errorf("%s defines the sector %q, not %q", with, other.ID, s.ID)
		}
	}
	change, err := sector.Compare(ctx, db, other)
	if err != nil {
		return err
	}
	if asJSON {
		return p.json(changeOf(s, other, change))
	}
	for _, d := range sector.Differences(s.Definition, other) {
		fmt.Fprintf(p.Stdout, "%s\n", d)
	}
	fmt.Fprintf(p.Stdout, "%d would enter, %d would leave, %d stay\n", len(change.Enter), len(change.Leave), change.Stay)
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	for _, part := range []struct {
		word string
		list []sector.Member
	}{{"enters", change.Enter}, {"leaves", change.Leave}} {
		for _, m := range part.list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s: %s\n", part.word, m.ID, m.Name, m.Kind, m.Matched)
		}
	}
	return w.Flush()
}

// changed is what another version would change, as programs read it.
type changed struct {
	Sector  string        `json:"sector"`
	Changes []string      `json:"changes"`
	Stay    int           `json:"stay"`
	Enter   []changedFirm `json:"enter"`
	Leave   []changedFirm `json:"leave"`
}

type changedFirm struct {
	Org     string `json:"org_id"`
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Matched string `json:"matched"`
}

func changeOf(s sector.Row, other sector.Definition, c sector.Change) changed {
	firms := func(list []sector.Member) []changedFirm {
		out := []changedFirm{}
		for _, m := range list {
			out = append(out, changedFirm{m.ID, m.Name, m.Kind, m.Matched})
		}
		return out
	}
	return changed{s.ID, append([]string{}, sector.Differences(s.Definition, other)...), c.Stay, firms(c.Enter), firms(c.Leave)}
}
