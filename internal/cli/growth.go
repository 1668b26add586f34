package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/cluster/growth"
)

const growthHelp = `
From the employment table: the industries that an area lacks and has the neighbours for (relatedness density over all areas
of its kind), how often each stays on the shortlist when all figures are drawn anew within their rounding and by chance, and what of
the change between two years is the area's own (shift-share). With --like, the areas whose mix of industries is most like it. AREA
is a code or a name of the employment table. Examples:

  milieu growth UKE3
  milieu growth south-yorkshire --from 2015 --json
  milieu growth UKE3 --like`

// growthAnswer is the result of milieu growth for programs. What is not known is left out.
type growthAnswer struct {
	Area      string        `json:"area"`
	Code      string        `json:"code"`
	Year      int           `json:"year"`
	Scheme    string        `json:"scheme"`
	Ground    string        `json:"ground"`
	Draws     int           `json:"draws"`
	Seed      uint64        `json:"seed"`
	Open      string        `json:"complexity_not_determined,omitempty"`
	Shortlist []growthEntry `json:"shortlist,omitempty"`
	From      int           `json:"change_from,omitempty"`
	Losing    []growthShift `json:"losing,omitempty"`
	Gaining   []growthShift `json:"gaining,omitempty"`
	NewToAll  []string      `json:"no_rate_of_growth,omitempty"`
	Like      []growthLike  `json:"like,omitempty"`
}

type growthEntry struct {
	Code       string   `json:"industry_code"`
	Name       string   `json:"industry"`
	Jobs       float64  `json:"jobs"`
	Quotient   float64  `json:"lq"`
	Lo         float64  `json:"lq_lo"`
	Hi         float64  `json:"lq_hi"`
	Density    float64  `json:"density"`
	Stays      float64  `json:"share_of_draws"`
	Complexity *float64 `json:"complexity,omitempty"`
	Ref        string   `json:"ref"`
}

type growthShift struct {
	Code     string  `json:"industry_code"`
	Name     string  `json:"industry"`
	Start    float64 `json:"start"`
	End      float64 `json:"end"`
	Regional float64 `json:"regional"`
	Lo       float64 `json:"regional_lo"`
	Hi       float64 `json:"regional_hi"`
	Ref      string  `json:"ref"`
}

type growthLike struct {
	Code      string  `json:"area_code"`
	Name      string  `json:"area"`
	Hellinger float64 `json:"hellinger"`
	Krugman   float64 `json:"krugman"`
	Cosine    float64 `json:"cosine"`
	PlaceLo   int     `json:"place_lo"`
	PlaceHi   int     `json:"place_hi"`
	Stays     float64 `json:"share_of_draws_among_nearest"`
	Ref       string  `json:"ref"`
}

func growthCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	like := fs.Bool("like", false, "the areas most like it instead")
	year := fs.Int("year", 0, "the `YEAR` (default the latest)")
	from := fs.Int("from", 0, "the `YEAR` that the change is counted from (default the first)")
	scheme := fs.String("scheme", "", "the `CLASSIFICATION` (default the finest)")
	asJSON := fs.Bool("json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 || len(args) > 2 {
			return usagef("name one area of the employment table, and at most one folder: milieu growth UKE3")
		}
		db, err := openCurrent(ctx, args[1:])
		if err != nil {
			return err
		}
		defer db.Close()
		t, err := growth.Read(ctx, db, growth.Question{Area: args[0], Year: *year, Scheme: *scheme})
		if errors.Is(err, growth.ErrFew) {
			return fmt.Errorf("%w; add a table of employment by industry for all areas of a country and build again", err)
		}
		if err != nil {
			return err
		}
		got := growthAnswer{Area: t.Area().Name, Code: t.Area().Code, Year: t.Year, Scheme: t.Scheme, Ground: t.Ground(), Draws: growth.Draws, Seed: growth.Seed}
		if *like {
			err = got.likes(t)
		} else if err = got.reach(t); err == nil && len(t.Years) > 1 {
			if *from == 0 {
				*from = t.Years[0]
			}
			var s growth.Shifts
			if s, err = growth.Parted(ctx, db, t, *from, t.Year); err == nil {
				got.shifts(s)
			}
		}
		if err != nil {
			return err
		}
		if *asJSON {
			return p.json(got)
		}
		p.printGrowth(got)
		return nil
	}
}

