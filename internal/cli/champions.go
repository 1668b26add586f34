package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
	"milieu/internal/network/champion"
)

const championsHelp = `
Proposes organisations that together reach most of the network within two ties, that others name as trusted, and of which
no more than a set share comes from one sector (or role). It proposes whom to ask: nobody is a champion without a recorded
consent, which is kept on the page /champions. Examples:

  milieu champions
  milieu champions --n 12 --share 0.25
  milieu champions --area lad/E08000018 --by role --json`

type championFlags struct {
	n                *int
	share, trust     *float64
	by, sector, area *string
	asJSON           *bool
}

func championsCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	f := championFlags{
		n:      fs.Int("n", 12, "`NUMBER` of organisations"),
		share:  fs.Float64("share", 0.25, "most of them from one sector or role, as a `SHARE`"),
		trust:  fs.Float64("trust", 0.3, "weight of nominations against reach, 0 to 1"),
		by:     fs.String("by", "sector", "what the share is of: `sector` or role"),
		sector: fs.String("sector", "", "whose organisations are to be reached: a `SECTOR`"),
		area:   fs.String("area", "", "ties with an end in an `AREA`: set/id, a name or a file with shapes"),
		asJSON: fs.Bool("json", false, "write JSON"),
	}
	return func(ctx context.Context, args []string) error {
		if *f.n < 1 {
			return usagef("--n is at least 1")
		}
		ws, err := workspaceArg(args)
		if err != nil {
			return err
		}
		rel, err := evidence.Current(ws)
		if err != nil {
			return err
		}
		set, err := f.choose(ctx, rel)
		if err != nil {
			return err
		}
		if *f.asJSON {
			return p.json(championsOf(set))
		}
		printChampions(p.Stdout, set, f)
		return nil
	}
}

func (f championFlags) choose(ctx context.Context, rel evidence.Release) (champion.Set, error) {
	b, err := network.OpenRelease(rel)
	if err != nil {
		return champion.Set{}, err
	}
	var filter network.Filter
	if *f.area != "" {
		db, err := rel.Open(ctx, lake.Options{})
		if err != nil {
			return champion.Set{}, err
		}
		defer db.Close()
		within, err := withinArea(ctx, db, *f.area)
		if err != nil {
			return champion.Set{}, err
		}
		filter.Area, filter.Within = *f.area, within
	}
	return champion.Choose(ctx, champion.FromView(b.View(filter)), champion.Ask{K: *f.n, Share: *f.share, Trust: f.trust, By: *f.by, Sector: *f.sector})
}

func printChampions(w io.Writer, s champion.Set, f championFlags) {
	if len(s.Order) == 0 {
		fmt.Fprintln(w, "Nobody adds anything: there are no ties on record in this part of the network.")
		return
	}
	for i, c := range s.Order {
		fmt.Fprintf(w, "%d. %s (%s, %s): %s\n", i+1, c.Name, c.ID, c.Slot, c.Why)
	}
	fmt.Fprintf(w, "\nTogether they reach %d of %d organisations within two ties; no set of %d reaches more than %d.\n", s.Reached, s.Of, *f.n, s.Bound)
	if len(s.Order) < *f.n {
		fmt.Fprintf(w, "There are fewer than %d because nobody else whose sector has room adds %d organisations or more.\n", *f.n, s.Least)
	}
	if len(s.Binding) > 0 {
		fmt.Fprintf(w, "The share is used up in: %s.\n", strings.Join(s.Binding, ", "))
	}
	if s.Nominators == 0 {
		fmt.Fprintln(w, "No nominations are on record, so that trust counts nothing.")
	} else {
		fmt.Fprintf(w, "%d of %d organisations that named somebody named one of them; %d nominations were not counted (own group, or returned).\n", s.Named, s.Nominators, s.LeftOut)
	}
	fmt.Fprintf(w, "The choice is greedy: reach and trust together are at least %s %% of the best possible.\n", chart.Number(100*s.Guarantee, 0))
	fmt.Fprintln(w, "They are candidates to be asked. Nobody is a champion without a recorded consent.")
}

type championJSON struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Role        string   `json:"role"`
	Slot        string   `json:"counts_for"`
	Reach       int      `json:"reach"`
	Gain        int      `json:"reached_by_nobody_before"`
	Together    int      `json:"reached_together"`
	Nominations int      `json:"nominations"`
	Betweenness *float64 `json:"betweenness"`
	Consented   bool     `json:"consented"`
}

type championsJSON struct {
	Candidates []championJSON `json:"candidates"`
	Of         int            `json:"organisations"`
	Reached    int            `json:"reached"`
	Bound      int            `json:"at_most"`
	Guarantee  float64        `json:"guarantee"`
	Binding    []string       `json:"share_used_up"`
}

func championsOf(s champion.Set) championsJSON {
	out := championsJSON{Candidates: []championJSON{}, Of: s.Of, Reached: s.Reached, Bound: s.Bound, Guarantee: s.Guarantee, Binding: append([]string{}, s.Binding...)}
	for _, c := range s.Order {
		j := championJSON{ID: c.ID, Name: c.Name, Role: c.Role, Slot: c.Slot, Reach: c.Reach, Gain: c.Gain, Together: c.Together, Nominations: c.Nominations, Consented: c.Consented}
		if c.Betweenness >= 0 {
			j.Betweenness = &c.Betweenness
		}
		out.Candidates = append(out.Candidates, j)
	}
	return out
}
