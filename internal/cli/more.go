package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sort"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/example"
	"milieu/internal/lake"
)

func initCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	return func(_ context.Context, args []string) error {
		if len(args) != 1 {
			return usagef("name the folder of the new workspace")
		}
		kept, err := example.Write(example.Template, args[0], false)
		if err != nil {
			return err
		}
		for _, k := range kept {
			fmt.Fprintf(p.Stdout, "Kept %s as it is\n", filepath.Join(args[0], k))
		}
		if !slices.Contains(kept, evidence.File) {
			if err := nameWorkspace(args[0]); err != nil {
				return err
			}
		}
		fmt.Fprintf(p.Stdout, "Workspace in %s\nNext: put your sources and tables there, name them in %s, then: milieu build %s\n",
			args[0], filepath.Join(args[0], evidence.File), args[0])
		return nil
	}
}

// templateID is the id that the template has.
const templateID = `id = "my-place"`

// nameWorkspace gives a new workspace the id of its folder's name, so that two in one
// database are two.
func nameWorkspace(dir string) error {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	id := evidence.Slug(filepath.Base(whole))
	if id == "" {
		return nil
	}
	file := filepath.Join(dir, evidence.File)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(strings.Replace(string(text), templateID, fmt.Sprintf("id = %q", id), 1)), 0o644)
}

func sourcesCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	return func(_ context.Context, args []string) error {
		defs, err := evidence.Definitions()
		if err != nil {
			return err
		}
		if len(args) == 0 {
			var names []string
			for n := range defs {
				names = append(names, n)
			}
			sort.Strings(names)
			for _, n := range names {
				fmt.Fprintf(p.Stdout, "%-20s %s\n", n, defs[n].Title)
			}
			fmt.Fprintln(p.Stdout, "\nMore on one:  milieu sources TYPE")
			return nil
		}
		d, ok := defs[args[0]]
		if !ok {
			return usagef("there is no source type %q", args[0])
		}
		p.printDefinition(d)
		return nil
	}
}

func (p *Program) printDefinition(d evidence.Definition) {
	fmt.Fprintf(p.Stdout, "%s\n%s\n\nPublisher  %s\nLicence    %s\nFrom       %s\n", d.Title, d.About, d.Publisher, d.Licence, d.Home)
	headed := "headers; meaning"
	if d.IsJSON() {
		headed = "paths in the record; meaning"
		fmt.Fprintf(p.Stdout, "Records    JSON: %s\n", d.RecordsAt())
	}
	if len(d.Columns) > 0 {
		fmt.Fprintf(p.Stdout, "\n%-20s %-10s %-9s %s\n", "column", "type", "needed", headed)
	}
	for _, c := range d.Columns {
		needed := "column"
		switch {
		case c.NotNull:
			needed = "filled"
		case c.Optional || d.IsJSON(): // a member may always be left out
			needed = "no"
		}
		kind := string(c.Kind)
		if kind == "" {
			kind = "text"
		}
		headers := strings.Join(c.Headers, " or ")
		if headers == "" {
			headers = c.Name
		}
		if c.Meaning != "" {
			headers += "; " + c.Meaning
		}
		fmt.Fprintf(p.Stdout, "%-20s %-10s %-9s %s\n", c.Name, kind, needed, headers)
	}
	for _, o := range d.Options {
		values := ""
		if len(o.OneOf) > 0 {
			values = " (" + strings.Join(o.OneOf, ", ") + ")"
		}
		fmt.Fprintf(p.Stdout, "option %-13s default %q: %s%s\n", o.Name, o.Default, o.Meaning, values)
	}
}

func versionCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	return func(ctx context.Context, _ []string) error {
		v := "development"
		if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
			v = info.Main.Version
		}
		db, err := lake.Open(lake.Options{})
		if err != nil {
			return err
		}
		defer db.Close()
		engine, err := db.Version(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.Stdout, "milieu %s, engine DuckDB %s\n", v, engine)
		return nil
	}
}