func (g *growthAnswer) likes(t growth.Table) error {
	a, err := growth.Similar(t, growth.Draws)
	if err != nil {
		return err
	}
	for _, l := range a.Areas {
		g.Like = append(g.Like, growthLike{l.Area.Code, l.Area.Name, l.Hellinger, l.Krugman, l.Cosine, l.RankLo, l.RankHi, l.Stays, l.Ref})
	}
	return nil
}

func (g *growthAnswer) reach(t growth.Table) error {
	r, err := growth.Reach(t, growth.Draws)
	if err != nil {
		return err
	}
	g.Open = r.Open
	for _, c := range r.Top() {
		e := growthEntry{Code: c.Code, Name: c.Name, Jobs: c.Jobs.Value, Quotient: c.Quotient.Value, Lo: c.Quotient.Lo, Hi: c.Quotient.Hi, Density: c.Density, Stays: c.Stays, Ref: c.Ref}
		if !math.IsNaN(c.Complexity) {
			e.Complexity = &c.Complexity
		}
		g.Shortlist = append(g.Shortlist, e)
	}
	return nil
}

func (g *growthAnswer) shifts(s growth.Shifts) {
	g.From = s.From
	for _, i := range s.Industries {
		e := growthShift{i.Code, i.Name, i.Start.Value, i.End.Value, i.Regional.Value, i.Regional.Lo, i.Regional.Hi, i.Ref}
		switch {
		case i.Losing():
			g.Losing = append(g.Losing, e)
		case i.Gaining():
			g.Gaining = append([]growthShift{e}, g.Gaining...)
		}
	}
	g.NewToAll = s.NewToAll
}

// growthRows is how many industries are printed of each kind; --json writes all.
const growthRows = 10

func (p *Program) printGrowth(g growthAnswer) {
	out := p.Stdout
	fmt.Fprintf(out, "%s (%s), %d, %s\n%s\n\n", g.Area, g.Code, g.Year, g.Scheme, strings.ToUpper(g.Ground[:1])+g.Ground[1:])
	if len(g.Like) > 0 {
		fmt.Fprintf(out, "%-44s %9s %9s %8s %14s\n", "most alike first", "Hellinger", "Krugman", "place", "nearest five")
		for _, l := range g.Like {
			fmt.Fprintf(out, "%-44s %9.3f %9.3f %8s %13.0f%%\n", clip(l.Name, 44), l.Hellinger, l.Krugman, fmt.Sprintf("%d-%d", l.PlaceLo, l.PlaceHi), 100*l.Stays)
		}
		return
	}
	fmt.Fprintf(out, "%-66s %8s %8s %9s\n", "has the neighbours for, lacks", "quotient", "density", "on list")
	for _, c := range g.Shortlist {
		fmt.Fprintf(out, "%-66s %8.2f %8.3f %8.0f%%\n", clip(c.Name, 66), c.Quotient, c.Density, 100*c.Stays)
	}
	if g.Open != "" {
		fmt.Fprintf(out, "\nComplexity: direction not determined: %s\n", g.Open)
	}
	for _, part := range []struct {
		title string
		rows  []growthShift
	}{{"lost of its own", g.Losing}, {"won of its own", g.Gaining}} {
		if g.From == 0 {
			break
		}
		fmt.Fprintf(out, "\n%-66s %8s %8s  own part\n", fmt.Sprintf("%s since %d, beyond rounding (%d)", part.title, g.From, len(part.rows)), "from", "to")
		for _, s := range part.rows[:min(growthRows, len(part.rows))] {
			fmt.Fprintf(out, "%-66s %8s %8s  %s (%s to %s)\n", clip(s.Name, 66), chart.Number(s.Start, 0), chart.Number(s.End, 0), chart.Signed(s.Regional, 0), chart.Signed(s.Lo, 0), chart.Signed(s.Hi, 0))
		}
	}
	fmt.Fprintf(out, "\n%d draws, seed %d\n", g.Draws, g.Seed)
}

// clip cuts a text to a number of characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
