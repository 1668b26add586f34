package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/mail"
	"milieu/internal/survey/fieldwork"
)

// surveyHelp is what the command does, with its verbs.
func surveyHelp() string {
	var b strings.Builder
	b.WriteString(surveyAbout + "\n\nVerbs, each with its own --help:\n\n")
	for _, v := range surveyVerbs() {
		fmt.Fprintf(&b, "  %-20s %s\n", v.name+" "+v.args, v.about)
	}
	return b.String()
}

const surveyAbout = `
Surveys of the firms of a place: an instrument (a file), a frozen frame of firms, a draw, links by which they answer, and results
with weights and intervals. Each step is also a page under /voices. How far answers can be traced (anonymous, confidential,
attributable) is said when a survey is made, and never changes. In their order:

  milieu survey check firms.toml                 what is wrong with an instrument (TOML or an XLSForm)
  milieu survey new --level anonymous            makes a survey with the shipped instrument, and prints its id
  milieu survey publish v-7k2m4c                 its instrument becomes version 1
  milieu survey frame v-7k2m4c --role firm --strata size
  milieu survey draw v-7k2m4c --n 300 --seed 2026
  milieu survey open v-7k2m4c
  milieu survey contacts v-7k2m4c addresses.csv
  milieu survey links v-7k2m4c --out letters.csv --url https://place.example
  milieu survey send v-7k2m4c                    by the mail server of [mail], instead of the file
  milieu survey progress v-7k2m4c
  milieu survey close v-7k2m4c
  milieu survey results v-7k2m4c

Whoever holds the file of links can answer by them: send the letters, then delete it. Of an anonymous survey it is the only place
where firm and link stand together.`

// smtpPasswordEnv names the environment variable with the password of [mail].
const smtpPasswordEnv = "MILIEU_SMTP_PASSWORD"

// mailOf is the mail server that milieu.toml names.
func mailOf(ws *evidence.Workspace) mail.Config {
	m := ws.Mail
	return mail.Config{Host: m.Host, Port: m.Port, From: m.From, User: m.User, Password: os.Getenv(smtpPasswordEnv), TLS: m.TLS}
}

// surveyVerb is what can be done with surveys.
type surveyVerb struct {
	name, args, about string
	setup             func(p *Program, fs *flag.FlagSet) func(context.Context, []string) error
}

func surveyVerbs() []surveyVerb {
	return []surveyVerb{
		{"list", "", "Lists the surveys of the workspace.", surveyList},
		{"check", "FILE", "Reads an instrument (TOML, or an XLSForm as .xlsx) and says what is wrong with it, by line or row; exit 1 when something is.", surveyCheck},
		{"new", "[FILE]", "Makes a survey, with the instrument of a file or with the shipped one, and prints its id.", surveyNew},
		{"publish", "ID [FILE]", "Publishes the instrument that is being written, or that of a file, as the next version. Questions over the interventions take those that --interventions names.", surveyPublish},
		{"set", "ID", "Changes what can be changed: title, contact, until when answers are kept, who sees the results, since when releases take them.", surveySet},
		{"frame", "ID", "Freezes the firms of the newest release that pass a query, in strata.", surveyFrame},
		{"draw", "ID", "Draws firms from the frame. The same seed draws the same firms; a larger draw holds the smaller one.", surveyDraw},
		{"contacts", "ID FILE", "Imports addresses (CSV or .xlsx with org_id or name, email, contact); lines that cannot be taken are named, exit 1.", surveyContacts},
		{"open", "ID", "Lets firms answer.", surveyTurn(fieldwork.Book.Open, fieldwork.Book.Reopen)},
		{"close", "ID", "Takes no more answers.", surveyTurn(fieldwork.Book.Close, nil)},
		{"links", "ID", "Writes a mail-merge file with a personal link for each firm that has none yet, or with --remind for those that have not answered.", surveyLinks},
		{"send", "ID", "Sends personal links by mail to firms that have none yet.", surveyMail(fieldwork.Invite)},
		{"remind", "ID", "Sends new links by mail to firms that have not answered; of an anonymous survey to all, since nobody knows who has.", surveyMail(fieldwork.Remind)},
		{"progress", "ID", "How far it has come, by stratum, with response rates (AAPOR).", surveyProgress},
		{"results", "ID", "Results with intervals; small cells are hidden. --csv writes all figures as a tidy table, --codebook says what its columns mean.", surveyResults},
		{"export", "ID", "Writes one row an answer, without firms, as CSV.", surveyExport},
		{"erase", "ORGANISATION", "Empties all that a firm said, in every survey and interview that is not anonymous. The next build leaves it out and removes releases that hold it.", surveyErase},
		{"expire", "", "Empties what names anybody in surveys whose answers were to be kept until a day that is over.", surveyExpire},
		{"invent", "", "Makes a survey whose answers a stated model makes up, for showing how this works; it says so wherever it is shown.", surveyInvent},
	}
}

