package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
	"milieu/internal/network/consortium"
	"milieu/internal/network/introduce"
)

const consortiumHelp = `
Proposes sets of organisations for a call: sets that cover the required kinds of partner, topics and places with the
fewest new ties to make. CALL is a TOML file:

  name = "Composites at rate"
  topics = ["composites", "automation"]   # each covered by a member
  places = ["Rotherham"]                  # a member in each
  max_members = 6
  fixed = ["nuclear-amrc"]                # members in any case
  excluded = ["boeing"]

  [[need]]
  name = "Research partner"
  role = "driver"
  themes = ["composites"]                 # one of them
  at_least = 1

A need may also give sector, place, size (micro, small, medium, large, sme), min_employees and max_employees; the call within,
min_employees and max_employees, which hold for every member. What is not known is never counted as met. With --swap ID the
alternatives for a member of the first proposal are listed.`

func consortiumCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	n := fs.Int("n", 3, "`NUMBER` of proposals")
	swap := fs.String("swap", "", "alternatives for the member `ID` of the first proposal")
	asJSON := fs.Bool("json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		file, dir, err := workspaceAndFile(args, "a file with a call")
		if err != nil {
			return err
		}
		if *n < 1 {
			return usagef("--n is at least 1")
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		call, err := consortium.ParseCall(data)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		ws, err := workspaceArg(dir)
		if err != nil {
			return err
		}
		rel, err := evidence.Current(ws)
		if err != nil {
			return err
		}
		db, err := rel.Open(ctx, lake.Options{})
		if err != nil {
			return err
		}
		defer db.Close()
		facts, err := consortiumFacts(ctx, rel, db)
		if err != nil {
			return err
		}
		answer, err := consortium.Propose(ctx, facts, call, consortium.Options{Proposals: *n})
		switch {
		case err != nil:
			return err
		case *swap != "":
			return p.printSwap(ctx, facts, call, answer, *swap)
		case *asJSON:
			return p.json(answer)
		}
		printConsortium(p.Stdout, facts, answer)
		return nil
	}
}

// consortiumFacts is what a release knows of possible members.
func consortiumFacts(ctx context.Context, rel evidence.Release, db *lake.DB) (consortium.Facts, error) {
	b, err := network.OpenRelease(rel)
	if err != nil {
		return consortium.Facts{}, err
	}
	closed, err := introduce.ReadClosed(ctx, db)
	if err != nil {
		return consortium.Facts{}, err
	}
	place := func(name string) (func(lon, lat float64) bool, error) { return withinArea(ctx, db, name) }
	return consortium.FromBook(b, place, closed), nil
}

func printConsortium(w io.Writer, f consortium.Facts, a consortium.Answer) {
	for i, p := range a.Proposals {
		fmt.Fprintf(w, "Proposal %d: %s, %s to make, %s among them\n", i+1, counted(len(p.Members), "member"), counted(p.NewTies, "new tie"), counted(len(p.Links), "tie"))
		for _, m := range p.Members {
			fmt.Fprintf(w, "  %s (%s): %s\n", m.Name, m.ID, memberText(m))
		}
		for _, t := range p.Missing {
			fmt.Fprintf(w, "  to introduce: %s and %s", f.Orgs[t.A].Name, f.Orgs[t.B].Name)
			if t.Via >= 0 {
				fmt.Fprintf(w, ", by %s", f.Orgs[t.Via].Name)
			}
			fmt.Fprintln(w)
		}
		if len(p.Unmet) > 0 {
			fmt.Fprintf(w, "  not covered: %s\n", strings.Join(p.Unmet, "; "))
		}
	}
	if len(a.Proposals) == 0 {
		fmt.Fprintln(w, "No set meets anything of the call.")
	}
	for _, g := range a.Gaps {
		fmt.Fprintf(w, "Gap: %s: %d of %d\n", g.Need, g.Have, g.Want)
		for _, n := range g.Near {
			fmt.Fprintf(w, "  near: %s (%s)%s%s\n", n.Name, n.ID, conditions("lacks", n.Lacks), conditions("not known", n.Unknown))
		}
	}
	fmt.Fprintf(w, "\n%s meet something of the call. ", counted(a.Candidates, "organisation"))
	switch {
	case len(a.Proposals) == 0 || len(a.Proposals[0].Unmet) > len(a.Gaps):
		fmt.Fprintln(w, "No set within the most members covers what there is.")
	case a.Exact && a.Complete:
		fmt.Fprintln(w, "Proved: no set has fewer new ties, and none with as few has stronger ties.")
	case a.Exact:
		fmt.Fprintln(w, "Proved: no set has fewer new ties. Not all sets with as few were looked at.")
	default:
		fmt.Fprintf(w, "No set has fewer than %s; whether there is one between was not settled.\n", counted(a.Lower, "new tie"))
	}
	if a.RuleUnknown > 0 {
		fmt.Fprintf(w, "%s left out because a fact for a rule of the whole call is not known.\n", counted(a.RuleUnknown, "organisation"))
	}
}

func memberText(m consortium.Member) string {
	var parts []string
	switch {
	case m.Fixed:
		parts = append(parts, "fixed")
	case m.Connector:
		parts = append(parts, "joins others")
	}
	if len(m.Meets) > 0 {
		parts = append(parts, strings.Join(m.Meets, ", "))
	}
	if len(m.Unknown) > 0 {
		parts = append(parts, "not known: "+strings.Join(m.Unknown, ", "))
	}
	return strings.Join(parts, "; ")
}

func conditions(label string, list []string) string {
	if len(list) == 0 {
		return ""
	}
	return ", " + label + ": " + strings.Join(list, ", ")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (p *Program) printSwap(ctx context.Context, f consortium.Facts, c consortium.Call, a consortium.Answer, out string) error {
	if len(a.Proposals) == 0 {
		return fmt.Errorf("there is no proposal in which to swap %s", out)
	}
	var members []string
	for _, m := range a.Proposals[0].Members {
		members = append(members, m.ID)
	}
	list, err := consortium.Swap(ctx, f, c, members, out)
	if err != nil {
		return err
	}
	for _, s := range list {
		who := s.Name + " (" + s.ID + ")"
		if s.ID == "" {
			who = "nobody in its place"
		}
		fmt.Fprintf(p.Stdout, "%s: %s (%+d)%s%s\n", who, counted(s.NewTies, "new tie"), s.Change, conditions("loses", s.Lost), conditions("gains", s.Gained))
	}
	return nil
}
