package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"milieu/internal/auth"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio"
	"milieu/internal/sampling"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/survey/fieldwork"
	"milieu/internal/survey/frame"
	"milieu/internal/survey/invent"
	"milieu/internal/survey/telling"
)

// Bounds of an invented survey.
const (
	inventedAsk    = 400 // firms asked where nobody says how many
	inventedOffers = 8   // interventions that firms choose from: more cannot be weighed against each other
)

// inventOptions say what an invented survey is made of.
type inventOptions struct {
	title, series, wave string
	level               survey.Level
	seed                uint64
	model               invent.Model
	most                int  // firms that are asked
	public              bool // everybody sees the results
	evidence            bool // releases take its demand, marked as invented
}

// inventedSurvey is what was made.
type inventedSurvey struct {
	Survey    string `json:"survey_id"`
	Title     string `json:"title"`
	Note      string `json:"note"`
	Model     string `json:"model"`
	Seed      uint64 `json:"seed"`
	Frame     int    `json:"frame"`
	Asked     int    `json:"asked"`
	Responses int    `json:"responses"`
}

// surveyInvent is the command "survey invent": a survey whose answers a stated model makes up, over the firms of the release.
func surveyInvent(p *Program, fs *flag.FlagSet) func(context.Context, []string) error {
	dir := fs.String("dir", ".", "`folder` of the workspace")
	title := fs.String("title", "What firms here say (invented)", "`title` of the survey")
	series := fs.String("series", "", "`name` of the series of waves that it belongs to")
	wave := fs.String("wave", "", "`name` of the wave, such as 2026")
	level := fs.String("level", string(survey.Anonymous), "how far answers can be traced: anonymous, confidential or attributable")
	seed := fs.Uint64("seed", 1, "`number` from which everything is drawn: the same number, the same answers")
	file := fs.String("model", "", "`FILE` with the model (default: the one that comes with the program)")
	most := fs.Int("ask", inventedAsk, "`number` of firms that are asked")
	public := fs.Bool("public", false, "everybody sees the results")
	asJSON := fs.Bool("json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return usagef("survey invent takes no arguments; say --title, --wave, --seed")
		}
		model, err := inventModel(*file)
		if err != nil {
			return err
		}
		ws, err := evidence.OpenWorkspace(*dir)
		if err != nil {
			return err
		}
		rel, err := evidence.Current(ws)
		if err != nil {
			return err
		}
		db, err := p.openStore(ctx, ws)
		if err != nil {
			return err
		}
		defer db.Close()
		made, err := p.inventSurvey(ctx, ws, rel, db, inventOptions{*title, *series, *wave, survey.Level(*level), *seed, model, *most, *public, false})
		if err != nil {
			return err
		}
		if *asJSON {
			return p.json(made)
		}
		fmt.Fprintf(p.Stdout, "Survey %s: %s\n%s\n%s of %s firms that were asked answered (model %s, seed %d).\nResults: /voices/%s/results\n", made.Survey, made.Title, made.Note, thousands(int64(made.Responses)), thousands(int64(made.Asked)), made.Model, made.Seed, made.Survey)
		return nil
	}
}

