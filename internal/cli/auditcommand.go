package cli

import (
	"context"
	"flag"
	"fmt"
	"os"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/evidence"
)

func auditCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := fs.String("dir", ".", "`folder` of the workspace")
	most := fs.Int("most", 50, "list at most `N` events")
	asJSON := fs.Bool("json", false, "write the result as JSON")
	return func(ctx context.Context, args []string) error {
		verb := "list"
		if len(args) > 0 {
			verb = args[0]
		}
		ws, err := evidence.OpenWorkspace(*dir)
		if err != nil {
			return err
		}
		if verb == "verify" && len(args) == 2 {
			return p.verifyExport(args[1], ws.ID, *asJSON)
		}
		if len(args) > 1 {
			return usagef("write it as: audit [list | verify [FILE] | export]")
		}
		db, err := p.openStore(ctx, ws)
		if err != nil {
			return err
		}
		defer db.Close()
		machine := auth.Machine(ws.ID)
		permit := auth.Permitting(ws.ID, machine, auth.ReadAudit)
		switch verb {
		case "list":
			events, _, _, err := audit.Page(ctx, db, ws.ID, permit, audit.Filter{Limit: *most})
			if err != nil {
				return err
			}
			return p.printEvents(events, *asJSON)
		case "verify":
			r, err := audit.Verify(ctx, db, ws.ID)
			if err != nil {
				return err
			}
			return p.printReport(r, *asJSON)
		case "export":
			return audit.Export(ctx, db, ws.ID, permit, audit.Event{Actor: machine.PersonID, Via: machine.Via}, p.Now(), p.Stdout)
		}
		return usagef("there is no audit %s; there are list, verify and export", verb)
	}
}

func (p *Program) verifyExport(file, workspace string, asJSON bool) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := audit.VerifyExport(f, workspace)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return p.printReport(r, asJSON)
}

func (p *Program) printEvents(events []audit.Event, asJSON bool) error {
	if asJSON {
		return p.json(events)
	}
	for _, e := range events {
		fmt.Fprintf(p.Stdout, "%6d  %s  %-14s %-10s %-22s %s\n", e.Seq, e.At, e.Actor, e.Via, e.Action, e.Subject)
	}
	return nil
}

func (p *Program) printReport(r audit.Report, asJSON bool) error {
	if asJSON {
		if err := p.json(r); err != nil {
			return err
		}
	} else if len(r.Problems) == 0 {
		fmt.Fprintf(p.Stdout, "The chain is whole: %s events, head %s\n", thousands(r.Events), r.Head)
	} else {
		fmt.Fprintf(p.Stdout, "The chain is broken (%s events):\n", thousands(r.Events))
		for _, x := range r.Problems {
			fmt.Fprintf(p.Stdout, "  event %d: %s\n", x.Seq, x.What)
		}
	}
	if len(r.Problems) > 0 {
		return errFound
	}
	return nil
}
