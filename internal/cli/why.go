package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/portfolio/subsidy"
	"milieu/internal/portfolio/workshop"
	"milieu/internal/portfolio/worth"
	"milieu/internal/survey/telling"
)

func whyCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := fs.String("dir", ".", "`folder` of the workspace")
	asJSON := fs.Bool("json", false, "write the chain as JSON")
	return func(ctx context.Context, args []string) error {
		if len(args) != 1 {
			return usagef("name one figure or fact, such as org/rolls-royce or lq/south-yorkshire/25/2021")
		}
		ws, err := evidence.OpenWorkspace(*dir)
		if err != nil {
			return err
		}
		rel, err := evidence.Current(ws)
		if err != nil {
			return err
		}
		chain, err := p.chainOf(ctx, ws, rel, args[0])
		if err != nil {
			return err
		}
		cited := citeAll(ws, rel.Manifest, chain)
		if *asJSON {
			if err := p.json(cited); err != nil {
				return err
			}
		} else {
			fmt.Fprintf(p.Stdout, "Release %s of %s\n\n", rel.ID, rel.Built.Date())
			printChain(p.Stdout, cited, 0)
		}
		if cited.broken() {
			return errFound
		}
		return nil
	}
}

var recordForm = regexp.MustCompile(`^([a-z][a-z0-9-]*):(.+):(\d+)$`)

// chainOf explains a reference, or a record written SOURCE:FILE:LINE.
func (p *Program) chainOf(ctx context.Context, ws *evidence.Workspace, rel evidence.Release, ref string) (evidence.Chain, error) {
	if m := recordForm.FindStringSubmatch(ref); m != nil {
		line, err := strconv.Atoi(m[3])
		if err != nil {
			return evidence.Chain{}, usagef("line %q is not a number", m[3])
		}
		if _, ok := rel.Manifest.Source(m[1]); !ok {
			var ids []string
			for _, s := range rel.Manifest.Sources {
				ids = append(ids, s.ID)
			}
			return evidence.Chain{}, fmt.Errorf("release %s has no source %q; it has %s", rel.ID, m[1], strings.Join(ids, ", "))
		}
		return evidence.Chain{Title: "Record of " + m[1], Records: []evidence.Record{{Source: m[1], File: m[2], Line: line}}}, nil
	}
	if strings.HasPrefix(ref, telling.Kind+"/") {
		return p.voiceChain(ctx, ws, ref)
	}
	if strings.HasPrefix(ref, workshop.Kind+"/") {
		return p.workshopChain(ctx, ws, ref)
	}
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return evidence.Chain{}, err
	}
	defer db.Close()
	all := explainers()
	maps.Copy(all, parameter.Explainers(p.parametersOf(ws)))
	maps.Copy(all, appraisal.Explainers(p.parametersOf(ws)))
	maps.Copy(all, worth.Explainers(func(_ context.Context, q lake.Querier) worth.Input {
		return worth.Input{DB: q, Params: p.parametersOf(ws)}
	}))
	maps.Copy(all, sequence.Explainers(func(_ context.Context, q lake.Querier) worth.Input {
		return worth.Input{DB: q, Params: p.parametersOf(ws)}
	}))
	maps.Copy(all, subsidy.Explainers(func() (parameter.Set, evidence.Manifest, error) {
		set, err := p.parametersOf(ws)()
		return set, rel.Manifest, err
	}))
	return all.Explain(ctx, db, ref)
}

// citedChain is a chain with its records looked up in their files.
type citedChain struct {
	Title   string           `json:"title"`
	Value   string           `json:"value,omitempty"`
	How     string           `json:"how,omitempty"`
	Method  string           `json:"method,omitempty"`
	URL     string           `json:"url,omitempty"`
	Records []evidence.Cited `json:"records,omitempty"`
	More    int              `json:"more,omitempty"`
	Steps   []citedChain     `json:"steps,omitempty"`
}

func citeAll(ws *evidence.Workspace, m evidence.Manifest, c evidence.Chain) citedChain {
	out := citedChain{Title: c.Title, Value: c.Value, How: c.How, Method: c.Method, URL: c.URL, More: c.More}
	for _, r := range c.Records {
		out.Records = append(out.Records, evidence.Cite(ws, m, r, true))
	}
	for _, s := range c.Steps {
		out.Steps = append(out.Steps, citeAll(ws, m, s))
	}
	return out
}

// broken says that a record of the chain cannot be shown as it was read.
func (c citedChain) broken() bool {
	for _, r := range c.Records {
		if r.Problem != "" {
			return true
		}
	}
	for _, s := range c.Steps {
		if s.broken() {
			return true
		}
	}
	return false
}

func printChain(w io.Writer, c citedChain, depth int) {
	in := strings.Repeat("  ", depth)
	head := c.Title
	if c.Value != "" {
		head += " = " + c.Value
	}
	fmt.Fprintf(w, "%s%s\n", in, head)
	for _, line := range []string{c.How, c.URL} {
		if line != "" {
			fmt.Fprintf(w, "%s  %s\n", in, line)
		}
	}
	for _, r := range c.Records {
		fmt.Fprintf(w, "%s  %s line %d\n", in, r.File, r.Line)
		if r.Text != "" {
			fmt.Fprintf(w, "%s    %s\n", in, r.Text)
		}
		fmt.Fprintf(w, "%s    %s; %s; %s\n", in, r.SourceTitle, retrieved(r.Retrieved), r.Licence)
		if r.Problem != "" {
			fmt.Fprintf(w, "%s    ! %s\n", in, r.Problem)
		}
	}
	if c.More > 0 {
		fmt.Fprintf(w, "%s  and %s more of the same table\n", in, thousands(int64(c.More)))
	}
	for _, s := range c.Steps {
		printChain(w, s, depth+1)
	}
}

func retrieved(date string) string {
	if date == "" {
		return "date of retrieval not recorded"
	}
	return "retrieved " + date
}
