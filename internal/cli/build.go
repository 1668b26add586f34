package cli

import (
	"context"
	"flag"
	"fmt"
	"io"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/network"
	"milieu/internal/org"
	"milieu/internal/place"
)

// stages are all stages of the domain, over the evidence of a workspace.
func stages(ws *evidence.Workspace) ([]lake.Stage, error) {
	places, err := place.Stages()
	if err != nil {
		return nil, err
	}
	orgs, err := org.Stages(org.Settings{SameAddress: ws.Registration.SameAddress, SamePostcode: ws.Registration.SamePostcode})
	if err != nil {
		return nil, err
	}
	return append(append(places, orgs...), network.Stages()...), nil
}

func buildCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	asJSON := fs.Bool("json", false, "write the result as JSON")
	verbose := fs.Bool("verbose", false, "name the stages that were skipped too")
	memory := fs.Int("memory", buildMemoryMB, "most `MB` of memory for the engine")
	return func(ctx context.Context, args []string) error {
		ws, err := workspaceArg(args)
		if err != nil {
			return err
		}
		g := newProgress(p, *verbose)
		if *asJSON {
			g.w = io.Discard
		} else {
			fmt.Fprintf(p.Stderr, "Building %s\n", ws.Name)
		}
		before, _ := evidence.Current(ws)
		res, err := p.build(ctx, ws, g.report, *memory)
		g.end()
		if err != nil {
			if id := evidence.CurrentID(ws); id != "" {
				return fmt.Errorf("%w\nThe last good release %s stays in use", err, id)
			}
			return err
		}
		if *asJSON {
			return p.json(buildResult(res, before))
		}
		p.printBuild(res, before)
		return nil
	}
}

func (p *Program) build(ctx context.Context, ws *evidence.Workspace, report func(lake.Event), memoryMB int) (*evidence.Result, error) {
	all, err := stages(ws)
	if err != nil {
		return nil, err
	}
	decided, err := p.decisions(ctx, ws)
	if err != nil {
		return nil, err
	}
	return evidence.Build(ctx, ws, evidence.BuildOptions{Stages: all, Decisions: decided, Now: p.Now, Report: report, MemoryMB: memoryMB})
}

func workspaceArg(args []string) (*evidence.Workspace, error) {
	switch len(args) {
	case 0:
		return evidence.OpenWorkspace(".")
	case 1:
		return evidence.OpenWorkspace(args[0])
	}
	return nil, usagef("give one folder, not %d", len(args))
}