// inventModel is the model of a file, or the one that comes with the program.
func inventModel(file string) (invent.Model, error) {
	if file == "" {
		m, _, err := invent.Shipped()
		return m, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return invent.Model{}, err
	}
	m, err := invent.ParseModel(text)
	if err != nil {
		return m, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

// inventSurvey makes a survey that says from its beginning that its answers are invented, asks firms of the release by it, has the
// model answer and closes it.
func (p *Program) inventSurvey(ctx context.Context, ws *evidence.Workspace, rel evidence.Release, db *store.DB, o inventOptions) (inventedSurvey, error) {
	made := inventedSurvey{Title: o.title, Note: invent.Note, Model: o.model.ID, Seed: o.seed}
	lk, err := rel.Open(ctx, lake.Options{})
	if err != nil {
		return made, err
	}
	defer lk.Close()
	in, err := inventedInstrument(ctx, ws, lk)
	if err != nil {
		return made, err
	}
	f, err := inventedFrame(ctx, ws, rel, lk)
	if err != nil {
		return made, err
	}
	k := surveyMaker{book: fieldwork.Book{DB: db, Workspace: ws.ID, Now: p.Now}, actor: auth.Machine(ws.ID)}
	if k.id, err = k.book.New(ctx, k.actor, fieldwork.Survey{Title: o.title, Level: o.level, Series: o.series, Wave: o.wave, Invented: true, Threshold: fieldwork.LeastThreshold,
		About: "Shows how a survey works, with answers that nobody gave. " + o.model.About, Contact: "Nobody: no firm is asked."}); err != nil {
		return made, err
	}
	made.Survey, made.Frame = k.id, len(f.Units)
	plan, err := inventedPlan(f, o.most)
	if err != nil {
		return made, err
	}
	for _, n := range plan {
		made.Asked += n
	}
	if err := k.ask(ctx, in, f, plan, o.seed); err != nil {
		return made, err
	}
	if made.Responses, err = k.answer(ctx, in, f, o); err != nil {
		return made, err
	}
	return made, k.finish(ctx, o, p.Now())
}

// inventedInstrument is the instrument that comes with the program, with the first interventions that the plan may choose from.
func inventedInstrument(ctx context.Context, ws *evidence.Workspace, q lake.Querier) (survey.Instrument, error) {
	in, err := survey.Parse(survey.Shipped()[0].Text)
	if err != nil {
		return in, err
	}
	all, err := portfolio.Interventions(ctx, q)
	if err != nil {
		return in, err
	}
	var offers []survey.Option
	for _, i := range portfolio.ByLens(all, portfolio.Growth) {
		open := (len(ws.Plan.Regions) == 0 || slices.Contains(ws.Plan.Regions, i.Region)) && (len(ws.Plan.Stages) == 0 || slices.Contains(ws.Plan.Stages, i.Stage))
		if open && len(offers) < inventedOffers {
			offers = append(offers, survey.Option{ID: i.ID, Label: i.Name})
		}
	}
	if len(offers) >= 2 {
		return in.Fill("interventions", offers), nil
	}
	// A place without interventions asks the rest.
	for i := range in.Sections {
		in.Sections[i].Questions = slices.DeleteFunc(in.Sections[i].Questions, func(q survey.Question) bool { return q.From != "" })
	}
	return in, nil
}

// inventedFrame is the firms of the release, in strata by distance from the organisation with which the overview begins; where
// there is none, by size.
func inventedFrame(ctx context.Context, ws *evidence.Workspace, rel evidence.Release, q lake.Querier) (frame.Frame, error) {
	ask := frame.Query{Role: "firm", Status: frame.Running, Least: frame.LeastAnonymous, Strata: []string{frame.Size}}
	if ws.Focus.Lead != "" {
		ask.Anchor, ask.Strata = ws.Focus.Lead, []string{frame.Distance}
	}
	f, err := frame.Read(ctx, q, rel.ID, ask)
	if err != nil {
		return f, err
	}
	titles := map[string]string{}
	for _, s := range rel.Manifest.Sources {
		titles[s.ID] = s.Title
	}
	return f.Titled(titles), nil
}

// inventedPlan asks all firms, or as many of each stratum as its share.
func inventedPlan(f frame.Frame, most int) (map[string]int, error) {
	if len(f.Units) <= most {
		return f.ByStratum(), nil
	}
	var strata []sampling.Stratum
	for _, s := range f.Strata {
		strata = append(strata, sampling.Stratum{Key: s.Key, Size: s.Units})
	}
	return sampling.Allocation{Minimum: frame.LeastAnonymous}.Allocate(strata, most)
}

// surveyMaker takes a survey through its steps.
type surveyMaker struct {
	book  fieldwork.Book
	actor auth.Actor
	id    string
}

// step does something with the version that the survey has now.
func (k surveyMaker) step(ctx context.Context, do func(version int64) error) error {
	s, err := k.book.Survey(ctx, k.actor, k.id)
	if err != nil {
		return err
	}
	return do(s.Version)
}

// ask publishes, freezes, draws and opens.
func (k surveyMaker) ask(ctx context.Context, in survey.Instrument, f frame.Frame, plan map[string]int, seed uint64) error {
	text, err := in.TOML()
	if err != nil {
		return err
	}
	for _, do := range []func(int64) error{
		func(v int64) error { return k.book.SaveDraft(ctx, k.actor, k.id, v, string(text)) },
		func(v int64) error {
			_, err := k.book.Publish(ctx, k.actor, k.id, v, in, "the instrument that comes with the program")
			return err
		},
		func(v int64) error { return k.book.Freeze(ctx, k.actor, k.id, v, f) },
		func(v int64) error { return k.book.Draw(ctx, k.actor, k.id, v, plan, seed) },
		func(v int64) error { return k.book.Open(ctx, k.actor, k.id, v) },
	} {
		if err := k.step(ctx, do); err != nil {
			return err
		}
	}
	return nil
}

// inventedStates are how far firms come by what the model says of them.
var inventedStates = map[invent.Outcome]string{invent.Done: fieldwork.UnitDone, invent.Begun: fieldwork.UnitStarted, invent.Refused: fieldwork.UnitRefused, invent.Silent: fieldwork.UnitSent}

// answer has the model answer for the firms that were drawn.
func (k surveyMaker) answer(ctx context.Context, in survey.Instrument, f frame.Frame, o inventOptions) (int, error) {
	units, err := k.book.Units(ctx, k.actor, k.id, fieldwork.UnitFilter{})
	if err != nil {
		return 0, err
	}
	firms := make([]invent.Firm, len(units))
	for i, u := range units {
		in, _ := f.Find(u.OrgID)
		firms[i] = invent.Firm{Key: u.OrgID, Stratum: u.Stratum, Groups: in.Groups, Employees: in.Employees}
	}
	replies, err := invent.Replies(in, firms, o.model, o.seed)
	if err != nil {
		return 0, err
	}
	made := make([]fieldwork.Invention, len(replies))
	for i, r := range replies {
		made[i] = fieldwork.Invention{UnitID: units[r.Firm].ID, State: inventedStates[r.Outcome]}
		if r.Outcome == invent.Done {
			made[i].Answers = r.Answers
		}
	}
	return k.book.Invent(ctx, k.actor, k.id, made)
}

// finish closes the survey and shows its results to whom they are for.
func (k surveyMaker) finish(ctx context.Context, o inventOptions, now time.Time) error {
	if err := k.step(ctx, func(v int64) error { return k.book.Close(ctx, k.actor, k.id, v) }); err != nil || !o.public && !o.evidence {
		return err
	}
	s, err := k.book.Survey(ctx, k.actor, k.id)
	if err != nil {
		return err
	}
	set := s.Settings()
	if o.public {
		set.Results = fieldwork.Public
	}
	if o.evidence {
		set.Evidence = now.UTC().Format(time.DateOnly)
	}
	return k.book.Change(ctx, k.actor, k.id, s.Version, set)
}

// The series and waves of the demo.
const demoSeries = "What firms here say (invented)"

// demoVoices makes two waves of an invented survey over the firms of the demo, once, and says whether it did.
func (p *Program) demoVoices(ctx context.Context, ws *evidence.Workspace, rel evidence.Release) (bool, error) {
	db, err := p.openStore(ctx, ws)
	if err != nil {
		return false, err
	}
	defer db.Close()
	b := fieldwork.Book{DB: db, Workspace: ws.ID, Now: p.Now}
	there, err := b.Surveys(ctx, auth.Machine(ws.ID))
	if err != nil || slices.ContainsFunc(there, func(s fieldwork.Survey) bool { return s.Invented }) {
		return false, err
	}
	model, err := inventModel("")
	if err != nil {
		return false, err
	}
	for i, wave := range []string{"2025", "2026"} {
		o := inventOptions{title: demoSeries + ", " + wave, series: demoSeries, wave: wave, level: survey.Confidential, seed: uint64(2025 + i), model: model, most: inventedAsk, public: true, evidence: i == 1}
		if _, err := p.inventSurvey(ctx, ws, rel, db, o); err != nil {
			return false, fmt.Errorf("invented survey of the demo: %w", err)
		}
	}
	return true, nil
}

// voiceChain explains a figure of a survey, which the store holds and not the release.
func (p *Program) voiceChain(ctx context.Context, ws *evidence.Workspace, ref string) (evidence.Chain, error) {
	parsed, err := evidence.ParseRef(ref)
	if err != nil {
		return evidence.Chain{}, err
	}
	db, err := p.openStore(ctx, ws)
	if err != nil {
		return evidence.Chain{}, err
	}
	defer db.Close()
	return telling.Explain(ctx, fieldwork.Book{DB: db, Workspace: ws.ID, Now: p.Now}, auth.Machine(ws.ID), parsed)
}
