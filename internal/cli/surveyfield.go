package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/sampling"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/frame"
)

func surveyFrame(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	var q frame.Query
	fs.StringVar(&q.Role, "role", "", "`role` of the organisations, such as firm")
	fs.StringVar(&q.Section, "section", "", "`letter` of the industry classification")
	fs.StringVar(&q.Sector, "sector", "", "`sector` of the release, by id")
	area := fs.String("area", "", "`area` in which they are, as set/id")
	fs.StringVar(&q.Status, "status", frame.Running, "`status` in the register; running leaves out those that have closed or are closing")
	fs.StringVar(&q.Origin, "origin", "", "where they come from: team, register or list")
	fs.IntVar(&q.MinEmployees, "min", 0, "least `number` of employees")
	fs.IntVar(&q.MaxEmployees, "max", 0, "largest `number` of employees")
	fs.StringVar(&q.Anchor, "anchor", "", "`organisation` from which distance is measured (default: the workspace's lead)")
	fs.StringVar(&q.Areas, "areas", "", "`set` of areas by which firms are grouped")
	strata := fs.String("strata", "", "`groups` that make the strata, parted by commas: "+strings.Join(frame.Keys, ", "))
	fs.IntVar(&q.Least, "least", 0, fmt.Sprintf("strata with fewer `firms` are put together with those most like them (default: %d of an anonymous survey, else none are)", frame.LeastAnonymous))
	return func(ctx context.Context, args []string) error {
		id, err := oneID(args, "survey")
		if err != nil {
			return err
		}
		q.Strata = listOf(*strata)
		if *area != "" {
			var ok bool
			if q.AreaSet, q.AreaID, ok = strings.Cut(*area, "/"); !ok {
				return usagef("--area is set/id, such as lad/E08000018")
			}
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			s, err := d.survey(ctx, id)
			if err != nil {
				return err
			}
			f, err := d.frame(ctx, s, q)
			if err != nil {
				return err
			}
			if err := d.book.Freeze(ctx, d.actor, id, s.Version, f); err != nil {
				return err
			}
			if *asJSON {
				return p.json(struct {
					Survey  string          `json:"survey_id"`
					Release string          `json:"release"`
					Firms   int             `json:"firms"`
					Strata  []frame.Stratum `json:"strata"`
				}{id, f.ReleaseID, len(f.Units), f.Strata})
			}
			fmt.Fprintf(p.Stdout, "%s firms of release %s are the frame of %s\n", thousands(int64(len(f.Units))), f.ReleaseID, s.Title)
			for _, t := range f.Strata {
				fmt.Fprintf(p.Stdout, "  %-24s %8s  %s\n", t.Key, thousands(int64(t.Units)), t.Label)
			}
			return nil
		})
	}
}

// frame reads the frame of a query from the newest release, with its sources by their titles.
func (d surveyDesk) frame(ctx context.Context, s fieldwork.Survey, q frame.Query) (frame.Frame, error) {
	if q.Anchor == "" {
		q.Anchor = d.ws.Focus.Lead
	}
	if q.Least == 0 && s.Level == survey.Anonymous {
		q.Least = frame.LeastAnonymous
	}
	rel, err := evidence.Current(d.ws)
	if err != nil {
		return frame.Frame{}, err
	}
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return frame.Frame{}, err
	}
	defer db.Close()
	f, err := frame.Read(ctx, db, rel.ID, q)
	if err != nil {
		return f, err
	}
	titles := map[string]string{}
	for _, source := range rel.Manifest.Sources {
		titles[source.ID] = source.Title
	}
	return f.Titled(titles), nil
}

