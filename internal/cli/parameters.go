package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"milieu/internal/evidence"
	"milieu/internal/portfolio/parameter"
)

const parametersHelp = `
Lists what appraisals take for given: discount schedules, optimism bias, additionality, prices, persistence, thresholds. Each has a
reference, an owner and a day by which it is to be reviewed; those overdue stand first. A workspace's parameters/*.toml replace
those shipped, by id. Examples:

  milieu parameters
  milieu parameters --group discount
  milieu parameters district --json`

func parametersCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	asJSON := fs.Bool("json", false, "write JSON")
	group := fs.String("group", "", "only a `GROUP`, the first part of the id, such as discount")
	return func(_ context.Context, args []string) error {
		ws, err := workspaceArg(args)
		if err != nil {
			return err
		}
		set, err := p.parametersOf(ws)()
		if err != nil {
			return err
		}
		all := inGroup(set.All(), *group)
		if len(all) == 0 {
			return usagef("there is no parameter of the group %q; the groups are %s", *group, strings.Join(groupsOf(set), ", "))
		}
		if *asJSON {
			return p.json(all)
		}
		return printParameters(p.Stdout, all, set.Day())
	}
}

// parametersOf reads the parameters of a workspace that are in force today.
func (p *Program) parametersOf(ws *evidence.Workspace) func() (parameter.Set, error) {
	return func() (parameter.Set, error) {
		return parameter.Load(ws.Dir, p.Now().UTC().Format(time.DateOnly))
	}
}

func inGroup(all []parameter.Parameter, group string) []parameter.Parameter {
	var out []parameter.Parameter
	for _, q := range all {
		if group == "" || q.Group() == group {
			out = append(out, q)
		}
	}
	return out
}

func groupsOf(set parameter.Set) []string {
	var out []string
	for _, q := range set.All() {
		if len(out) == 0 || out[len(out)-1] != q.Group() {
			out = append(out, q.Group())
		}
	}
	return out
}

// printParameters writes those overdue first, then all.
func printParameters(w io.Writer, all []parameter.Parameter, day string) error {
	for _, q := range all {
		if q.Stale(day) {
			fmt.Fprintln(w, overdue(q))
		}
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tVALUE\tUNIT\tREVIEW BY\tFROM")
	for _, q := range all {
		from := q.Reference.Title
		if q.Assumed {
			from = "assumed"
		}
		if q.Ours {
			from += " (" + q.File + ")"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", q.ID, shortened(q.Says(), 60), q.Unit, q.ReviewBy, shortened(from, 60))
	}
	return t.Flush()
}

// overdue is the warning of a parameter whose day of review has passed.
func overdue(q parameter.Parameter) string {
	return fmt.Sprintf("Overdue: %s (%s) was to be reviewed by %s; owner: %s", q.ID, q.Name, q.ReviewBy, q.Owner)
}

// shortened is the beginning of a text.
func shortened(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}
