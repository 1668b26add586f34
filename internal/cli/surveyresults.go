package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"milieu/internal/auth"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/report"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/prospect"
	"milieu/internal/survey/result"
	"milieu/internal/survey/telling"
	"milieu/internal/typed"
)

// progressLine is how far a stratum has come, for programs.
type progressLine struct {
	Stratum    string   `json:"stratum"`
	Label      string   `json:"label"`
	Frame      int      `json:"frame"`
	Drawn      int      `json:"drawn"`
	Sent       int      `json:"sent"`
	Reminded   int      `json:"reminded"`
	Opened     *int     `json:"opened"` // null of a stratum of an anonymous survey
	Started    *int     `json:"started"`
	Partial    *int     `json:"partial"`
	Done       *int     `json:"done"`
	Refused    *int     `json:"refused"`
	Bounced    int      `json:"bounced"`
	OutOfScope int      `json:"out_of_scope"`
	Erased     int      `json:"erased"`
	Links      int      `json:"links"`
	RR1        *float64 `json:"aapor_rr1"`
	RR2        *float64 `json:"aapor_rr2"`
}

// progressLineOf leaves out what a stratum of an anonymous survey answered: together with the results it would say what few said.
func progressLineOf(s fieldwork.StratumProgress, told bool) progressLine {
	rate := func(v float64) *float64 {
		if math.IsNaN(v) || !told {
			return nil
		}
		return &v
	}
	number := func(n int) *int {
		if !told {
			return nil
		}
		return &n
	}
	return progressLine{s.Key, s.Label, s.Frame, s.Drawn, s.Sent, s.Reminded, number(s.Opened), number(s.Started), number(s.Partial), number(s.Done), number(s.Refused), s.Bounced, s.OutOfScope, s.Erased, s.Links, rate(s.Rates.RR1), rate(s.Rates.RR2)}
}

func surveyProgress(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
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
			got, err := d.book.Progress(ctx, d.actor, id)
			if err != nil {
				return err
			}
			lines := []progressLine{}
			for _, t := range got.Strata {
				lines = append(lines, progressLineOf(t, s.Level != survey.Anonymous))
			}
			lines = append(lines, progressLineOf(got.Total, true))
			if *asJSON {
				return p.json(struct {
					Survey  string         `json:"survey_id"`
					State   string         `json:"state"`
					Level   string         `json:"level"`
					Strata  []progressLine `json:"strata"` // the last is all of them
					Outside int            `json:"outside_the_draw"`
				}{id, s.State, string(s.Level), lines, got.Outside})
			}
			return p.printProgress(s, lines, got.Outside)
		})
	}
}

func (p *Program) printProgress(s fieldwork.Survey, lines []progressLine, outside int) error {
	if s.Invented {
		fmt.Fprintln(p.Stdout, evidence.InventedNote)
	}
	fmt.Fprintf(p.Stdout, "%s (%s, %s)\n", s.Title, s.Level, s.State)
	w := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "frame\tdrawn\tsent\topened\tstarted\tdone\trefused\tbounced\tout of scope\tRR1\t  stratum")
	for _, l := range lines {
		rate := ""
		if l.RR1 != nil && l.Sent > 0 {
			rate = chart.Number(100**l.RR1, 1) + " %"
		}
		fmt.Fprintf(w, "%d\t%d\t%d\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t  %s\n", l.Frame, l.Drawn, l.Sent, orDash(l.Opened), orDash(l.Started), orDash(l.Done), orDash(l.Refused), l.Bounced, l.OutOfScope, rate, l.Label)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if outside > 0 {
		fmt.Fprintf(p.Stdout, "%d answers came from firms that were not drawn.\n", outside)
	}
	return nil
}

func orDash(n *int) string {
	if n == nil {
		return "-"
	}
	return strconv.Itoa(*n)
}

