package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/peterstace/simplefeatures/geom"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/geo"
	"milieu/internal/geo/shape"
	"milieu/internal/lake"
	"milieu/internal/place"
	"milieu/internal/profile"
	"milieu/internal/sheet"
	"milieu/internal/stat"
)

const profileHelp = `
Counts what an area holds: organisations, employees, founding years, sections and industries with their location
quotients, against the whole release or another area. AREA is set/id (lad/E08000018), the name of an area, or a file
with shapes (GeoJSON, KML, WKT), which are joined. Organisations count at their places of work or, where none is on record,
at their registered office; addresses of mass registration do not count. Examples:

  milieu profile lad/E08000018
  milieu profile Rotherham --against lad/E08000019 --level industry
  milieu profile park.geojson --buffer 500 --with lad/E08000018,lad/E08000019 --csv`

// profileFlags are the choices of the command.
type profileFlags struct {
	basis, against, with, level *string
	buffer                      *float64
	mass, asJSON, asCSV         *bool
}

// profiled is what the command reckoned.
type profiled struct {
	Area      profile.Named      `json:"area"`
	Against   profile.Named      `json:"against"`
	Basis     profile.Basis      `json:"basis"`
	Mass      bool               `json:"mass_registration"`
	LeftOut   profile.LeftOut    `json:"left_out"`
	Profile   profile.Answer     `json:"profile"`
	Level     string             `json:"level"`
	Quotients []profile.Quotient `json:"quotients"`
	Units     []profile.Unit     `json:"areas_around,omitempty"`
	Compare   *profile.Table     `json:"compare,omitempty"`
	Notes     []string           `json:"notes,omitempty"`
	Method    string             `json:"method"`
}

const profileMethod = "counts of organisations, each once; employees stated in accounts count at the organisation's first site on the map, who may work elsewhere; quotients with 95 % intervals (Wilson), verdicts at 5 % false findings (Benjamini-Hochberg)"

func profileCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	f := profileFlags{
		basis:   fs.String("basis", "any", "where organisations are: `any`, work or office"),
		against: fs.String("against", "", "reference `AREA` of the quotients (default the whole release)"),
		with:    fs.String("with", "", "up to ten `AREA`s, parted by commas, to compare with"),
		level:   fs.String("level", "section", "groups of the quotients: sector, `section`, division or industry"),
		buffer:  fs.Float64("buffer", 0, "widen the area by `METRES`"),
		mass:    fs.Bool("mass", false, "count addresses of mass registration too"),
		asJSON:  fs.Bool("json", false, "write everything as JSON"),
		asCSV:   fs.Bool("csv", false, "write the quotients, or with --with the comparison, as CSV"),
	}
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 || len(args) > 2 {
			return usagef("name one area, such as lad/E08000018 or park.geojson, and at most one folder")
		}
		basis, err := profile.ParseBasis(*f.basis)
		if err != nil {
			return usagef("%v", err)
		}
		ws, err := workspaceArg(args[1:])
		if err != nil {
			return err
		}
		rel, err := evidence.Current(ws)
		if err != nil {
			return err
		}
		b, db, done, err := openBook(ctx, rel)
		if err != nil {
			return err
		}
		defer done()
		got, err := f.reckon(ctx, b, db, args[0], profile.Question{Basis: basis, Mass: *f.mass})
		if err != nil {
			return err
		}
		switch {
		case *f.asJSON:
			return p.json(got)
		case *f.asCSV && got.Compare != nil:
			return compareCSV(p.Stdout, *got.Compare)
		case *f.asCSV:
			return quotientCSV(p.Stdout, got)
		}
		fmt.Fprintf(p.Stdout, "Release %s of %s\n\n", rel.ID, rel.Built.Date())
		got.print(p.Stdout)
		return nil
	}
}

// openBook opens the index of areas of a release with its tables.
func openBook(ctx context.Context, rel evidence.Release) (*profile.Book, *lake.DB, func(), error) {
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return nil, nil, nil, err
	}
	closers := []func() error{db.Close}
	done := func() {
		for i := len(closers) - 1; i >= 0; i-- {
			_ = closers[i]() // read only: nothing is lost
		}
	}
	b, err := profile.Open(ctx, db, func(file string) ([]byte, error) {
		data, unmap, err := lake.MapFile(rel.Path(file))
		if err == nil {
			closers = append(closers, unmap)
		}
		return data, err
	})
	if err != nil {
		done()
		return nil, nil, nil, fmt.Errorf("open release %s: %w; build again", rel.ID, err)
	}
	return b, db, done, nil
}

