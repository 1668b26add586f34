package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/appraisal"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/report"
)

// fewestDraws is how few draws a page makes: with fewer the ends of the intervals would jump about.
const fewestDraws = 1000

// appraisalSettings reads the settings of an address that appraisals use.
func appraisalSettings(r *http.Request, ask portfolio.Ask) (appraisal.Settings, error) {
	s := appraisal.Of(ask)
	if v := strings.TrimSpace(r.URL.Query().Get("draws")); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > portfolio.MostDraws {
			return s, badRequest("The number of draws %q cannot be read: give %d to %d.", v, fewestDraws, portfolio.MostDraws)
		}
		s.Draws = max(n, fewestDraws)
	}
	return s, nil
}

// readInputs are the register and the parameters of today.
func (s *Server) readInputs(ctx context.Context, snap *live.Snapshot) (appraisal.Inputs, error) {
	set, err := s.parameters()
	if err != nil {
		return appraisal.Inputs{}, err
	}
	return live.Remember(&snap.Cache, "appraisal inputs?"+set.Day()+set.Hash(), func() (appraisal.Inputs, error) {
		return appraisal.Read(context.WithoutCancel(ctx), snap.DB, set)
	})
}

// appraise reckons all interventions, once for a release, its parameters and settings.
func (s *Server) appraise(r *http.Request, snap *live.Snapshot, set appraisal.Settings) (appraisal.Result, error) {
	res, _, err := s.appraiseWith(r.Context(), snap, set)
	return res, err
}

// appraiseWith says besides under which key the result is remembered.
func (s *Server) appraiseWith(ctx context.Context, snap *live.Snapshot, set appraisal.Settings) (appraisal.Result, string, error) {
	in, err := s.readInputs(ctx, snap)
	if err != nil {
		return appraisal.Result{}, "", err
	}
	key := "appraisal?" + in.Params.Day() + in.Params.Hash() + strings.Join(set.List(), "\x00")
	res, err := live.Remember(&snap.Cache, key, func() (appraisal.Result, error) {
		return appraisal.Appraise(context.WithoutCancel(ctx), in, set)
	})
	return res, key, faultOfAsk(err)
}

// totalOf is the sum over some interventions, once for a release and its settings.
func (s *Server) totalOf(ctx context.Context, snap *live.Snapshot, res appraisal.Result, ids []string) (appraisal.Total, error) {
	_, key, err := s.appraiseWith(ctx, snap, res.Settings)
	if err != nil {
		return appraisal.Total{}, err
	}
	return live.Remember(&snap.Cache, "total of "+key+"\x01"+strings.Join(ids, "\x00"), func() (appraisal.Total, error) { return res.Total(ids) })
}

// warmAppraisal reckons ahead what the first visitor of the appraisals would wait for.
func (s *Server) warmAppraisal(snap *live.Snapshot) {
	ctx := context.Background()
	ask := defaultAsk(snap)
	res, _, err := s.appraiseWith(ctx, snap, appraisal.Of(ask))
	if err != nil {
		return // a fault is not kept: who asks for the page sees it
	}
	in, err := s.readInputs(ctx, snap)
	if err != nil {
		return
	}
	ids, _ := appraisalChoice(in, askNow(snap, in.All))
	_, _ = s.totalOf(ctx, snap, res, ids)
}

// appraisalChoice is what an ask leaves open to choice, and what of it is over by its years on record, as in a plan. An ask for all
// on record leaves nothing out.
func appraisalChoice(in appraisal.Inputs, ask portfolio.Ask) (ids []string, over []portfolio.Left) {
	return in.Choice(ask.Regions, ask.Stages, ask.Starts, choiceYear(ask))
}

// choiceYear is the financial year in which things count as over; 0 for an ask for all on record.
func choiceYear(ask portfolio.Ask) int {
	if len(ask.Regions)+len(ask.Stages) == 0 {
		return 0
	}
	return ask.Now
}

// faultOfAsk makes a bad setting a bad request in words.
func faultOfAsk(err error) error {
	if f, ok := err.(portfolio.FieldError); ok {
		return badRequest("%s", f.Message)
	}
	return err
}

// readAppraisal reads the address and reckons.
func (s *Server) readAppraisal(r *http.Request, snap *live.Snapshot) (portfolio.Ask, appraisal.Result, error) {
	ask, set, err := readAppraised(r, snap)
	if err != nil {
		return ask, appraisal.Result{}, err
	}
	res, err := s.appraise(r, snap, set)
	return ask, res, err
}

// readAppraised reads the address.
func readAppraised(r *http.Request, snap *live.Snapshot) (portfolio.Ask, appraisal.Settings, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return portfolio.Ask{}, appraisal.Settings{}, err
	}
	ask, err := readAsk(r, snap, all)
	if err != nil {
		return ask, appraisal.Settings{}, faultOfAsk(err)
	}
	set, err := appraisalSettings(r, ask)
	return ask, set, err
}

