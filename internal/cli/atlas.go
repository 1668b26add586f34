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
	"milieu/internal/cluster/atlas"
	"milieu/internal/cluster/concentration"
	"milieu/internal/cluster/placed"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/place"
)

const atlasHelp = `
Maps a value over a set of areas and tests whether like values lie together: Moran's I of the whole, local Moran
and Gi* of each area with the false-discovery rate held at 5 %. Values: density, employees, young, share:SECTOR,
lq:SECTOR, where SECTOR is the letter of a section or the id of a sector, figure:INDICATOR. Examples:

  milieu atlas lq:C --set msoa
  milieu atlas density --set lad --json`

const concentrationHelp = `
Holds the organisations of a sector in an area against chance by distance: M (Marcon and Puech) and K-density
(Duranton and Overman) with envelopes. SECTOR is the letter of a section or the id of a sector. Example:

  milieu concentration C --area lad/E08000018 --simulations 199`

// openCurrent opens the current release of a workspace.
func openCurrent(ctx context.Context, args []string) (*lake.DB, error) {
	ws, err := workspaceArg(args)
	if err != nil {
		return nil, err
	}
	rel, err := evidence.Current(ws)
	if err != nil {
		return nil, err
	}
	return rel.Open(ctx, lake.Options{})
}

func atlasCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	set := fs.String("set", "", "the `SET` of areas, such as lad or msoa")
	basis := fs.String("basis", "", "where organisations count: any, work or office (default any)")
	asJSON := fs.Bool("json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 || *set == "" {
			return usagef("name a value and a set of areas: milieu atlas lq:C --set lad")
		}
		b, err := placed.ParseBasis(*basis)
		if err != nil {
			return usagef("%v", err)
		}
		db, err := openCurrent(ctx, args[1:])
		if err != nil {
			return err
		}
		defer db.Close()
		v, err := atlas.ParseValue(ctx, db, args[0])
		if err != nil {
			if errors.Is(err, evidence.ErrNoFigure) {
				return err
			}
			return usagef("%v", err)
		}
		r, err := atlas.Map(ctx, db, atlas.Question{Set: *set, Value: v, Basis: b})
		if err != nil {
			return err
		}
		if len(r.Areas) == 0 {
			return fmt.Errorf("no area of a set %q holds an organisation of this release; the sets are listed by the page Areas", *set)
		}
		if *asJSON {
			return p.json(atlasResult(r))
		}
		p.printAtlas(r)
		return nil
	}
}

// atlasAnswer is the result of milieu atlas for programs. What is not known is left out.
type atlasAnswer struct {
	Set         string       `json:"set"`
	Value       string       `json:"value"`
	Basis       string       `json:"basis"`
	Areas       []atlasEntry `json:"areas"`
	Empty       int          `json:"areas_without_organisations"`
	Moran       *float64     `json:"moran,omitempty"`
	Z           *float64     `json:"z,omitempty"`
	P           *float64     `json:"p,omitempty"`
	Summary     string       `json:"summary"`
	How         string       `json:"how"`
	LeftOut     string       `json:"left_out"`
	Permutation int          `json:"permutations"`
	Ref         string       `json:"ref"`
}

type atlasEntry struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Organisations int      `json:"organisations"`
	Value         *float64 `json:"value,omitempty"`
	Lo            *float64 `json:"low,omitempty"`
	Hi            *float64 `json:"high,omitempty"`
	Few           bool     `json:"too_few,omitempty"`
	Class         string   `json:"class,omitempty"`
	P             *float64 `json:"p,omitempty"`
	Adjusted      *float64 `json:"p_adjusted,omitempty"`
	Hot           int      `json:"hot"`
	Gi            *float64 `json:"gi_star_z,omitempty"`
}

// known is the number, nil where it is not one.
func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func atlasResult(r atlas.Result) atlasAnswer {
	out := atlasAnswer{Set: r.Set, Value: r.Value.String(), Basis: string(r.Basis), Empty: r.Empty, Summary: r.Summary(), How: r.How(), LeftOut: r.LeftOut.Words(), Permutation: r.Permutations, Ref: r.Ref()}
	if r.Tested {
		out.Moran, out.Z, out.P = known(r.Moran.Value), known(r.Moran.ZRand), known(r.Moran.PRand)
	}
	for _, a := range r.Areas {
		e := atlasEntry{ID: a.ID, Name: a.Name, Organisations: a.Organisations, Value: known(a.Value), Few: a.Few, Class: a.Class.String(), P: known(a.Local.P), Adjusted: known(a.Q), Hot: a.Hot()}
		if a.Hi > 0 {
			e.Lo, e.Hi = known(a.Lo), known(a.Hi)
		}
		if r.Tested {
			e.Gi = known(a.Gi.Z)
		}
		out.Areas = append(out.Areas, e)
	}
	return out
}

func (p *Program) printAtlas(r atlas.Result) {
	fmt.Fprintf(p.Stdout, "%s, %s: %s\n%s.\n", r.Value.Label(), place.SetLabel(r.Set), r.Summary(), r.How())
	if !r.Value.Official() {
		fmt.Fprintf(p.Stdout, "Organisations count at: %s; %s.\n", r.Basis.Words(), r.LeftOut.Words())
	}
	fmt.Fprintln(p.Stdout)
	fmt.Fprintf(p.Stdout, "%-12s %-40s %10s %20s  %s\n", "area", "name", "value", "95 %", "class")
	for _, a := range r.Areas {
		value, between := chart.Number(a.Value, r.Value.Decimals()), ""
		if a.Few {
			value = "too few"
		} else if a.Hi > 0 {
			between = chart.Number(a.Lo, r.Value.Decimals()) + " to " + chart.Number(a.Hi, r.Value.Decimals())
		}
		line := fmt.Sprintf("%-12s %-40.40s %10s %20s  %s", a.ID, a.Name, value, between, a.Class)
		fmt.Fprintln(p.Stdout, strings.TrimRight(line, " "))
	}
}

func concentrationCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	area := fs.String("area", "", "the area as `SET/ID`, such as lad/E08000018")
	basis := fs.String("basis", "", "where organisations count: any, work or office (default any)")
	employees := fs.Bool("employees", false, "weigh organisations by their employees")
	simulations := fs.Int("simulations", concentration.DefaultSimulations, "random labellings, a `NUMBER`")
	asJSON := fs.Bool("json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		set, id, ok := strings.Cut(*area, "/")
		if len(args) == 0 || !ok {
			return usagef("name a sector and an area: milieu concentration C --area lad/E08000018")
		}
		if *simulations < 19 || *simulations > concentration.MostSimulations {
			return usagef("--simulations %d is not between 19 and %d", *simulations, concentration.MostSimulations)
		}
		b, err := placed.ParseBasis(*basis)
		if err != nil {
			return usagef("%v", err)
		}
		db, err := openCurrent(ctx, args[1:])
		if err != nil {
			return err
		}
		defer db.Close()
		ask := concentration.Question{Sector: args[0], Basis: b, Employees: *employees, Simulations: *simulations}
		if ask.Area, err = place.Find(ctx, db, set, id); err != nil {
			return err
		}
		r, err := concentration.Test(ctx, db, ask)
		if err != nil {
			return err
		}
		if *asJSON {
			return p.json(concentrationResult(r, *area))
		}
		p.printConcentration(r)
		return nil
	}
}

// concentrationAnswer is the result of milieu concentration for programs.
type concentrationAnswer struct {
	Sector    string               `json:"sector"`
	Label     string               `json:"label"`
	Area      string               `json:"area"`
	Basis     string               `json:"basis"`
	Inside    int                  `json:"organisations"`
	Own       int                  `json:"of_sector"`
	Outside   int                  `json:"in_buffer"`
	BufferKm  float64              `json:"buffer_km"`
	Sampled   int                  `json:"references_sampled,omitempty"`
	Summary   string               `json:"summary"`
	How       string               `json:"how"`
	LeftOut   string               `json:"left_out"`
	P         *float64             `json:"m_p,omitempty"`
	KdP       *float64             `json:"kd_p,omitempty"`
	Distances []concentrationEntry `json:"distances"`
	Ref       string               `json:"ref"`
}

type concentrationEntry struct {
	Km      float64  `json:"km"`
	M       *float64 `json:"m,omitempty"`
	Lo      *float64 `json:"m_global_lo,omitempty"`
	Hi      *float64 `json:"m_global_hi,omitempty"`
	Verdict string   `json:"m_verdict"`
	Kd      *float64 `json:"kd_per_km,omitempty"`
	KdLo    *float64 `json:"kd_global_lo,omitempty"`
	KdHi    *float64 `json:"kd_global_hi,omitempty"`
	KdSays  string   `json:"kd_verdict"`
}

func concentrationResult(r concentration.Result, area string) concentrationAnswer {
	out := concentrationAnswer{Sector: r.Sector, Label: r.Label, Area: area, Basis: string(r.Basis), Inside: r.Inside, Own: r.Own, Outside: r.Outside, BufferKm: r.BufferKm, Sampled: r.Sampled,
		Summary: r.Summary(), How: r.How(), LeftOut: r.LeftOut.Words(), Distances: []concentrationEntry{}, Ref: r.Ref(area)}
	if r.Few {
		return out
	}
	out.P, out.KdP = known(r.M.P), known(r.Kd.P)
	mv, kv := concentration.Verdicts(r.M.Curve), concentration.Verdicts(r.Kd.Curve)
	for k, m := range r.M.Radii {
		out.Distances = append(out.Distances, concentrationEntry{m / 1000, known(r.M.Value[k]), known(r.M.GlobalLo[k]), known(r.M.GlobalHi[k]), mv[k].String(),
			known(r.Kd.Value[k] * 1000), known(r.Kd.GlobalLo[k] * 1000), known(r.Kd.GlobalHi[k] * 1000), kv[k].String()})
	}
	return out
}

func (p *Program) printConcentration(r concentration.Result) {
	fmt.Fprintf(p.Stdout, "%s in %s: %s\n%s organisations of %s, %s in a buffer of %s km around.\n%s.\nOrganisations count at: %s; %s.\n", r.Label, r.Area.Name, r.Summary(),
		thousands(int64(r.Own)), thousands(int64(r.Inside)), thousands(int64(r.Outside)), chart.Number(r.BufferKm, 0), r.How(), r.Basis.Words(), r.LeftOut.Words())
	if r.Few {
		return
	}
	fmt.Fprintf(p.Stdout, "\n%8s %8s %17s  %s\n", "km", "m", "chance allows", "reading")
	for k, v := range concentration.Verdicts(r.M.Curve) {
		fmt.Fprintf(p.Stdout, "%8s %8s %17s  %s\n", strconv.FormatFloat(r.M.Radii[k]/1000, 'f', 2, 64), chart.Number(r.M.Value[k], 3), chart.Number(r.M.GlobalLo[k], 3)+" to "+chart.Number(r.M.GlobalHi[k], 3), v)
	}
}