// surveyCommand runs a verb with its own flags, which it finds among those of all verbs.
func surveyCommand(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	runs, own := map[string]func(context.Context, []string) error{}, map[string]*flag.FlagSet{}
	var names []string
	for _, v := range surveyVerbs() {
		set := flag.NewFlagSet(v.name, flag.ContinueOnError)
		runs[v.name], own[v.name] = v.setup(p, set), set
		names = append(names, v.name)
		set.VisitAll(func(f *flag.Flag) { declareShared(fs, f, v.name) })
	}
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return usagef("say what to do: %s", strings.Join(names, ", "))
		}
		run, ok := runs[args[0]]
		if !ok {
			return usagef("there is no %q; there are %s", args[0], strings.Join(names, ", "))
		}
		var wrong error
		fs.Visit(func(f *flag.Flag) {
			switch to := own[args[0]]; {
			case wrong != nil:
			case to.Lookup(f.Name) == nil:
				wrong = usagef("survey %s has no flag --%s", args[0], f.Name)
			default:
				if err := to.Set(f.Name, f.Value.String()); err != nil {
					wrong = usagef("invalid value %q for flag --%s: %v", f.Value, f.Name, err)
				}
			}
		})
		if wrong != nil {
			return wrong
		}
		return run(ctx, args[1:])
	}
}

// declareShared is declare for flags that mean the same with every verb.
func declareShared(fs *flag.FlagSet, f *flag.Flag, verb string) {
	if f.Name != "dir" && f.Name != "json" {
		declare(fs, f, verb)
		return
	}
	if fs.Lookup(f.Name) == nil {
		b, ok := f.Value.(interface{ IsBoolFlag() bool })
		fs.Var(&given{text: f.DefValue, yes: ok && b.IsBoolFlag()}, f.Name, f.Usage)
	}
}

// verbUsage describes the verb that a call of survey names, and says whether it names one.
func (p *Program) verbUsage(c command, args []string) bool {
	if c.name != "survey" || len(args) == 0 {
		return false
	}
	i := slices.IndexFunc(surveyVerbs(), func(v surveyVerb) bool { return v.name == args[0] })
	if i < 0 {
		return false
	}
	v := surveyVerbs()[i]
	own := flag.NewFlagSet(v.name, flag.ContinueOnError)
	v.setup(p, own)
	p.usage(p.Stdout, command{name: "survey " + v.name, args: v.args, long: v.about}, own)
	return true
}

// surveyDesk is the surveys of a workspace, as the command line works on them.
type surveyDesk struct {
	p     *Program
	ws    *evidence.Workspace
	book  fieldwork.Book
	actor auth.Actor
}

// desk opens the workspace of dir and runs f on its surveys.
func (p *Program) desk(ctx context.Context, dir string, f func(surveyDesk) error) error {
	ws, err := evidence.OpenWorkspace(dir)
	if err != nil {
		return err
	}
	db, err := p.openStore(ctx, ws)
	if err != nil {
		return err
	}
	return errors.Join(f(surveyDesk{p, ws, fieldwork.Book{DB: db, Workspace: ws.ID, Now: p.Now}, auth.Machine(ws.ID)}), db.Close())
}

// survey is the survey of an argument.
func (d surveyDesk) survey(ctx context.Context, id string) (fieldwork.Survey, error) {
	s, err := d.book.Survey(ctx, d.actor, id)
	if errors.Is(err, fieldwork.ErrNotFound) {
		return s, fmt.Errorf("there is no survey %q; milieu survey list names them", id)
	}
	return s, err
}

// oneID is the only argument of a verb.
func oneID(args []string, what string) (string, error) {
	if len(args) != 1 {
		return "", usagef("name one %s", what)
	}
	return args[0], nil
}

// folderFlag and jsonFlag are flags of nearly every verb.
func folderFlag(fs *flag.FlagSet) *string {
	return fs.String("dir", ".", "`folder` of the workspace")
}

func jsonFlag(fs *flag.FlagSet) *bool { return fs.Bool("json", false, "write JSON") }

// surveyLine is a survey for programs.
type surveyLine struct {
	ID        string `json:"survey_id"`
	Title     string `json:"title"`
	Level     string `json:"level"`
	State     string `json:"state"`
	Series    string `json:"series"`
	Wave      string `json:"wave"`
	Invented  bool   `json:"invented"`
	Published int    `json:"published"`
	Results   string `json:"results"`
	Evidence  string `json:"evidence"`
	KeepUntil string `json:"keep_until"`
	Threshold int    `json:"threshold"`
	Version   int64  `json:"version"`
}

func surveyLineOf(s fieldwork.Survey) surveyLine {
	return surveyLine{s.ID, s.Title, string(s.Level), s.State, s.Series, s.Wave, s.Invented, s.Published, s.Results, s.Evidence, s.KeepUntil, s.Threshold, s.Version}
}

func surveyList(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	return func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return usagef("survey list takes no argument")
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			all, err := d.book.Surveys(ctx, d.actor)
			if err != nil {
				return err
			}
			lines := []surveyLine{}
			for _, s := range all {
				lines = append(lines, surveyLineOf(s))
			}
			if *asJSON {
				return p.json(lines)
			}
			if len(lines) == 0 {
				fmt.Fprintln(p.Stdout, "There is no survey yet; make one with: milieu survey new --level anonymous")
			}
			for _, l := range lines {
				note := ""
				if l.Invented {
					note = "  " + evidence.InventedNote
				}
				wave := ""
				if l.Wave != "" {
					wave = ", wave " + l.Wave
				}
				fmt.Fprintf(p.Stdout, "%-20s %-7s %-13s %s%s%s\n", l.ID, l.State, l.Level, l.Title, wave, note)
			}
			return nil
		})
	}
}