func surveyResults(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	asCSV := fs.Bool("csv", false, "write all figures as CSV")
	book := fs.Bool("codebook", false, "write what the columns of the files mean as CSV")
	return func(ctx context.Context, args []string) error {
		id, err := oneID(args, "survey")
		if err != nil {
			return err
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			if _, err := d.survey(ctx, id); err != nil {
				return err
			}
			told, err := telling.Read(ctx, d.book, d.actor, id)
			if err != nil {
				return err
			}
			switch {
			case *asJSON:
				return p.json(tableObjects(told.Report.Table()))
			case *asCSV:
				return p.csvRows(told.Report.Table())
			case *book:
				in, _ := told.Input.Newest()
				return p.csvRows(told.Report.CodeBook(in))
			}
			p.printResults(told.Report)
			return nil
		})
	}
}

// tableObjects are the rows of a table as objects by its header.
func tableObjects(rows [][]string) []map[string]string {
	out := []map[string]string{}
	for _, r := range rows[1:] {
		one := map[string]string{}
		for i, c := range rows[0] {
			one[c] = r[i]
		}
		out = append(out, one)
	}
	return out
}

func (p *Program) csvRows(rows [][]string) error {
	w := csv.NewWriter(p.Stdout)
	return w.WriteAll(rows)
}

// printResults writes the answers of all firms, question by question.
func (p *Program) printResults(r result.Report) {
	if r.Invented {
		fmt.Fprintln(p.Stdout, evidence.InventedNote)
	}
	fmt.Fprintf(p.Stdout, "%s: %s answers of %d firms that were asked, of %d in the frame; weights are worth %s answers of equal weight\n", r.Title, r.Answers.Text(), r.Drawn, r.Frame, chart.Number(r.Weighting.Effective, 0))
	for _, q := range r.Questions {
		fmt.Fprintf(p.Stdout, "\n%s  (%s answered)\n", q.Text, q.Whole.Base.Text())
		if states := telling.States(q.Whole); states != "" {
			fmt.Fprintf(p.Stdout, "  %s\n", states)
		}
		for _, i := range q.Whole.Items {
			if i.Hidden || i.N > 0 { // of nothing there is nothing to say
				fmt.Fprintf(p.Stdout, "  %s\n", itemLine(i))
			}
		}
	}
	if r.Hidden > 0 {
		fmt.Fprintf(p.Stdout, "\n%d figures are hidden: too few answers stand behind them, or others could be worked out from them.\n", r.Hidden)
	}
}

func itemLine(i result.Item) string {
	label := i.Label
	if i.Measure == result.Mean {
		label = "Mean"
	} else if i.Measure != result.Share {
		label += " (" + i.Measure + ")"
	}
	if i.Hidden {
		return label + ": hidden"
	}
	f := telling.Figure(i.Measure, i.Estimate, "")
	return fmt.Sprintf("%s: %s of %d answers", label, report.Say("%v", f).Plain(), i.N)
}

func surveyExport(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := folderFlag(fs)
	return func(ctx context.Context, args []string) error {
		id, err := oneID(args, "survey")
		if err != nil {
			return err
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			if _, err := d.survey(ctx, id); err != nil {
				return err
			}
			told, err := telling.Read(ctx, d.book, d.actor, id)
			if err != nil {
				return err
			}
			rows, err := result.AnswerTable(told.Input)
			if err != nil {
				return err
			}
			if err := p.book(d.book.DB, d.ws).Exported(ctx, d.actor, auth.ReadAnswers, "survey answers "+id, "csv", len(rows)-1); err != nil {
				return err
			}
			return p.csvRows(rows)
		})
	}
}

