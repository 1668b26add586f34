package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
	"milieu/internal/network/introduce"
)

const introductionsHelp = `
Ranks pairs of organisations that are not tied and should be, with what speaks for and against each and who could
introduce them: for one organisation, for an area, a theme, a sector, or for the whole network. "Not tied" means that no tie is
on record. The score adds weights times strengths (pages /introductions and METHODS say which); it is no probability.
Examples:

  milieu introductions
  milieu introductions --for itm-power-plc
  milieu introductions --area lad/E08000018 --n 20
  milieu introductions --theme welding

With --check every tie is taken away in turn, to see how often the ranking brings it back among the first ten.`

// introduceFlags are the choices of the command.
type introduceFlags struct {
	org, area, theme, sector, roles *string
	n, perOrg                       *int
	either, check, asJSON           *bool
}

func introductionsCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	f := introduceFlags{
		org:    fs.String("for", "", "partners for an `ORGANISATION`, by id"),
		area:   fs.String("area", "", "pairs in an `AREA`: set/id, a name or a file with shapes"),
		theme:  fs.String("theme", "", "pairs of which one holds a `THEME`, and the other holds or complements it"),
		sector: fs.String("sector", "", "pairs of which one is in a `SECTOR`"),
		roles:  fs.String("roles", "", "main `ROLES` of both, parted by commas"),
		n:      fs.Int("n", 10, "`NUMBER` of pairs"),
		perOrg: fs.Int("each", 2, "most pairs of one organisation in a list for a place"),
		either: fs.Bool("either", false, "with --area: one of the two in it is enough"),
		check:  fs.Bool("check", false, "how often a tie that is taken away comes back among the first ten"),
		asJSON: fs.Bool("json", false, "write JSON"),
	}
	return func(ctx context.Context, args []string) error {
		if *f.n < 1 || *f.perOrg < 1 {
			return usagef("--n and --each are at least 1")
		}
		ws, err := workspaceArg(args)
		if err != nil {
			return err
		}
		rel, err := evidence.Current(ws)
		if err != nil {
			return err
		}
		b, err := network.OpenRelease(rel)
		if err != nil {
			return err
		}
		db, err := rel.Open(ctx, lake.Options{})
		if err != nil {
			return err
		}
		defer db.Close()
		if *f.check {
			return p.checkIntroductions(ctx, db, b, *f.asJSON)
		}
		ask, err := f.ask(ctx, b, db)
		if err != nil {
			return err
		}
		x, err := introduce.Load(ctx, db, b)
		if err != nil {
			return err
		}
		list, err := x.Rank(ctx, ask)
		if err != nil {
			return err
		}
		if *f.asJSON {
			return p.json(introductionsOf(b, list))
		}
		printIntroductions(p.Stdout, b, list)
		return nil
	}
}

func (f introduceFlags) ask(ctx context.Context, b *network.Book, db *lake.DB) (introduce.Ask, error) {
	a := introduce.Ask{Org: *f.org, Theme: *f.theme, Sector: *f.sector, N: *f.n, PerOrg: *f.perOrg, Either: *f.either, Roles: listOf(*f.roles)}
	if *f.area == "" {
		return a, nil
	}
	within, err := withinArea(ctx, db, *f.area)
	if err != nil {
		return a, err
	}
	a.Within = func(v int) bool {
		n := b.Node(v)
		return n.Placed && within(n.Lon, n.Lat)
	}
	return a, nil
}

