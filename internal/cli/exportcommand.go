package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/network"
	"milieu/internal/network/export"
	"milieu/internal/network/structure"
)

const exportHelp = `
Writes what other programs read. WHAT is network: the ties that the filter keeps, each with its years, weight and records, and every
organisation with its measures under the filter, as GraphML (yEd, Cytoscape, networkx, igraph), GEXF (Gephi) or CSV (a ZIP of
tables). Two organisations may have several ties: read the file as a multigraph. The filter is that of milieu network. Examples:

  milieu export network --format graphml --out network.graphml
  milieu export network --format gexf --area lad/E08000018 > rotherham.gexf`

func exportCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	f := netFilterFlags(fs)
	format := fs.String("format", "graphml", "graphml, gexf or csv")
	out := fs.String("out", "", "`FILE` to write (default standard output)")
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 || args[0] != "network" {
			return usagef("say what to write: milieu export network")
		}
		if !slices.Contains(export.Formats(), *format) {
			return usagef("the network is written as %s, not as %q", strings.Join(export.Formats(), ", "), *format)
		}
		ws, err := workspaceArg(args[1:])
		if err != nil {
			return err
		}
		rel, err := evidence.Current(ws)
		if err != nil {
			return err
		}
		v, db, err := f.open(ctx, args[1:])
		if err != nil {
			return err
		}
		defer db.Close()
		slow, err := v.Slow(ctx)
		if err != nil {
			return err
		}
		sources, err := structure.ReadSources(ctx, db, v)
		if err != nil {
			return err
		}
		n := structure.Taken(v, &slow, sources, "Network of "+ws.Name, aboutNetwork(rel, v))
		if *out == "" {
			return export.Write(p.Stdout, *format, n)
		}
		return writeWhole(*out, func(w io.Writer) error { return export.Write(w, *format, n) })
	}
}

// writeWhole writes a file aside and renames it, so that no half file is left under its name.
func writeWhole(name string, write func(io.Writer) error) error {
	aside := name + ".part"
	f, err := os.Create(aside)
	if err != nil {
		return err
	}
	err = write(f)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Rename(aside, name)
	}
	if err != nil {
		_ = os.Remove(aside) // what could not be finished is of no use
	}
	return err
}

// aboutNetwork says where a network comes from.
func aboutNetwork(rel evidence.Release, v *network.View) []export.Fact {
	filter, _ := url.QueryUnescape(v.Filter.Key())
	if filter == "" {
		filter = "none: all ties"
	}
	out := []export.Fact{{Name: "release", Value: rel.ID}, {Name: "built", Value: rel.Built.Date()}, {Name: "filter", Value: filter},
		{Name: "counted", Value: fmt.Sprintf("%d organisations, %d tied pairs, %d of them without a year", len(v.Nodes), len(v.Pairs), v.Undated)},
		{Name: "meaning", Value: "a tie is what is on record; none on record is not the same as none"}}
	for _, src := range rel.Manifest.Sources {
		out = append(out, export.Fact{Name: "source " + src.ID, Value: strings.Trim(strings.Join([]string{src.Title, src.Publisher, src.Licence}, "; "), "; ")})
	}
	return out
}