func surveyErase(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	var keys []string
	for _, w := range fieldwork.Whys {
		keys = append(keys, w.Key)
	}
	why := fs.String("why", "", "`reason` for the log: "+strings.Join(keys, ", "))
	response := fs.String("response", "", "the answers of this `id` instead, of a firm that is kept by its name alone")
	return func(ctx context.Context, args []string) error {
		if (len(args) == 1) == (*response != "") || len(args) > 1 {
			return usagef("name one organisation by its id, or answers by --response")
		}
		if !slices.Contains(keys, *why) {
			return usagef("say --why %s", strings.Join(keys, ", or "))
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			got, prospects, err := d.erase(ctx, args, *response, *why)
			if err != nil {
				return err
			}
			if *asJSON {
				return p.json(struct {
					Responses  int      `json:"responses"`
					Drafts     int      `json:"drafts"`
					Units      int      `json:"units"`
					Interviews int      `json:"interviews"`
					Excerpts   int      `json:"excerpts"`
					Prospects  int      `json:"prospects"`
					Surveys    []string `json:"surveys"`
					Withdrawn  []string `json:"results_taken_back"`
					Anonymous  []string `json:"anonymous"`
				}{got.Responses, got.Drafts, got.Units, got.Interviews, got.Excerpts, prospects, append([]string{}, got.Surveys...), append([]string{}, got.Withdrawn...), append([]string{}, got.Anonymous...)})
			}
			fmt.Fprintf(p.Stdout, "Emptied: %d answers, %d that were being given, %d interviews with %d excerpts, its way here in %d prospects; its address in %d surveys\n", got.Responses, got.Drafts, got.Interviews, got.Excerpts, prospects, got.Units)
			for _, title := range got.Withdrawn {
				fmt.Fprintf(p.Stdout, "The results of %s were public and are for the team again: whoever kept them can subtract. Publish them anew when that does no harm.\n", title)
			}
			for _, title := range got.Anonymous {
				fmt.Fprintf(p.Stdout, "%s asked it too and is anonymous: whether and what it answered cannot be found.\n", title)
			}
			fmt.Fprintln(p.Stdout, "Releases may still hold it: the next milieu build leaves it out and removes those that do. Backups made before hold it too.")
			return nil
		})
	}
}

// erase empties what an organisation said, with its way here, or the answers of an id.
func (d surveyDesk) erase(ctx context.Context, org []string, response, why string) (got fieldwork.Erased, prospects int, err error) {
	if response != "" {
		got, err = d.book.EraseResponse(ctx, d.actor, response, why)
		return got, 0, err
	}
	if prospects, err = (prospect.Book{DB: d.book.DB, Workspace: d.ws.ID, Now: d.p.Now}).EraseOrg(ctx, d.actor, org[0]); err != nil {
		return got, 0, err
	}
	got, err = d.book.Erase(ctx, d.actor, org[0], why)
	var nothing *typed.InputError
	if prospects > 0 && errors.As(err, &nothing) {
		err = nil
	}
	return got, prospects, errors.Join(err, d.book.DB.Settle(ctx))
}

func surveyExpire(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir, asJSON := folderFlag(fs), jsonFlag(fs)
	day := fs.String("day", "", "`day` before which the time has to be over (default: today)")
	return func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return usagef("survey expire takes no argument")
		}
		return p.desk(ctx, *dir, func(d surveyDesk) error {
			if *day == "" {
				*day = p.Now().UTC().Format(time.DateOnly)
			}
			got, err := d.book.Expire(ctx, d.actor, *day)
			var bad *typed.InputError
			if errors.As(err, &bad) {
				return usageError{bad.Error()}
			}
			if err != nil {
				return err
			}
			if *asJSON {
				return p.json(struct {
					Surveys   []string `json:"surveys"`
					Responses int      `json:"responses_kept_without_firm"`
					Emptied   int      `json:"responses_emptied"`
				}{append([]string{}, got.Surveys...), got.Responses, got.Emptied})
			}
			fmt.Fprintf(p.Stdout, "%d surveys: %d answers stay without firm and words, %d were emptied\n", len(got.Surveys), got.Responses, got.Emptied)
			return nil
		})
	}
}
