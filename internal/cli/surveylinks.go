package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"milieu/internal/mail"
	"milieu/internal/sheet"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/tabular"
)

// contactColumns are the columns of a file of addresses.
var contactColumns = []tabular.Column{
	{Name: "org_id", Headers: []string{"org_id", "organisation_id", "id"}, Optional: true},
	{Name: "name", Headers: []string{"name", "firm", "organisation", "company"}, Optional: true},
	{Name: "email", Headers: []string{"email", "e-mail", "e_mail", "mail"}},
	{Name: "contact", Headers: []string{"contact", "person", "contact_name"}, Optional: true},
}

func surveyContacts(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	return func(ctx context.Context, args []string) error {
		if len(args) != 2 {
			return usagef("name the survey and the file")
		}
		data, err := os.ReadFile(args[1])
		if err != nil {
			return err
		}
		t, err := sheet.Read(ctx, data, contactColumns)
		if err != nil {
			return fmt.Errorf("%s: %w", args[1], err)
		}
		if !t.Present[2] || !t.Present[0] && !t.Present[1] {
			return fmt.Errorf("%s: it needs a column email, and org_id or name", args[1])
		}
		rows := make([]fieldwork.ContactRow, len(t.Rows))
		for i, r := range t.Rows {
			rows[i] = fieldwork.ContactRow{Line: r.Line, OrgID: r.Cells[0], Name: r.Cells[1], Email: r.Cells[2], Contact: r.Cells[3]}
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			if _, err := d.survey(ctx, args[0]); err != nil {
				return err
			}
			got, err := d.book.ImportContacts(ctx, d.actor, args[0], rows)
			if err != nil {
				return err
			}
			for _, r := range t.Rejects {
				got.Rejects = append(got.Rejects, fieldwork.Reject{Line: r.Line, Reason: r.Reason})
			}
			slices.SortStableFunc(got.Rejects, func(a, b fieldwork.Reject) int { return a.Line - b.Line })
			if *asJSON {
				err = p.json(struct {
					Taken   int                `json:"taken"`
					Rejects []fieldwork.Reject `json:"rejects"`
				}{got.Taken, append([]fieldwork.Reject{}, got.Rejects...)})
			} else {
				fmt.Fprintf(p.Stdout, "%d addresses were taken, %d lines were not\n", got.Taken, len(got.Rejects))
				for _, r := range got.Rejects {
					fmt.Fprintf(p.Stdout, "%s:%d: %s\n", args[1], r.Line, r.Reason)
				}
			}
			if err == nil && len(got.Rejects) > 0 {
				return errFound
			}
			return err
		})
	}
}

// letters reads a survey with its newest instrument, for what is written to firms.
func (d surveyDesk) letters(ctx context.Context, id string) (fieldwork.Survey, survey.Instrument, error) {
	s, err := d.survey(ctx, id)
	if err != nil {
		return s, survey.Instrument{}, err
	}
	in, _, err := d.book.Instrument(ctx, id, 0)
	if errors.Is(err, fieldwork.ErrNotFound) {
		err = fmt.Errorf("no version of the instrument of %s is published; publish one with: milieu survey publish %s", id, id)
	}
	return s, in, err
}

func surveyLinks(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	out := fs.String("out", "", "`FILE` to write; it is for its owner alone and is not written over")
	base := fs.String("url", "", "`address` at which firms reach the program (default: url of [server])")
	remind := fs.Bool("remind", false, "a new link for those that have one and have not answered")
	return func(ctx context.Context, args []string) error {
		id, err := oneID(args, "survey")
		if err != nil {
			return err
		}
		if *out == "" {
			return usagef("say where to write with --out FILE")
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			s, in, err := d.letters(ctx, id)
			if err != nil {
				return err
			}
			if *base == "" {
				*base = d.ws.Server.URL
			}
			if !strings.HasPrefix(*base, "http://") && !strings.HasPrefix(*base, "https://") {
				return usagef("say at which address firms reach the program: --url https://place.example, or url of [server]")
			}
			kind := fieldwork.Invite
			if *remind {
				kind = fieldwork.Remind
			}
			round, err := d.mergeFile(ctx, *out, *base, kind, s, in)
			if err != nil {
				return err
			}
			return p.printRound(round, *asJSON, fmt.Sprintf("%d links are in %s. Send the letters, then delete the file: whoever has it can answer.", round.Sent, *out))
		})
	}
}

// mergeFile writes the mail-merge file. A fault of the disk in the middle takes the links back that are not in it for sure.
func (d surveyDesk) mergeFile(ctx context.Context, name, base, kind string, s fieldwork.Survey, in survey.Instrument) (fieldwork.Round, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fieldwork.Round{}, fmt.Errorf("%s is there already and is not written over, since its links may still be needed: name another file", name)
	}
	if err != nil {
		return fieldwork.Round{}, err
	}
	round, err := d.merge(ctx, f, base, kind, s, in)
	if err := errors.Join(err, f.Close()); err != nil || round.Sent == 0 {
		return round, errors.Join(err, os.Remove(name))
	}
	return round, nil
}

func (d surveyDesk) merge(ctx context.Context, w io.Writer, base, kind string, s fieldwork.Survey, in survey.Instrument) (fieldwork.Round, error) {
	m, err := fieldwork.NewMerge(w, base, s, in)
	if err != nil {
		return fieldwork.Round{}, err
	}
	round, err := d.book.Links(ctx, d.actor, s.ID, kind, m)
	return round, errors.Join(err, m.Flush())
}

// surveyMail sends links by the workspace's mail server.
func surveyMail(kind string) func(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	return func(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
		dir, asJSON := folderFlag(fs), jsonFlag(fs)
		return func(ctx context.Context, args []string) error {
			id, err := oneID(args, "survey")
			if err != nil {
				return err
			}
			return p.desk(ctx, *dir, func(d surveyDesk) error {
				s, in, err := d.letters(ctx, id)
				if err != nil {
					return err
				}
				post, err := mail.Open(mailOf(d.ws))
				if err != nil {
					return err
				}
				round, err := d.book.Links(ctx, d.actor, id, kind, fieldwork.Letters{Post: post, Base: d.ws.Server.URL, Survey: s, Instrument: in})
				if err := errors.Join(err, post.Close()); err != nil {
					return err
				}
				return p.printRound(round, *asJSON, fmt.Sprintf("%d letters were sent", round.Sent))
			})
		}
	}
}

func (p *Program) printRound(r fieldwork.Round, asJSON bool, done string) error {
	if asJSON {
		type unsent struct {
			Name   string `json:"name"`
			Reason string `json:"reason"`
		}
		list := []unsent{}
		for _, u := range r.Unsent {
			list = append(list, unsent{u.Name, u.Reason})
		}
		return p.json(struct {
			Kind   string   `json:"kind"`
			Sent   int      `json:"sent"`
			Unsent []unsent `json:"unsent"`
		}{r.Kind, r.Sent, list})
	}
	fmt.Fprintln(p.Stdout, done)
	if len(r.Unsent) == 0 {
		return nil
	}
	fmt.Fprintf(p.Stdout, "%d firms got none:\n", len(r.Unsent))
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	for _, u := range r.Unsent {
		fmt.Fprintf(w, "  %s\t%s\n", u.Name, u.Reason)
	}
	return w.Flush()
}