func (f profileFlags) reckon(ctx context.Context, b *profile.Book, db *lake.DB, name string, q profile.Question) (profiled, error) {
	area, notes, err := areaArg(ctx, db, name)
	if err != nil {
		return profiled{}, err
	}
	if *f.buffer != 0 {
		if area.Shape, err = shape.Buffer(area.Shape, *f.buffer); err != nil {
			return profiled{}, usagef("--buffer: %v", err)
		}
		area.Name += fmt.Sprintf(" and %g m around it", *f.buffer)
	}
	against := profile.Area{Named: profile.Named{Code: profile.NationArea, Name: "the whole release"}, Nation: true}
	if *f.against != "" {
		if against, _, err = areaArg(ctx, db, *f.against); err != nil {
			return profiled{}, err
		}
	}
	got := profiled{Area: area.Named, Against: against.Named, Basis: q.Basis, Mass: q.Mass, LeftOut: b.LeftOut(q), Profile: b.Answer(area, q), Level: *f.level, Notes: notes, Method: profileMethod}
	if got.Quotients, err = profile.Quotients(got.Profile, b.Answer(against, q), *f.level); err != nil {
		return got, usagef("--level: %v", err)
	}
	if top := profile.Ranked(got.Quotients); len(top) > 0 && !area.Nation {
		if got.Units, err = b.Units(ctx, db, area.Shape, q, *f.level, top[0].Code); err != nil {
			return got, err
		}
	}
	return got, f.compare(ctx, b, db, area, &got, q)
}

// compare fills the comparison where other areas are named.
func (f profileFlags) compare(ctx context.Context, b *profile.Book, db *lake.DB, area profile.Area, got *profiled, q profile.Question) error {
	if *f.with == "" {
		return nil
	}
	names, answers := []profile.Named{area.Named}, []profile.Answer{got.Profile}
	for _, name := range strings.Split(*f.with, ",") {
		other, _, err := areaArg(ctx, db, strings.TrimSpace(name))
		if err != nil {
			return err
		}
		names, answers = append(names, other.Named), append(answers, b.Answer(other, q))
	}
	if len(names) > profile.MostCompared {
		return usagef("%d areas cannot be compared at once; the most is %d", len(names), profile.MostCompared)
	}
	t := profile.Compare(names, answers, b.Nation(q))
	got.Compare = &t
	return nil
}

// areaArg finds the area of an argument: a reference, a name or a file.
func areaArg(ctx context.Context, db *lake.DB, arg string) (profile.Area, []string, error) {
	if info, err := os.Stat(arg); err == nil && !info.IsDir() {
		return areaFile(arg)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return profile.Area{}, nil, err
	}
	if strings.Contains(arg, "/") {
		area, err := profile.FindArea(ctx, db, arg)
		if errors.Is(err, evidence.ErrNoFigure) {
			err = fmt.Errorf("the release has no area %s, and there is no such file", arg)
		}
		return area, nil, err
	}
	areas, err := place.Areas(ctx, db, "")
	if err != nil {
		return profile.Area{}, nil, err
	}
	var found []string
	for _, a := range areas {
		if strings.EqualFold(a.Name, arg) || evidence.Slug(a.Name) == arg {
			found = append(found, a.Set+"/"+a.ID)
		}
	}
	switch len(found) {
	case 0:
		return profile.Area{}, nil, fmt.Errorf("no area of the release is called %q, and there is no such file; name it as set/id, as in lad/E08000018", arg)
	case 1:
		area, err := profile.FindArea(ctx, db, found[0])
		return area, nil, err
	}
	return profile.Area{}, nil, fmt.Errorf("%d areas are called %q; name one as %s", len(found), arg, strings.Join(found[:min(len(found), 5)], " or "))
}