// appraiseOne reckons one intervention. What was reckoned for all serves where nothing is changed; else only the one is reckoned, with
// the same draws.
func (s *Server) appraiseOne(r *http.Request, snap *live.Snapshot, set appraisal.Settings, id string) (appraisal.Result, appraisal.Item, error) {
	in, err := s.readInputs(r.Context(), snap)
	if err != nil {
		return appraisal.Result{}, appraisal.Item{}, err
	}
	var res appraisal.Result
	if len(set.List()) == 0 {
		res, err = s.appraise(r, snap, set)
	} else {
		key := "appraisal of " + id + "?" + in.Params.Day() + in.Params.Hash() + strings.Join(set.List(), "\x00")
		res, err = live.Remember(&snap.Cache, key, func() (appraisal.Result, error) {
			return appraisal.Appraise(context.WithoutCancel(r.Context()), in.Only(id), set)
		})
	}
	if err != nil {
		return res, appraisal.Item{}, faultOfAsk(err)
	}
	item, ok := res.Item(id)
	if !ok {
		return res, item, notFound("There is no intervention %q in this release.", id)
	}
	return res, item, nil
}

// appraisalQuery is the settings of an appraisal as a query, with those of a list where they are given.
func appraisalQuery(set appraisal.Settings, more ...string) url.Values {
	q := url.Values{}
	for _, a := range set.Assume {
		q.Add("assume", a.Parameter+":"+a.Value)
	}
	for _, a := range set.Starts {
		q.Add("start", a.ID+":"+strconv.Itoa(a.Year))
	}
	if set.Draws != 0 && set.Draws != appraisal.DefaultDraws {
		q.Set("draws", strconv.Itoa(set.Draws))
	}
	if set.Seed != 0 && set.Seed != appraisal.DefaultSeed {
		q.Set("seed", strconv.FormatUint(set.Seed, 10))
	}
	for k := 0; k+1 < len(more); k += 2 {
		q.Set(more[k], more[k+1])
	}
	return q
}

// AppraisalCell is a measure in its three readings.
type AppraisalCell struct {
	Known, HasGross, Counted bool
	Gross                    string
	Net, Expected            report.Figure
	Says, Why                string // where it is not known
	Mean                     string // of the draws of net, where it is not the central figure
}

// appraisalCell shows a measure of an intervention.
func appraisalCell(res appraisal.Result, item appraisal.Item, key string) AppraisalCell {
	m := item.Measure(key)
	c := AppraisalCell{Known: m.Known, HasGross: m.HasGross && m.Known, Counted: m.Counted, Why: m.Why}
	if c.HasGross {
		c.Gross = appraisal.Text(key, m.Gross)
	}
	if !m.Known {
		c.Says = "not known"
		if m.Why == appraisal.NoPublic {
			c.Says, c.Why = "none on record", ""
		}
		return c
	}
	ref := appraisal.Ref(item.Intervention.ID, key, res.Settings)
	c.Net = spanned(key, m.Net, m.Low, m.High, ref)
	if mean := appraisal.Text(key, m.Mean); mean != c.Net.Text {
		c.Mean = mean
	}
	if m.Counted {
		c.Expected = spanned(key, m.Expected, m.ExpectedLow, m.ExpectedHigh, ref)
		if c.Expected.Range != "" {
			c.Expected.Range = m.ExpectedSpan()
		}
	}
	return c
}

// spanned is a figure of an appraisal with its range.
func spanned(key string, v, low, high float64, ref string) report.Figure {
	f := report.Figure{Text: appraisal.Text(key, v), Ref: ref}
	if r := appraisal.Span(key, low, high); r != f.Text {
		f.Range = r
	}
	return f
}

// totalRef is the reference of a sum over the interventions that an ask leaves open.
func totalRef(key string, ask portfolio.Ask, set appraisal.Settings) string {
	more := append([]string{"regions", strings.Join(ask.Regions, ","), "stages", strings.Join(ask.Stages, ",")}, set.List()...)
	if now := choiceYear(ask); now != 0 {
		more = append(more, "now", strconv.Itoa(now))
	}
	return evidence.MakeRef(appraisal.TotalRef, []string{key}, more...)
}

// ChangedRow is a parameter that the address changes.
type ChangedRow struct{ ID, Name, Is, Was string }

// changedRows are the parameters that the settings change, with what they were.
func changedRows(res appraisal.Result) []ChangedRow {
	var out []ChangedRow
	for _, a := range res.Assume {
		p, _ := res.Params.Get(a.Parameter)
		out = append(out, ChangedRow{ID: a.Parameter, Name: p.Name, Is: a.Value, Was: p.Changed})
	}
	return out
}

// parameterText writes a number of a parameter as somebody would type it.
func parameterText(p parameter.Parameter) string {
	if p.Kind == parameter.Text {
		return p.Text
	}
	if p.Value == nil {
		return ""
	}
	if strings.HasPrefix(p.Unit, "share") {
		return strconv.FormatFloat(100*cleanShare(*p.Value), 'f', -1, 64) + "%"
	}
	return strconv.FormatFloat(*p.Value, 'f', -1, 64)
}

// cleanShare rounds away what a hundredfold would show of binary fractions.
func cleanShare(v float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 8, 64), 64)
	return r
}
