package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/xlsform"
)

// readInstrument reads the text of an instrument from TOML or from an XLSForm, with all that is wrong with it.
func readInstrument(file string) (in survey.Instrument, text string, wrong []string, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return in, "", nil, err
	}
	if strings.EqualFold(filepath.Ext(file), ".xlsx") {
		in, problems, err := xlsform.Read(data)
		if err != nil {
			return in, "", nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, p := range problems {
			wrong = append(wrong, p.String())
		}
		toml, err := in.TOML()
		return in, string(toml), wrong, err
	}
	in, err = survey.Parse(data)
	var faults *survey.ParseError
	if errors.As(err, &faults) {
		for _, f := range faults.Faults {
			wrong = append(wrong, f.String())
		}
		return in, string(data), wrong, nil
	}
	return in, string(data), nil, err
}

func surveyCheck(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	asJSON := jsonFlag(fs)
	return func(_ context.Context, args []string) error {
		file, err := oneID(args, "file")
		if err != nil {
			return err
		}
		in, _, wrong, err := readInstrument(file)
		if err != nil {
			return err
		}
		if *asJSON {
			err = p.json(struct {
				Title     string   `json:"title"`
				Sections  int      `json:"sections"`
				Questions int      `json:"questions"`
				Faults    []string `json:"faults"`
			}{in.Title, len(in.Sections), len(in.Questions()), append([]string{}, wrong...)})
		} else {
			for _, w := range wrong {
				fmt.Fprintf(p.Stdout, "%s: %s\n", file, w)
			}
			if len(wrong) == 0 {
				fmt.Fprintf(p.Stdout, "%s: %s: %d sections, %d questions; nothing is wrong\n", file, in.Title, len(in.Sections), len(in.Questions()))
			}
		}
		if err == nil && len(wrong) > 0 {
			return errFound
		}
		return err
	}
}

func surveyNew(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	var s fieldwork.Survey
	fs.StringVar(&s.Title, "title", "", "`title` of the survey (default: the instrument's)")
	fs.StringVar(&s.About, "about", "", "what it is for, in `words` for those who are asked (default: the instrument's)")
	level := fs.String("level", "", "how far answers can be traced: anonymous, confidential or attributable; it never changes")
	fs.StringVar(&s.Series, "series", "", "`name` of the series of waves that it belongs to")
	fs.StringVar(&s.Wave, "wave", "", "`name` of the wave, such as 2026")
	fs.StringVar(&s.Contact, "contact", "", "who asks and how they are reached, in `words`")
	fs.StringVar(&s.KeepUntil, "keep-until", "", "`day` until which answers are kept, such as 2028-12-31")
	fs.IntVar(&s.Threshold, "threshold", fieldwork.LeastThreshold, "least `number` of answers behind anything that is shown")
	return func(ctx context.Context, args []string) error {
		if len(args) > 1 {
			return usagef("give one file at most")
		}
		text, in, err := newInstrument(args)
		if err != nil {
			return err
		}
		if s.Level = survey.Level(*level); !s.Level.Known() {
			return usagef("say --level anonymous, confidential or attributable")
		}
		s.Draft = text
		if s.Title == "" {
			s.Title = in.Title
		}
		if s.About == "" {
			s.About = in.About
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			id, err := d.book.New(ctx, d.actor, s)
			if err != nil {
				return err
			}
			made, err := d.survey(ctx, id)
			if err != nil {
				return err
			}
			if *asJSON {
				return p.json(surveyLineOf(made))
			}
			fmt.Fprintf(p.Stdout, "%s\n", id)
			fmt.Fprintf(p.Stderr, "%s, %s: %s\nNext: milieu survey publish %s\n", made.Title, made.Level, made.Level.Meaning(), id)
			return nil
		})
	}
}

// newInstrument is the instrument of a file, or the first that comes with the program.
func newInstrument(args []string) (string, survey.Instrument, error) {
	if len(args) == 0 {
		shipped := survey.Shipped()[0]
		in, err := survey.Parse(shipped.Text)
		return string(shipped.Text), in, err
	}
	in, text, wrong, err := readInstrument(args[0])
	if err == nil && len(wrong) > 0 {
		err = fmt.Errorf("%s: %s; see all: milieu survey check %s", args[0], wrong[0], args[0])
	}
	return text, in, err
}

func surveyPublish(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	note := fs.String("note", "", "what is new in this version, in `words`")
	offers := fs.String("interventions", "", fmt.Sprintf("`ids` of interventions to ask about, parted by commas (default: the first %d of the plan)", inventedOffers))
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 || len(args) > 2 {
			return usagef("name the survey, and a file where the instrument is not the one that is being written")
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			s, err := d.survey(ctx, args[0])
			if err != nil {
				return err
			}
			in, err := d.instrument(ctx, &s, args[1:])
			if err != nil {
				return err
			}
			if in, err = d.filled(ctx, in, listOf(*offers)); err != nil {
				return err
			}
			n, err := d.book.Publish(ctx, d.actor, s.ID, s.Version, in, *note)
			if err != nil {
				return err
			}
			if *asJSON {
				return p.json(map[string]any{"survey_id": s.ID, "n": n, "questions": len(in.Questions())})
			}
			fmt.Fprintf(p.Stdout, "Version %d of %s is published: %d questions\n", n, s.Title, len(in.Questions()))
			return nil
		})
	}
}