func areaFile(file string) (profile.Area, []string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return profile.Area{}, nil, err
	}
	shapes, notes, err := shape.Read(data)
	if err != nil {
		return profile.Area{}, nil, fmt.Errorf("%s: %w", file, err)
	}
	gs := make([]geom.Geometry, len(shapes))
	for i, s := range shapes {
		gs[i] = s.Geometry
	}
	g := gs[0]
	if len(gs) > 1 {
		if g, err = shape.Join(gs); err != nil {
			return profile.Area{}, nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	area := profile.Area{Named: profile.Named{Code: file, Name: file}, Shape: g}
	if text, err := geo.EncodeShape(g); err == nil {
		area.Code = profile.DrawnSet + "/" + text
	}
	return area, notes, nil
}

// mostQuotients is how many leading quotients are printed.
const mostQuotients = 15

func (got profiled) print(w io.Writer) {
	a := got.Profile
	number := func(n int64) string { return chart.Number(float64(n), 0) }
	fmt.Fprintf(w, "%s\n", got.Area.Name)
	for _, n := range got.Notes {
		fmt.Fprintf(w, "  ! %s\n", n)
	}
	if a.Km2 > 0 {
		fmt.Fprintf(w, "  %s km²\n", chart.Number(a.Km2, 2))
	}
	fmt.Fprintf(w, "  %s organisations at %s sites, %s of them placed by hand\n", number(int64(a.Organisations)), number(int64(a.Sites)), number(int64(a.Approximate)))
	fmt.Fprintf(w, "  %s employees stated in accounts of %s organisations; they may work elsewhere\n", number(a.Employees), number(int64(a.Known)))
	if g := a.Growth; g.Defined {
		fmt.Fprintf(w, "  %s grew, %s stayed and %s shrank of those that state two years; employees %s %% (%s to %s)\n", number(int64(g.Grew)), number(int64(g.Same)), number(int64(g.Shrank)),
			chart.Number(100*g.Change, 1), chart.Number(100*g.Lo, 1), chart.Number(100*g.Hi, 1))
	}
	fmt.Fprintf(w, "  %s\n", profile.Question{Basis: got.Basis, Mass: got.Mass}.Words())
	if left := got.LeftOut.Words(); left != "" {
		fmt.Fprintf(w, "  %s\n", left)
	}
	got.printQuotients(w)
	if len(got.Units) > 0 {
		fmt.Fprintf(w, "\nThe same in the areas around, for %s\n", profile.Ranked(got.Quotients)[0].Name)
		for _, u := range got.Units {
			fmt.Fprintf(w, "  %-16s %-28.28s %8s  %3.0f %% of the area's organisations are in it\n", u.Set+"/"+u.ID, u.Name, interval(u.Quotient.LQ), 100*u.Share)
		}
	}
	if got.Compare != nil {
		printCompare(w, *got.Compare)
	}
}

func (got profiled) printQuotients(w io.Writer) {
	ranked := profile.Ranked(got.Quotients)
	if len(ranked) == 0 {
		fmt.Fprintf(w, "\nNo %s has %d organisations here, so that none is ranked.\n", got.Level, profile.FewOrganisations)
		return
	}
	fmt.Fprintf(w, "\nLocation quotients by %s against %s, highest lower bound first\n", got.Level, got.Against.Name)
	for i, q := range ranked {
		if i == mostQuotients {
			fmt.Fprintf(w, "  and %d more; all of them: --csv\n", len(ranked)-i)
			break
		}
		verdict := map[string]string{profile.More: "more than chance", profile.Fewer: "fewer than chance"}[q.Verdict]
		fmt.Fprintf(w, "  %-6s %-44.44s %7s  %-18s %s\n", q.Code, q.Name, chart.Number(float64(q.Organisations), 0), interval(q.LQ), verdict)
	}
}

func printCompare(w io.Writer, t profile.Table) {
	fmt.Fprintln(w, "\nComparison")
	for i, a := range t.Areas {
		fmt.Fprintf(w, "  %d  %s\n", i+1, a.Name)
	}
	for _, r := range t.Rows {
		fmt.Fprintf(w, "  %s\n", r.Label)
		for i, c := range r.Cells {
			fmt.Fprintf(w, "     %d  %s\n", i+1, c.Text())
		}
	}
}

func interval(q stat.Quotient) string {
	if !q.Defined {
		return "not known"
	}
	return fmt.Sprintf("%s (%s–%s)", chart.Number(q.Value, 2), chart.Number(q.Lo, 2), chart.Number(q.Hi, 2))
}

func quotientCSV(out io.Writer, got profiled) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"level", "code", "name", "organisations", "reference_organisations", "quotient", "quotient_low", "quotient_high", "p", "p_adjusted", "verdict", "employees_known", "employees", "employees_quotient", "employees_quotient_low", "employees_quotient_high"}}
	for _, q := range got.Quotients {
		row := append([]string{got.Level, q.Code, q.Name, strconv.Itoa(q.Organisations), strconv.Itoa(q.Wider)}, cells(q.LQ)...)
		row = append(row, plain(q.P), plain(q.Adjusted), q.Verdict, strconv.Itoa(q.Known), strconv.FormatInt(q.Employees, 10))
		rows = append(rows, sheet.SafeRow(append(row, cells(q.EmployeesLQ)...)))
	}
	return w.WriteAll(rows)
}

func compareCSV(out io.Writer, t profile.Table) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"measure", "label", "unit", "area", "name", "value", "low", "high"}}
	for _, r := range t.Rows {
		for i, c := range r.Cells {
			row := []string{r.Key, r.Label, r.Unit, t.Areas[i].Code, t.Areas[i].Name, "", "", ""}
			if c.Known {
				row[5] = plain(c.Value)
			}
			if c.Interval {
				row[6], row[7] = plain(c.Lo), plain(c.Hi)
			}
			rows = append(rows, sheet.SafeRow(row))
		}
	}
	return w.WriteAll(rows)
}

// cells are a quotient and its interval, empty where it is not known.
func cells(q stat.Quotient) []string {
	if !q.Defined {
		return []string{"", "", ""}
	}
	return []string{plain(q.Value), plain(q.Lo), plain(q.Hi)}
}

func plain(v float64) string { return strconv.FormatFloat(v, 'g', 8, 64) }
