package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"milieu/internal/cash"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/subsidy"
)

const subsidiesHelp = `
Holds awards from public funds against subsidy control: minimal financial assistance to each enterprise (organisations under one head
count as one) over this financial year so far and the two before, and awards that have to be published. What the
records leave open counts in the upper figure only. Exit code 1 when an enterprise is over the limit for certain. Examples:

  milieu subsidies
  milieu subsidies --day 2023-03-31
  milieu subsidies --give 60000 --to GB-COH-00445790`

type subsidyFlags struct {
	day, give, to *string
	asJSON        *bool
}

func subsidiesCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	f := subsidyFlags{
		day:    fs.String("day", "", "how things stand on a `DAY`, as 2026-11-27; today when not given"),
		give:   fs.String("give", "", "what giving this many `POUNDS` more as minimal assistance would come to"),
		to:     fs.String("to", "", "`ID` of the organisation that would be given it"),
		asJSON: fs.Bool("json", false, "write JSON"),
	}
	return func(ctx context.Context, args []string) error {
		if (*f.give == "") != (*f.to == "") {
			return usagef("say both --give and --to")
		}
		ws, err := workspaceArg(args)
		if err != nil {
			return err
		}
		set, err := p.parametersOf(ws)()
		if err != nil {
			return err
		}
		if *f.day == "" {
			*f.day = set.Day()
		}
		if _, err := time.Parse(time.DateOnly, *f.day); err != nil {
			return usagef("--day %q is not written as 2026-11-27", *f.day)
		}
		return p.subsidies(ctx, ws, set, f)
	}
}

func (p *Program) subsidies(ctx context.Context, ws *evidence.Workspace, set parameter.Set, f subsidyFlags) error {
	limits, err := subsidy.LimitsOf(set)
	if err != nil {
		return err
	}
	rel, err := evidence.Current(ws)
	if err != nil {
		return err
	}
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	book, err := subsidy.Read(ctx, db, rel.Manifest)
	if err != nil {
		return err
	}
	if *f.give != "" {
		return p.whatIfGiven(book, limits, f)
	}
	all, err := book.Positions(*f.day, limits)
	if err != nil {
		return err
	}
	if *f.asJSON {
		if err := p.json(all); err != nil {
			return err
		}
	} else if err := printSubsidies(p.Stdout, all, *f.day); err != nil {
		return err
	}
	for _, x := range all {
		if x.State == subsidy.Over {
			return errFound
		}
	}
	return nil
}

func (p *Program) whatIfGiven(book subsidy.Book, limits subsidy.Limits, f subsidyFlags) error {
	pounds, err := parameter.ReadNumber(*f.give)
	if err != nil || pounds < 0.01 {
		return usagef("--give %q is not an amount in pounds", *f.give)
	}
	a, err := book.WhatIf(*f.to, *f.to, cash.FromPounds(pounds), *f.day, limits)
	if err != nil {
		return err
	}
	if *f.asJSON {
		err = p.json(a)
	} else {
		_, err = fmt.Fprintf(p.Stdout, "%s to %s on %s\nGiven from %s: %s for certain, %s at most; with this %s and %s of %s.\n%s\n", subsidy.Pounds(a.AmountP), a.Before.Name, a.Before.To, a.Before.From,
			subsidy.Pounds(a.Before.Sure), subsidy.Pounds(a.Before.Most), subsidy.Pounds(a.After.Sure), subsidy.Pounds(a.After.Most), subsidy.Pounds(a.Before.Limit), a.Says())
	}
	if err == nil && a.After.State == subsidy.Over {
		return errFound
	}
	return err
}

func printSubsidies(w io.Writer, all []subsidy.Position, day string) error {
	from, _, err := subsidy.Period(day)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Minimal financial assistance from %s to %s\n\n", from, day)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ENTERPRISE\tFOR CERTAIN\tAT MOST\tMAY STILL BE GIVEN\tSTATE")
	counts := false
	for _, x := range all {
		if len(x.Awards) == 0 {
			continue
		}
		counts = true
		least, most := x.Headroom()
		room := subsidy.Pounds(least)
		if least != most {
			room += " to " + subsidy.Pounds(most)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", shortened(x.Name, 50), subsidy.Pounds(x.Sure), subsidy.Pounds(x.Most), room, x.State)
	}
	if !counts {
		fmt.Fprintln(t, "no award counts\t\t\t\t")
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, x := range all {
		for _, a := range x.Large {
			fmt.Fprintf(w, "\n%s to %s from %s, %s, is in no sum: %s\n", subsidy.Pounds(a.AmountP), a.Org, a.Granter, a.When(), a.Why)
		}
	}
	begun := false
	for _, x := range all {
		for _, u := range x.Unreported {
			if !begun {
				fmt.Fprintln(w, "\nTo be published, or perhaps:")
				begun = true
			}
			fmt.Fprintf(w, "  %s to %s from %s, %s: %s\n", subsidy.Pounds(u.AmountP), u.Org, u.Granter, u.When(), u.Why)
		}
	}
	return nil
}
