package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"milieu/internal/cluster"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/link"
	"milieu/internal/network"
	"milieu/internal/network/predict"
	"milieu/internal/observation"
	"milieu/internal/org"
	"milieu/internal/place"
	"milieu/internal/profile"
	"milieu/internal/sector"
)

// stages are all stages of the domain, over the evidence of a workspace.
func stages(ws *evidence.Workspace) ([]lake.Stage, error) {
	places, err := place.Stages()
	if err != nil {
		return nil, err
	}
	linkage, err := linkageOf(ws)
	if err != nil {
		return nil, err
	}
	orgs, err := org.Stages(org.Settings{SameAddress: ws.Registration.SameAddress, SamePostcode: ws.Registration.SamePostcode, Linkage: linkage})
	if err != nil {
		return nil, err
	}
	all := slices.Concat(places, orgs, network.Stages(), predict.Stages())
	for _, of := range []func() ([]lake.Stage, error){observation.Stages, sectorStages(ws), profile.Stages, func() ([]lake.Stage, error) { return cluster.Stages(ws.Clusters) }} {
		more, err := of()
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// sectorStages make the tables of sectors as the workspace defines them.
func sectorStages(ws *evidence.Workspace) func() ([]lake.Stage, error) {
	return func() ([]lake.Stage, error) {
		list, err := sector.Load(ws.Dir, ws.Sectors)
		if err != nil {
			return nil, err
		}
		return sector.Stages(list, ws.Sectors), nil
	}
}

// linkDir is the folder in .milieu in which the comparison of records keeps its work
// from build to build. It may be deleted; everything is compared again then.
const linkDir = "link"

// linkageOf is what the workspace says about linkage.
func linkageOf(ws *evidence.Workspace) (org.Linkage, error) {
	l := org.Linkage{Accept: ws.Linkage.Accept, Review: ws.Linkage.Review, MemoryMB: ws.Linkage.MemoryMB, Dir: filepath.Join(ws.Dir, evidence.Derived, linkDir)}
	var err error
	if l.Unique, err = ws.UniqueSources(); err != nil {
		return l, err
	}
	name := ws.Linkage.Model
	if name == "" {
		return l, nil
	}
	if slices.Contains(link.ShippedNames(), name) {
		l.Model, err = link.Shipped(name)
		return l, err
	}
	text, err := os.ReadFile(ws.LocalPath(name))
	if err != nil {
		return l, fmt.Errorf("linkage.model is %q, which is no model of the program (%s) and no file that can be read: %w", name, strings.Join(link.ShippedNames(), ", "), err)
	}
	if l.Model, err = link.ParseModel(string(text)); err != nil {
		return l, fmt.Errorf("model %s: %w", name, err)
	}
	return l, nil
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
	decided, said, err := p.people(ctx, ws)
	if err != nil {
		return nil, err
	}
	return evidence.Build(ctx, ws, evidence.BuildOptions{Stages: all, Decisions: decided, Voices: said, Now: p.Now, Report: report, MemoryMB: memoryMB})
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
