package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/observation"
)

const figuresHelp = `
Lists series of official figures, or the values of one (named by its id, as in the list). Words narrow the list: all of
them stand in the indicator, the area, the industry or the measure. Flags: an outlier is marked and never removed; a figure
of an older vintage is kept beside the newer. Examples:

  milieu figures business births rotherham
  milieu figures --area TLE3 --flagged
  milieu figures --series business-births.E08000018 --json`

func figuresCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	area := fs.String("area", "", "only the area of a `CODE`; UKE3 and TLE3 are one")
	id := fs.String("series", "", "the values of one series, an `ID`")
	dir := fs.String("dir", ".", "the workspace `FOLDER`")
	flagged := fs.Bool("flagged", false, "only series with outliers or revisions")
	industries := fs.Bool("industries", false, "series by industry too")
	asJSON := fs.Bool("json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		if n := len(args); n > 0 && *dir == "." {
			if _, err := os.Stat(filepath.Join(args[n-1], evidence.File)); err == nil {
				*dir, args = args[n-1], args[:n-1]
			}
		}
		db, err := openCurrent(ctx, []string{*dir})
		if err != nil {
			return err
		}
		defer db.Close()
		if *id != "" {
			return p.oneSeries(ctx, db, *id, *asJSON)
		}
		f := observation.Filter{Words: strings.Join(args, " "), Flagged: *flagged, Industry: "all"}
		if *industries {
			f.Industry = ""
		}
		if *area != "" {
			f.AreaKeys = []string{*area}
		}
		list, err := observation.List(ctx, db, f, 0, 0)
		if err != nil {
			return err
		}
		if *asJSON {
			if list == nil {
				list = []observation.Series{}
			}
			return p.json(list)
		}
		w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
		for _, s := range list {
			fmt.Fprintf(w, "%s\t%s\t%d-%d\t%s %s\t%s\n", s.ID, s.Name(), s.First, s.Last, observation.Number(s.LastValue), s.Unit, flagWords(s))
		}
		if err := w.Flush(); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, "%d series\n", len(list))
		return err
	}
}

func flagWords(s observation.Series) string {
	var out []string
	if s.Outliers > 0 {
		out = append(out, countOf(s.Outliers, "outlier", "outliers"))
	}
	if s.Revised > 0 {
		out = append(out, countOf(s.Revised, "figure revised", "figures revised"))
	}
	return strings.Join(out, ", ")
}

func countOf(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// figureRow is a value as programs read it.
type figureRow struct {
	Year    int      `json:"year"`
	Value   float64  `json:"value"`
	Lower   *float64 `json:"lower"`
	Upper   *float64 `json:"upper"`
	Vintage string   `json:"vintage"`
	InUse   bool     `json:"in_use"`
	Revised bool     `json:"revised"`
	Outlier bool     `json:"outlier"`
	Source  string   `json:"source"`
	File    string   `json:"file"`
	Line    int      `json:"line"`
}

func (p *Program) oneSeries(ctx context.Context, db *lake.DB, id string, asJSON bool) error {
	s, err := observation.Find(ctx, db, id)
	if err != nil {
		return fmt.Errorf("%w; milieu figures lists them", err)
	}
	values, err := observation.Values(ctx, db, id)
	if err != nil {
		return err
	}
	if asJSON {
		out := []figureRow{}
		for _, v := range values {
			row := figureRow{Year: v.Year, Value: v.Value, Vintage: v.Vintage, InUse: v.InUse, Revised: v.Revised, Outlier: v.Outlier, Source: v.Record.Source, File: v.Record.File, Line: int(v.Record.Line)}
			if v.Lower.Valid && v.Upper.Valid {
				row.Lower, row.Upper = &v.Lower.Float64, &v.Upper.Float64
			}
			out = append(out, row)
		}
		return p.json(out)
	}
	fmt.Fprintf(p.Stdout, "%s\n%s\n", s.Name(), s.About)
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	for _, v := range values {
		flags := ""
		switch {
		case v.Outlier:
			flags = "outlier"
		case v.Revised:
			flags = "revised since"
		case v.Superseded:
			flags = "older vintage"
		case v.Repeated:
			flags = "given twice"
		}
		bounds := ""
		if v.Lower.Valid && v.Upper.Valid {
			bounds = observation.Number(v.Lower.Float64) + " to " + observation.Number(v.Upper.Float64)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", v.Year, observation.Number(v.Value), bounds, v.Vintage, flags)
	}
	return w.Flush()
}