// filled gives the questions over interventions their options, or leaves them out, and says so, where the release has none.
func (d surveyDesk) filled(ctx context.Context, in survey.Instrument, ids []string) (survey.Instrument, error) {
	open := in.Unfilled()
	if len(open) == 0 {
		return in, nil
	}
	options, err := d.offers(ctx, ids)
	if err != nil {
		return in, err
	}
	if len(options) > 1 {
		return in.Fill("interventions", options), nil
	}
	if len(ids) > 0 {
		return in, usagef("name two interventions or more")
	}
	var left []string
	for _, q := range open {
		left = append(left, fmt.Sprintf("“%s”", q.Text))
	}
	fmt.Fprintf(d.p.Stderr, "The release has no two interventions to choose from; left out: %s\n", strings.Join(left, ", "))
	return in.Without("interventions"), nil
}

// instrument is the draft of a survey, or the file that becomes it.
func (d surveyDesk) instrument(ctx context.Context, s *fieldwork.Survey, file []string) (survey.Instrument, error) {
	if len(file) == 0 {
		in, err := survey.Parse([]byte(s.Draft))
		if err != nil {
			return in, fmt.Errorf("the instrument that is being written: %w", err)
		}
		return in, nil
	}
	text, in, err := newInstrument(file)
	if err != nil {
		return in, err
	}
	if err := d.book.SaveDraft(ctx, d.actor, s.ID, s.Version, text); err != nil {
		return in, err
	}
	*s, err = d.survey(ctx, s.ID)
	return in, err
}

// offers are interventions of the newest release as options: those of ids, or the first of the plan.
func (d surveyDesk) offers(ctx context.Context, ids []string) ([]survey.Option, error) {
	rel, err := evidence.Current(d.ws)
	if err != nil {
		return nil, err
	}
	db, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	all, err := portfolio.Interventions(ctx, db)
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	for _, i := range all {
		known[i.ID] = i.Name
	}
	if len(ids) == 0 {
		plan := d.ws.Plan
		for _, i := range portfolio.ByLens(all, portfolio.Growth) {
			open := (len(plan.Regions) == 0 || slices.Contains(plan.Regions, i.Region)) && (len(plan.Stages) == 0 || slices.Contains(plan.Stages, i.Stage))
			if open && len(ids) < inventedOffers {
				ids = append(ids, i.ID)
			}
		}
	}
	var out []survey.Option
	for _, id := range ids {
		if known[id] == "" {
			return nil, fmt.Errorf("the release has no intervention %q", id)
		}
		out = append(out, survey.Option{ID: id, Label: known[id]})
	}
	return out, nil
}

func surveySet(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	var set fieldwork.Settings
	fs.StringVar(&set.Title, "title", "", "`title`")
	fs.StringVar(&set.About, "about", "", "what it is for, in `words`")
	fs.StringVar(&set.Series, "series", "", "`name` of the series")
	fs.StringVar(&set.Wave, "wave", "", "`name` of the wave")
	fs.StringVar(&set.Contact, "contact", "", "who asks, in `words`")
	fs.StringVar(&set.KeepUntil, "keep-until", "", "`day`")
	fs.IntVar(&set.Threshold, "threshold", 0, "least `number` of answers behind anything that is shown")
	fs.StringVar(&set.Results, "results", "", "`who` sees them: team or public")
	fs.StringVar(&set.Evidence, "evidence", "", "`day` since which releases take what the level and consents allow, or no")
	return func(ctx context.Context, args []string) error {
		id, err := oneID(args, "survey")
		if err != nil {
			return err
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			s, err := d.survey(ctx, id)
			if err != nil {
				return err
			}
			now := s.Settings()
			fs.Visit(func(f *flag.Flag) { merge(&now, set, f.Name) })
			if err := d.book.Change(ctx, d.actor, id, s.Version, now); err != nil {
				return err
			}
			if s, err = d.survey(ctx, id); err != nil {
				return err
			}
			if *asJSON {
				return p.json(surveyLineOf(s))
			}
			fmt.Fprintf(p.Stdout, "%s: %s, results for %s, kept until %s\n", s.ID, s.Title, orWord(s.Results, "the team"), orWord(s.KeepUntil, "no day"))
			return nil
		})
	}
}

// merge takes one setting over that was given.
func merge(now *fieldwork.Settings, set fieldwork.Settings, name string) {
	switch name {
	case "title":
		now.Title = set.Title
	case "about":
		now.About = set.About
	case "series":
		now.Series = set.Series
	case "wave":
		now.Wave = set.Wave
	case "contact":
		now.Contact = set.Contact
	case "keep-until":
		now.KeepUntil = set.KeepUntil
	case "threshold":
		now.Threshold = set.Threshold
	case "results":
		if now.Results = set.Results; set.Results == "team" {
			now.Results = ""
		}
	case "evidence":
		if now.Evidence = set.Evidence; set.Evidence == "no" {
			now.Evidence = ""
		}
	}
}

func orWord(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// surveyTurn opens or closes a survey; again is what is done where it was closed before.
func surveyTurn(do, again func(fieldwork.Book, context.Context, auth.Actor, string, int64) error) func(*Program, *flag.FlagSet) func(context.Context, []string) error {
	return func(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
		dir, asJSON := folderFlag(fs), jsonFlag(fs)
		return func(ctx context.Context, args []string) error {
			id, err := oneID(args, "survey")
			if err != nil {
				return err
			}
			return p.desk(ctx, *dir, func(d surveyDesk) error {
				s, err := d.survey(ctx, id)
				if err != nil {
					return err
				}
				turn := do
				if again != nil && s.State == fieldwork.Closed {
					turn = again
				}
				if err := turn(d.book, ctx, d.actor, id, s.Version); err != nil {
					return err
				}
				if s, err = d.survey(ctx, id); err != nil {
					return err
				}
				if *asJSON {
					return p.json(surveyLineOf(s))
				}
				fmt.Fprintf(p.Stdout, "%s is %s\n", s.Title, s.State)
				return nil
			})
		}
	}
}
