package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/workshop"
	"milieu/internal/sheet"
	"milieu/internal/store"
)

const workshopHelp = `
Workshops, in which stakeholders weigh criteria by which interventions are compared. They are held on the pages; here they are read:

  milieu workshop list
  milieu workshop show w-7k2m4c          between which ranks each option lies, with everybody's weights and over all weights
  milieu workshop export w-7k2m4c        setup, weights and ranks as JSON; --csv for the ranks as a table`

// workshopDesk is the workshops of a workspace, as the command line reads them.
type workshopDesk struct {
	p             *Program
	ws            *evidence.Workspace
	book          workshop.Book
	actor         auth.Actor
	asJSON, asCSV bool
}

func workshopCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := fs.String("dir", ".", "workspace `folder`")
	asJSON := fs.Bool("json", false, "write JSON")
	asCSV := fs.Bool("csv", false, "export: the ranks as CSV")
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			args = []string{"list"}
		}
		verb, ids := args[0], args[1:]
		verbs := map[string]func(workshopDesk, context.Context, string) error{"list": workshopDesk.list, "show": workshopDesk.show, "export": workshopDesk.export}
		run, ok := verbs[verb]
		switch {
		case !ok:
			return usagef("there is no %q; there are list, show, export", verb)
		case verb == "list" && len(ids) > 0:
			return usagef("workshop list takes no id")
		case verb != "list" && len(ids) != 1:
			return usagef("workshop %s takes the id of a workshop; workshop list names them", verb)
		case *asCSV && verb != "export":
			return usagef("--csv is for workshop export")
		}
		id := ""
		if len(ids) > 0 {
			id = ids[0]
		}
		ws, err := evidence.OpenWorkspace(*dir)
		if err != nil {
			return err
		}
		db, err := p.openStore(ctx, ws)
		if err != nil {
			return err
		}
		d := workshopDesk{p, ws, workshop.Book{DB: db, Workspace: ws.ID, Now: p.Now}, auth.Machine(ws.ID), *asJSON, *asCSV}
		return errors.Join(run(d, ctx, id), db.Close())
	}
}

// workshopLine is a workshop of the list for programs.
type workshopLine struct {
	ID           string `json:"id"`
	Question     string `json:"question"`
	Options      int    `json:"options"`
	Criteria     int    `json:"criteria"`
	Stakeholders int    `json:"stakeholders"`
	Changed      string `json:"changed"`
}

func (d workshopDesk) list(ctx context.Context, _ string) error {
	all, err := d.book.List(ctx, d.actor)
	if err != nil {
		return err
	}
	lines := []workshopLine{}
	for _, s := range all {
		if s.Deleted == "" {
			lines = append(lines, workshopLine{s.ID, s.Question, s.Options, s.Criteria, s.Stakeholders, s.Changed})
		}
	}
	if d.asJSON {
		return d.p.json(lines)
	}
	if len(lines) == 0 {
		fmt.Fprintln(d.p.Stdout, "There is no workshop. They are made on the page /workshops, by editors.")
		return nil
	}
	w := tabwriter.NewWriter(d.p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "id\toptions\tcriteria\tstakeholders\tchanged\tquestion")
	for _, s := range lines {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\t%s\n", s.ID, s.Options, s.Criteria, s.Stakeholders, store.ParseTime(s.Changed).Format("2006-01-02"), s.Question)
	}
	return w.Flush()
}

// report reckons a workshop by the current release.
func (d workshopDesk) report(ctx context.Context, id string) (workshop.Report, error) {
	kept, err := d.book.Get(ctx, d.actor, id)
	if err != nil {
		return workshop.Report{}, err
	}
	db, err := openCurrent(ctx, []string{d.ws.Dir})
	if err != nil {
		return workshop.Report{}, err
	}
	defer db.Close()
	facts, err := factsOf(ctx, db)
	if err != nil {
		return workshop.Report{}, err
	}
	return workshop.Reckon(ctx, kept, facts)
}

// factsOf reads what the evidence of a release says of interventions.
func factsOf(ctx context.Context, q lake.Querier) (workshop.Facts, error) {
	all, err := portfolio.Interventions(ctx, q)
	if err != nil {
		return nil, err
	}
	register, err := portfolio.ReadRegister(ctx, q)
	return workshop.FactsOf(all, register), err
}

func (d workshopDesk) show(ctx context.Context, id string) error {
	r, err := d.report(ctx, id)
	if err != nil {
		return err
	}
	if d.asJSON {
		return d.p.json(r.Export())
	}
	s := r.Workshop.Setup
	fmt.Fprintf(d.p.Stdout, "%s\n%d options, %d criteria, %d stakeholders\n", s.Question, len(s.Options), len(s.Criteria), len(r.Workshop.Weights))
	if r.Cells == nil {
		fmt.Fprintln(d.p.Stdout, "\nThere is nothing to rank yet: a workshop needs two options and a criterion.")
		return nil
	}
	fmt.Fprintf(d.p.Stdout, "\nRanks in 90 of 100 of %s draws, and how often first over all weights:\n", chart.Number(float64(s.Draws()), 0))
	w := tabwriter.NewWriter(d.p.Stdout, 0, 0, 2, ' ', 0)
	head := []string{"option", "first", "all weights"}
	for _, v := range r.Each {
		head = append(head, v.Name)
	}
	fmt.Fprintln(w, strings.Join(head, "\t"))
	for i, o := range s.Options {
		cells := []string{o.Name, chart.Number(100*r.All.Result.Rank[i][0], 0) + " %"}
		for _, v := range append([]workshop.View{r.All}, r.Each...) {
			cell := strconv.Itoa(v.Best[i])
			if v.Worst[i] != v.Best[i] {
				cell += "–" + strconv.Itoa(v.Worst[i])
			}
			cells = append(cells, cell)
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(r.Warnings) > 0 {
		fmt.Fprintln(d.p.Stdout, "\nBefore you rely on it:")
	}
	for _, x := range r.Warnings {
		fmt.Fprintln(d.p.Stdout, "- "+x.Text)
	}
	return nil
}

func (d workshopDesk) export(ctx context.Context, id string) error {
	r, err := d.report(ctx, id)
	if err != nil {
		return err
	}
	if !d.asCSV {
		return d.p.json(r.Export())
	}
	return sheet.WriteCSV(d.p.Stdout, workshop.Header, r.Table())
}

// workshopChain explains a figure of a workshop, which the store holds and not the release.
func (p *Program) workshopChain(ctx context.Context, ws *evidence.Workspace, ref string) (evidence.Chain, error) {
	parsed, err := evidence.ParseRef(ref)
	if err != nil {
		return evidence.Chain{}, err
	}
	cur, err := openCurrent(ctx, []string{ws.Dir})
	if err != nil {
		return evidence.Chain{}, err
	}
	defer cur.Close()
	facts, err := factsOf(ctx, cur)
	if err != nil {
		return evidence.Chain{}, err
	}
	db, err := p.openStore(ctx, ws)
	if err != nil {
		return evidence.Chain{}, err
	}
	defer db.Close()
	return workshop.Explain(ctx, workshop.Book{DB: db, Workspace: ws.ID, Now: p.Now}, auth.Machine(ws.ID), facts, parsed)
}
