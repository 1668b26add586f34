package cli

import (
	"context"
	"flag"
	"fmt"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/org"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/delivery"
	"milieu/internal/portfolio/parameter"
)

func checkCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	asJSON := fs.Bool("json", false, "write the findings as JSON")
	most := fs.Int("most", 20, "show at most `N` rejects of each source; all are in reject.parquet")
	return func(ctx context.Context, args []string) error {
		ws, err := workspaceArg(args)
		if err != nil {
			return err
		}
		rel, err := evidence.Current(ws)
		if err != nil {
			return err
		}
		f, err := evidence.Check(ctx, ws, rel, *most)
		if err != nil {
			return err
		}
		state, err := linkState(ctx, rel)
		if err != nil {
			return err
		}
		register, err := registerFaults(ctx, rel)
		if err != nil {
			return err
		}
		set, err := p.parametersOf(ws)()
		if err != nil {
			return err
		}
		if *asJSON {
			if err := p.json(findings{f, state, set.Stale(), register}); err != nil {
				return err
			}
		} else {
			p.printFindings(rel, f, state, register)
			p.printStale(set)
		}
		if f.Wrong() || len(register) > 0 {
			return errFound
		}
		return nil
	}
}

// findings are those of the sources and of the linkage. What the linkage leaves open is
// no fault: it waits for people.
type findings struct {
	evidence.Findings
	Linkage  org.LinkState         `json:"linkage"`
	Stale    []parameter.Parameter `json:"overdue_parameters,omitempty"`
	Register []portfolio.Fault     `json:"register,omitempty"`
}

// registerFaults are contradictions in the register of interventions, such as a circle of what waits for what, and
// statuses that count in no light.
func registerFaults(ctx context.Context, rel evidence.Release) ([]portfolio.Fault, error) {
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	faults, err := portfolio.ReadFaults(ctx, db)
	if err != nil {
		return nil, err
	}
	reg, err := portfolio.ReadRegister(ctx, db)
	for _, d := range delivery.OddStatuses(reg) {
		faults = append(faults, portfolio.Fault{Record: d.Record, Says: oddStatus(d)})
	}
	return faults, err
}

// printRegister says where the register of interventions contradicts itself.
func (p *Program) printRegister(faults []portfolio.Fault) {
	if len(faults) == 0 {
		return
	}
	fmt.Fprintf(p.Stdout, "\nThe register of interventions contradicts itself: %d\n", len(faults))
	for _, f := range faults {
		fmt.Fprintf(p.Stdout, "  %s:%d: %s\n", f.Record.File, f.Record.Line, f.Says)
	}
}

// printStale says which parameters of appraisal are overdue for review; that is no fault of the release.
func (p *Program) printStale(set parameter.Set) {
	stale := set.Stale()
	if len(stale) == 0 {
		return
	}
	fmt.Fprintf(p.Stdout, "\nParameters of appraisal that are overdue for review: %d\n", len(stale))
	for _, q := range stale {
		fmt.Fprintf(p.Stdout, "  %s\n", overdue(q))
	}
}

func linkState(ctx context.Context, rel evidence.Release) (org.LinkState, error) {
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return org.LinkState{}, err
	}
	defer db.Close()
	return org.State(ctx, db)
}

// printLinkage says what the linkage leaves to people.
func (p *Program) printLinkage(s org.LinkState) {
	if s.Review > 0 {
		fmt.Fprintf(p.Stdout, "\n%s pairs of records may be one organisation; they wait for a decision\n", thousands(int64(s.Review)))
	}
	if s.Flagged > 0 {
		fmt.Fprintf(p.Stdout, "\n%s organisations are made of records that hold together oddly; see them under linkage\n", thousands(int64(s.Flagged)))
	}
	if len(s.Refused) > 0 {
		fmt.Fprintf(p.Stdout, "\nBlocks of records that were too large to be compared: %d\n", len(s.Refused))
		for _, b := range s.Refused {
			fmt.Fprintf(p.Stdout, "  %s: %q: %s records, %s pairs\n", b.Rule, b.Key, thousands(b.Records), thousands(b.Pairs))
		}
	}
}

func (p *Program) printFindings(rel evidence.Release, f evidence.Findings, state org.LinkState, register []portfolio.Fault) {
	fmt.Fprintf(p.Stdout, "Release %s of %s\n", rel.ID, rel.Built.Date())
	for _, s := range f.Sources {
		state := "in order"
		if len(s.Concerns)+len(s.Changed) > 0 {
			state = "needs attention"
		}
		fmt.Fprintf(p.Stdout, "\n%s: %s (%s; %s rows)\n", s.ID, state, retrieved(s.Retrieved), thousands(int64(s.Accepted)))
		for _, c := range append(append([]string{}, s.Concerns...), s.Changed...) {
			fmt.Fprintf(p.Stdout, "  %s\n", c)
		}
		for _, r := range s.Rejects {
			what := "cell emptied"
			if r.Row {
				what = "row rejected"
			}
			col := ""
			if r.Column != "" {
				col = " " + r.Column
			}
			found := ""
			if r.Found != "" {
				found = fmt.Sprintf(" (found %q)", r.Found)
			}
			fmt.Fprintf(p.Stdout, "  %s:%d:%s %s%s: %s\n", r.File, r.Line, col, r.Reason, found, what)
		}
		if s.MoreRejects > 0 {
			fmt.Fprintf(p.Stdout, "  and %s more\n", thousands(int64(s.MoreRejects)))
		}
	}
	if len(f.Unresolved) > 0 {
		fmt.Fprintf(p.Stdout, "\nRecords that name an organisation or an intervention which no source lists: %s\n", thousands(f.UnresolvedTotal))
		for _, u := range f.Unresolved {
			fmt.Fprintf(p.Stdout, "  %s:%d: %s %q\n", u.File, u.Line, u.What, u.Found)
		}
	}
	if f.Unmatched > 0 {
		fmt.Fprintf(p.Stdout, "\n%s accounts state employees of companies that no source lists; they are left out\n", thousands(f.Unmatched))
	}
	p.printLinkage(state)
	p.printRegister(register)
	if !f.Wrong() && len(register) == 0 {
		fmt.Fprintln(p.Stdout, "\nNothing is wrong.")
	}
}