// listOf takes a list parted by commas apart.
func listOf(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// withinArea says which positions lie in an area of an argument.
func withinArea(ctx context.Context, db *lake.DB, arg string) (func(lon, lat float64) bool, error) {
	area, _, err := areaArg(ctx, db, arg)
	if err != nil {
		return nil, err
	}
	if area.Nation {
		return func(float64, float64) bool { return true }, nil
	}
	return network.Filter{}.In(area.Code, area.Shape).Within, nil
}

func printIntroductions(w io.Writer, b *network.Book, list introduce.List) {
	if len(list.Pairs) == 0 {
		fmt.Fprintln(w, "No pair has a reason of substance. Themes, needs and offers, or more ties, in the team's tables give reasons.")
	}
	for i, p := range list.Pairs {
		x, y := b.Node(p.A), b.Node(p.B)
		fmt.Fprintf(w, "%d. %s (%s) and %s (%s)  score %s\n", i+1, x.Name, x.ID, y.Name, y.ID, chart.Number(p.Score, 2))
		for _, r := range p.For {
			fmt.Fprintf(w, "     + %s  %s\n", chart.Number(r.Points, 2), r.Text)
		}
		for _, r := range p.Against {
			fmt.Fprintf(w, "     - %s  %s\n", chart.Number(r.Points, 2), r.Text)
		}
	}
	fmt.Fprintf(w, "\n%d pairs were scored in full. No tie on record does not mean that there is none.\n", list.Scored)
	for _, c := range list.LeftOut {
		fmt.Fprintf(w, "Left out: %s: %d.\n", c.Why, c.N)
	}
}

// introductionJSON is one pair for programs.
type introductionJSON struct {
	A       string       `json:"a"`
	AName   string       `json:"a_name"`
	B       string       `json:"b"`
	BName   string       `json:"b_name"`
	Score   float64      `json:"score"`
	Km      *float64     `json:"km"`
	Via     string       `json:"could_introduce,omitempty"`
	For     []reasonJSON `json:"for"`
	Against []reasonJSON `json:"against"`
}

type reasonJSON struct {
	Key      string   `json:"key"`
	Text     string   `json:"text"`
	Weight   float64  `json:"weight"`
	Strength float64  `json:"strength"`
	Points   float64  `json:"points"`
	Refs     []string `json:"refs"`
}

type leftOutJSON struct {
	Why string `json:"why"`
	N   int    `json:"n"`
}

type introductionsJSON struct {
	Pairs   []introductionJSON `json:"pairs"`
	Scored  int                `json:"pairs_scored"`
	LeftOut []leftOutJSON      `json:"left_out"`
}

func introductionsOf(b *network.Book, list introduce.List) introductionsJSON {
	out := introductionsJSON{Pairs: []introductionJSON{}, Scored: list.Scored, LeftOut: []leftOutJSON{}}
	reasons := func(of []introduce.Reason) []reasonJSON {
		rs := []reasonJSON{}
		for _, r := range of {
			rs = append(rs, reasonJSON(r))
		}
		return rs
	}
	for _, p := range list.Pairs {
		x, y := b.Node(p.A), b.Node(p.B)
		j := introductionJSON{A: x.ID, AName: x.Name, B: y.ID, BName: y.Name, Score: p.Score, For: reasons(p.For), Against: reasons(p.Against)}
		if p.Km >= 0 {
			j.Km = &p.Km
		}
		if p.Via >= 0 {
			j.Via = b.Node(p.Via).ID
		}
		out.Pairs = append(out.Pairs, j)
	}
	for _, c := range list.LeftOut {
		out.LeftOut = append(out.LeftOut, leftOutJSON(c))
	}
	return out
}

// mostChecked bounds the work of --check: the index is made anew for every tie.
const mostChecked = 500

// checkIntroductions leaves the model of expected ties out: it was fitted with
// the ties that are taken away.
func (p *Program) checkIntroductions(ctx context.Context, db *lake.DB, b *network.Book, asJSON bool) error {
	closed, err := introduce.ReadClosed(ctx, db)
	if err != nil {
		return err
	}
	c, err := introduce.Recall(ctx, introduce.FromBook(b, closed), nil, mostChecked)
	if err != nil {
		return err
	}
	if asJSON {
		return p.json(struct {
			Ties   int     `json:"ties"`
			Ends   int     `json:"ends_ranked"`
			First  int     `json:"first"`
			Five   int     `json:"in_first_five"`
			Ten    int     `json:"in_first_ten"`
			Recall float64 `json:"recall_at_10"`
			Chance float64 `json:"recall_at_10_by_chance"`
		}{c.Ties, c.Tried, c.First, c.Five, c.Ten, c.Recall, c.Chance})
	}
	fmt.Fprintf(p.Stdout, "%d pairs are tied now. Of %d ends whose tie was taken away, the other end came back\n  first      %d\n  in five    %d\n  in ten     %d (%s %%; by chance %s %%)\n",
		c.Ties, c.Tried, c.First, c.Five, c.Ten, chart.Number(100*c.Recall, 1), chart.Number(100*c.Chance, 1))
	return nil
}

// workspaceAndFile reads FILE [DIR].
func workspaceAndFile(args []string, what string) (file string, dir []string, err error) {
	if len(args) == 0 || len(args) > 2 {
		return "", nil, usagef("give %s and at most one folder", what)
	}
	if len(args) == 1 {
		if _, err := os.Stat(filepath.Join(args[0], evidence.File)); err == nil {
			return "", nil, usagef("give %s, and then the folder", what)
		}
	}
	return args[0], args[1:], nil
}
