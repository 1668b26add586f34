package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/parameter"
	"milieu/internal/portfolio/sequence"
)

// sequencePath is the address of a sequence.
func sequencePath(ask portfolio.Ask, set sequence.Setting) string {
	return "/plan/sequence?" + sequence.Query(ask, set).Encode()
}

// firstYear is the year from which a sequence counts, when nobody says one.
func firstYear(snap *live.Snapshot, all []portfolio.Intervention) int {
	var days []string
	for _, src := range snap.Rel.Manifest.Sources {
		days = append(days, src.Retrieved)
	}
	return sequence.FirstYear(days, all)
}

// sequenceRate is the discount rate in force today.
func (s *Server) sequenceRate() (float64, parameter.Parameter, error) {
	set, err := s.parameters()
	if err != nil {
		return 0, parameter.Parameter{}, err
	}
	return sequence.RateOf(set)
}

// readSequence reads what an address asks for.
func (s *Server) readSequence(r *http.Request, snap *live.Snapshot) (portfolio.Ask, sequence.Setting, error) {
	all, err := readInterventions(r, snap)
	if err != nil {
		return portfolio.Ask{}, sequence.Setting{}, err
	}
	def := sequence.Default(firstYear(snap, all))
	if def.Rate, _, err = s.sequenceRate(); err != nil {
		return portfolio.Ask{}, def, err
	}
	ask, err := readAsk(r, snap, all)
	if err != nil {
		return ask, def, err
	}
	set, err := sequence.ParseSetting(r.URL.Query().Get, def)
	return ask, set, err
}

// makeSequence makes the sequence, once for a release and question. What stands on a
// workshop is made anew for each visitor, as the plan is.
func (s *Server) makeSequence(r *http.Request, snap *live.Snapshot, ask portfolio.Ask, set sequence.Setting) (sequence.Sequence, portfolio.Plan, error) {
	plan, err := s.solvePlan(r, snap, sequence.Unmoved(ask))
	if err != nil {
		return sequence.Sequence{}, plan, err
	}
	all, err := readInterventions(r, snap)
	if err != nil {
		return sequence.Sequence{}, plan, err
	}
	reg, err := followRegister(r, snap)
	if err != nil {
		return sequence.Sequence{}, plan, err
	}
	put := func() (sequence.Sequence, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), planTime)
		defer cancel()
		return sequence.Of(ctx, portfolio.Input{All: all, Register: reg, Worth: plan.Worth, Counting: plan.Counting}, plan, ask, set)
	}
	key, keep, err := s.planKey(ask)
	if err != nil {
		return sequence.Sequence{}, plan, err
	}
	if !keep || plan.Stopped {
		seq, err := put()
		return seq, plan, err
	}
	key = "sequence/" + key + "?" + sequencePath(ask, set)
	seq, err := live.Remember(&snap.Cache, key, put)
	if err == nil && !seq.Proven() {
		snap.Cache.Forget(key) // a quieter machine may prove it
	}
	return seq, plan, err
}

// moveBar sends on to the address in which a bar is moved: a form cannot write it. What was
// pressed says it as put=ID:YEAR, what was chosen and dragged as move=ID and to=YEAR; year 0
// or none puts it where the rules have it.
func moveBar(w http.ResponseWriter, r *http.Request, ask portfolio.Ask, set sequence.Setting) error {
	q := r.URL.Query()
	id, to := q.Get("move"), strings.TrimSpace(q.Get("to"))
	if put := q.Get("put"); put != "" {
		at := strings.LastIndex(put, ":")
		id, to = put[:max(at, 0)], put[at+1:]
	}
	year := 0
	if to != "" && to != "0" {
		var err error
		if year, err = strconv.Atoi(to); err != nil || year < set.From || year > set.Last() {
			return badRequest("The year %.20q is not one of %d to %d, the years that are looked at.", to, set.From, set.Last())
		}
	}
	http.Redirect(w, r, moved(ask, set, id, year), http.StatusSeeOther)
	return nil
}

// moved is the address in which an intervention begins in a year, 0 where the rules put
// it; it remembers where that one was before.
func moved(ask portfolio.Ask, set sequence.Setting, id string, year int) string {
	before, _ := ask.StartOf(id)
	q := sequence.Query(ask.WithStart(id, year), set)
	q.Set("last", id+":"+strconv.Itoa(before))
	return "/plan/sequence?" + q.Encode()
}

// sequenceForm fills the form with what was asked, or with what was typed.
func sequenceForm(r *http.Request, ask portfolio.Ask, set sequence.Setting) SequenceForm {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	percent := func(v float64) string { return strings.TrimSuffix(chart.Number(100*v, 1), ".0") + "%" }
	f := SequenceForm{From: strconv.Itoa(set.From), Years: strconv.Itoa(set.Years), Rate: percent(set.Rate), Length: strconv.Itoa(set.Length),
		Hit: percent(set.Pilot.Sensitivity), Reject: percent(set.Pilot.Specificity), Trial: percent(set.Pilot.CostShare), Wait: strconv.Itoa(set.Pilot.Delay)}
	if set.YearlyP > 0 {
		f.Yearly = chart.Number(float64(set.YearlyP)/100, 0)
	}
	if set.Pilot.Return > 0 {
		f.Returns = number(set.Pilot.Return)
	}
	typed := r.URL.Query()
	for name, to := range map[string]*string{"from": &f.From, "years": &f.Years, "yearly": &f.Yearly, "rate": &f.Rate, "length": &f.Length, "hit": &f.Hit, "reject": &f.Reject, "trial": &f.Trial, "wait": &f.Wait, "returns": &f.Returns} {
		if v := typed.Get(name); v != "" {
			*to = v
		}
	}
	q := sequence.Query(ask, set)
	f.All, f.Begun, f.HasMoved = set.Also == sequence.AlsoUnvalued, set.NeedsBegun, len(ask.Starts) > 0
	f.Hidden = hiddenBut(q, "from", "years", "yearly", "rate", "length", "also", "needs")
	f.PilotHidden = hiddenBut(q, "hit", "reject", "trial", "wait", "returns")
	f.MoveHidden = hiddenBut(q)
	return f
}

// hiddenBut lists the settings of a query but those that a form has fields for.
func hiddenBut(q url.Values, but ...string) []HiddenField {
	var out []HiddenField
	for name, values := range q {
		for _, v := range values {
			if !slices.Contains(but, name) {
				out = append(out, HiddenField{name, v})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b HiddenField) int { return strings.Compare(a.Name+"="+a.Value, b.Name+"="+b.Value) })
	return out
}