func surveyDraw(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	n := fs.Int("n", 0, "`number` of firms to draw; 0: as many as the margin takes")
	margin := fs.Float64("margin", 5, "half the interval of a share that is wanted, in `points`")
	response := fs.Float64("response", 30, "`per cent` of firms that are expected to answer")
	rule := fs.String("rule", string(sampling.Proportional), "how firms are shared out over strata: proportional or equal")
	minimum := fs.Int("minimum", 0, "least `number` of firms from each stratum (default: the survey's threshold where it is anonymous)")
	takeAll := fs.Int("take-all", 0, "strata with at most this `number` of firms are asked whole")
	plan := fs.String("plan", "", "firms by stratum instead, as `key=n,key=n`")
	seed := fs.Uint64("seed", 1, "`number` from which the draw is made")
	return func(ctx context.Context, args []string) error {
		id, err := oneID(args, "survey")
		if err != nil {
			return err
		}
		if *n < 0 || *minimum < 0 || *takeAll < 0 {
			return usagef("--n, --minimum and --take-all count firms: they cannot be below 0")
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			s, err := d.survey(ctx, id)
			if err != nil {
				return err
			}
			z, err := d.book.Frozen(ctx, d.actor, id)
			if errors.Is(err, fieldwork.ErrNotFound) {
				return fmt.Errorf("survey %s has no frame yet; freeze one with: milieu survey frame %s", id, id)
			}
			if err != nil {
				return err
			}
			a := sampling.Allocation{Rule: sampling.Rule(*rule), Minimum: *minimum, TakeAll: *takeAll}
			if a.Minimum == 0 && s.Level == survey.Anonymous {
				a.Minimum = s.Threshold
			}
			strata := strataOf(z.Counts, *response/100)
			asked, err := planOf(*plan, a, strata, z.Counts.Firms, *n, *margin/100, *response/100)
			if err != nil {
				return err
			}
			if err := d.book.Draw(ctx, d.actor, id, s.Version, asked, *seed); err != nil {
				return err
			}
			return p.printDraw(z.Counts, strata, asked, *seed, *asJSON)
		})
	}
}

func strataOf(c fieldwork.Counts, response float64) []sampling.Stratum {
	var out []sampling.Stratum
	for _, t := range c.Strata {
		out = append(out, sampling.Stratum{Key: t.Key, Size: t.Frame, Response: response})
	}
	return out
}

// planOf is how many firms are drawn from each stratum.
func planOf(text string, a sampling.Allocation, strata []sampling.Stratum, firms, n int, margin, response float64) (map[string]int, error) {
	if text != "" {
		plan := map[string]int{}
		for _, part := range listOf(text) {
			key, number, ok := strings.Cut(part, "=")
			x, err := strconv.Atoi(number)
			if !ok || err != nil {
				return nil, usagef("%q is no part of a plan: write STRATUM=NUMBER", part)
			}
			plan[key] = x
		}
		return plan, nil
	}
	if n == 0 {
		needed, err := sampling.Precision{Population: firms, Margin: margin, Response: response}.Needed()
		if err != nil {
			return nil, err
		}
		n = min(needed.Ask, fieldwork.MostDrawn)
	}
	return a.Allocate(strata, n)
}

func (p *Program) printDraw(c fieldwork.Counts, strata []sampling.Stratum, plan map[string]int, seed uint64, asJSON bool) error {
	whole, by, err := sampling.Expect(strata, plan, 0.5, 0.95)
	if err != nil {
		return err
	}
	if asJSON {
		return p.json(struct {
			Drawn    int            `json:"drawn"`
			Plan     map[string]int `json:"plan"`
			Seed     uint64         `json:"seed"`
			Expected float64        `json:"expected_answers"`
			Margin   float64        `json:"expected_margin"`
		}{whole.Asked, plan, seed, whole.Answers, whole.Margin})
	}
	fmt.Fprintf(p.Stdout, "%s of %s firms are drawn with seed %d. %s\n", thousands(int64(whole.Asked)), thousands(int64(c.Firms)), seed, expected(whole))
	for _, t := range c.Strata {
		fmt.Fprintf(p.Stdout, "  %-24s %8s of %8s  %8s  %s\n", t.Key, thousands(int64(plan[t.Key])), thousands(int64(t.Frame)), margin(by[t.Key].Margin), t.Label)
	}
	if whole.Uncovered > 0 {
		fmt.Fprintf(p.Stdout, "Nobody is drawn from strata with %s firms: the results will not speak for them. --minimum 1 draws from each.\n", thousands(int64(whole.Uncovered)))
	}
	return nil
}

// expected says what a draw promises.
func expected(whole sampling.Expected) string {
	if margin(whole.Margin) == "" {
		return fmt.Sprintf("With the %s answers that are expected nothing could be said of a share: draw more.", chart.Number(whole.Answers, 0))
	}
	return fmt.Sprintf("Of %s expected answers a share of one half is known to %s points (95 %%).", chart.Number(whole.Answers, 0), margin(whole.Margin))
}

// margin writes a margin in points; "" from half of everything on, where a share may be anything.
func margin(m float64) string {
	if math.IsNaN(m) || m >= 0.5 {
		return ""
	}
	return "±" + chart.Number(100*m, 1)
}
