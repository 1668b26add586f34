package cli

import (
	"context"
	"flag"
	"fmt"

	"milieu/internal/evidence"
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
		if *asJSON {
			if err := p.json(f); err != nil {
				return err
			}
		} else {
			p.printFindings(rel, f)
		}
		if f.Wrong() {
			return errFound
		}
		return nil
	}
}

func (p *Program) printFindings(rel evidence.Release, f evidence.Findings) {
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
		fmt.Fprintf(p.Stdout, "\nRecords that name an organisation which no source lists: %s\n", thousands(f.UnresolvedTotal))
		for _, u := range f.Unresolved {
			fmt.Fprintf(p.Stdout, "  %s:%d: %s %q\n", u.File, u.Line, u.What, u.Found)
		}
	}
	if f.Unmatched > 0 {
		fmt.Fprintf(p.Stdout, "\n%s accounts state employees of companies that no source lists; they are left out\n", thousands(f.Unmatched))
	}
	if !f.Wrong() {
		fmt.Fprintln(p.Stdout, "\nNothing is wrong.")
	}
}
