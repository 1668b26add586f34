package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/live"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/report"
)

// SequencePage shows what the plan chooses put in time, and lets bars be moved.
type SequencePage struct {
	Base
	Finding  string
	Lede     report.Text
	Form     SequenceForm
	Stats    []Stat
	Means    string
	Proof    string
	Rate     report.Text // where the rate comes from
	Cautions []string
	Cycle    []string
	Conflict []string
	Broken   []string // rules that the starts break, in words
	Gantt    chart.Chart
	Placed   bool
	Rows     []SequenceRow
	Funders  []string
	Years    []SequenceYear
	Total    SequenceYear
	Past     []SequenceRow
	Moves    *SequenceMoves
	Pilots   []SequencePilot
	CSV      string
	PlanPath string
	Keep     KeepForm
}

// SequenceForm is the question as typed, with what is wrong with it.
type SequenceForm struct {
	From, Years, Yearly, Rate, Length string
	Hit, Reject, Trial, Wait, Returns string
	All, Begun                        bool
	HasMoved                          bool          // something was set by hand
	Hidden, PilotHidden, MoveHidden   []HiddenField // settings that the form keeps as they are
	Field, Error                      string
}

// SequenceRow is an intervention in time.
type SequenceRow struct {
	sequence.Row
	Years, Wait          string
	Cost                 report.Figure
	Earlier, Later, Back string // what the buttons send: the intervention and the year, 0 where the rules have it
}

// SequenceYear is what is spent in a year by funder.
type SequenceYear struct {
	Name   string
	Amount report.Figure
	Caveat string // of how many the cost is not stated
	Cap    string
	Over   bool
	By     []string
}

// SequenceMoves is what moved bars change.
type SequenceMoves struct {
	Effect []string
	Undo   string // address of the state before the last move
	Clear  string
}

func (s *Server) sequencePage(w http.ResponseWriter, r *http.Request, snap *live.Snapshot) error {
	p := SequencePage{Base: s.base(r, snap, "Sequence", "/plan/sequence")}
	p.Method = "the sequence of a plan"
	ask, set, err := s.readSequence(r, snap)
	if q := r.URL.Query(); err == nil && (q.Get("move") != "" || q.Get("put") != "") {
		return moveBar(w, r, ask, set)
	}
	p.Form = sequenceForm(r, ask, set)
	var seq sequence.Sequence
	var plan portfolio.Plan
	if err == nil {
		seq, plan, err = s.makeSequence(r, snap, ask, set)
	}
	var fe portfolio.FieldError
	if errors.As(err, &fe) {
		p.Form.Field, p.Form.Error = fe.Field, fe.Message
		p.Finding, p.Lede = "This sequence cannot be asked for yet", report.Say("%v", fe.Message)
		s.write(w, r, http.StatusBadRequest, "sequence", p)
		return nil
	}
	if err != nil {
		return err
	}
	if wantsCSV(r) {
		return sequenceCSV(w, seq)
	}
	p.show(seq, plan, r.URL.Query())
	if err := p.rate(s, set); err != nil {
		return err
	}
	p.Keep = s.keepForm(r, sequencePath(ask, set))
	return s.render(w, r, "sequence", p)
}

// show fills the page.
func (p *SequencePage) show(seq sequence.Sequence, plan portfolio.Plan, typed url.Values) {
	p.Form.All = seq.Setting.Also == sequence.AlsoUnvalued
	p.CSV, p.PlanPath = sequencePath(seq.Ask, seq.Setting)+"&format=csv", "/plan?"+askQuery(seq.Ask)
	p.Cycle, p.Conflict = seq.Cycle, seq.Conflict
	p.Placed = len(seq.Years) > 0 && len(seq.Rows) > 0
	if seq.Hints != nil {
		p.Conflict = seq.Hints // each is a reason by itself, and says more
	}
	if seq.Kept {
		p.Conflict = nil // what breaks says it
	}
	for _, r := range seq.Past {
		p.Past = append(p.Past, p.row(seq, r))
	}
	for _, r := range seq.Rows {
		p.Rows = append(p.Rows, p.row(seq, r))
	}
	for _, b := range seq.Breaches {
		p.Broken = append(p.Broken, breachWords(b))
	}
	p.find(seq, plan)
	p.pilots(seq)
	if !p.Placed {
		return
	}
	p.stats(seq)
	p.years(seq)
	p.Gantt = seq.Gantt(760)
	p.Means = strings.TrimSuffix(capital(plan.Worth.Means), ".") + "."
	p.Proof = capital(seq.Proof()) + "."
	p.caution(seq)
	p.moves(seq, typed)
}

// find says what the page says.
func (p *SequencePage) find(seq sequence.Sequence, plan portfolio.Plan) {
	switch n := len(seq.Rows); {
	case seq.Cycle != nil:
		p.Finding, p.Lede = "These interventions wait for one another in a circle", report.Say("No order of time can keep such rules. Take one of the relations out in the team’s table of relations, and build again.")
	case n+len(seq.Past) == 0:
		p.Finding, p.Lede = "There is nothing to put in time", report.Say("The plan chooses nothing under this question. Change the question of the plan first.")
	case n == 0:
		p.Finding, p.Lede = "All that the plan chooses is under way", report.Say("The years on record of all %v are over, so that there is nothing to put in time. Open more stages in the plan.", strconv.Itoa(len(seq.Past)))
	case !p.Placed:
		p.Finding, p.Lede = "No sequence keeps these rules together", report.Say("The rules that cannot hold together are named below. Raise a cap, look at more years, or put a moved one back.")
	case seq.Kept:
		p.Finding, p.Lede = "The bars that were moved break the rules", report.Say("What breaks is named below. All that was not moved stands where it was before.")
	case begins(seq) == 0:
		p.Finding = fmt.Sprintf("All %d are under way already: none waits to begin", n)
		p.Lede = report.Say("What the plan chooses under “%v” has been approved or is in delivery. There is an order to find among what the plan could not compare: add that below, or open more stages or a larger budget in the plan.", plan.Worth.Label)
	case seq.Setting.Also == sequence.AlsoUnvalued:
		added := 0
		for _, r := range seq.Rows {
			if r.Unvalued {
				added++
			}
		}
		p.Finding = fmt.Sprintf("%s, the last until %s", counted(n, "intervention", "interventions"), portfolio.YearName(seq.End))
		p.Lede = report.Say("%v of them the plan chooses under “%v”; %v more are open to choice but have no cost or no evidence. What comes first comes first, no year costs more than its cap, and what is worth most comes early.", strconv.Itoa(n-added), plan.Worth.Label, strconv.Itoa(added))
	default:
		p.Finding = fmt.Sprintf("%s, the last until %s", counted(n, "intervention", "interventions"), portfolio.YearName(seq.End))
		p.Lede = report.Say("What the plan chooses under “%v”, put in time: what comes first comes first, no year costs more than its cap, and what is worth most comes early.", plan.Worth.Label)
	}
}

// begins counts what is still to begin.
func begins(seq sequence.Sequence) int {
	n := 0
	for _, r := range seq.Rows {
		if !r.UnderWay {
			n++
		}
	}
	return n
}

func (p *SequencePage) stats(seq sequence.Sequence) {
	fig := func(what, text string) report.Figure { return report.Figure{Text: text, Ref: seq.Ref(what)} }
	p.Stats = []Stat{{fig("count", strconv.Itoa(len(seq.Rows))), fmt.Sprintf("put in time, %d of them still to begin", begins(seq)), "#rows"}, {fig("end", portfolio.YearName(seq.End)), "last year in which something runs", "#gantt"},
		{fig("cost", seq.CostText()), costLabel(seq), "#spend"}, {fig("value", chart.Number(seq.Value, 2)), fmt.Sprintf("value, less by %s %% for each year until it has ended; %s without that", chart.Number(100*seq.Setting.Rate, 1), chart.Number(seq.Whole, 2)), "#means"}}
}

// costLabel says what the sum of costs is of.
func costLabel(seq sequence.Sequence) string {
	if n := seq.Unstated(); n > 0 {
		return fmt.Sprintf("spent in the years looked at, as far as costs are stated: those of %d are not", n)
	}
	return "spent in the years looked at"
}

// rate says where the rate comes from.
func (p *SequencePage) rate(s *Server, set sequence.Setting) error {
	rate, from, err := s.sequenceRate()
	if err != nil {
		return err
	}
	text := strings.TrimSuffix(chart.Number(100*set.Rate, 2), "0")
	p.Rate = report.Say("A value that comes a year later counts %v less, as set by hand: a convention, not evidence.", text+" %")
	if rate == set.Rate {
		p.Rate = report.Say("A value that comes a year later counts %v less, the first rate of “%v”: a convention, not evidence.", report.Figure{Text: text, Unit: "%", Ref: evidence.MakeRef("parameter", []string{from.ID})}, from.Name)
	}
	return nil
}

// caution says what the reader must know before using the picture.
func (p *SequencePage) caution(seq sequence.Sequence) {
	capped := len(seq.Ask.Caps) > 0 || seq.Setting.YearlyP > 0
	links := 0
	assumed, uncosted := 0, 0
	for _, r := range seq.Rows {
		links += len(r.After)
		if r.Uncosted() {
			uncosted++
		}
		if r.Start == 0 || r.End == 0 {
			assumed++
		}
	}
	switch {
	case begins(seq) == 0:
	case !capped && links == 0:
		p.Cautions = append(p.Cautions, "Nothing makes anything wait: no cap on a year is set and no rule of order is on record among these, so all that is free begins at once. Set the most that may be spent in one year to see an order.")
	case !capped:
		p.Cautions = append(p.Cautions, "No cap on a year is set: only rules of order make anything wait.")
	}
	if seq.Added {
		p.Cautions = append(p.Cautions, "Fewer than two of what the plan chooses wait to begin, so there is no order among them. What is open to choice but has no cost or no evidence is therefore shown too; it counts nothing in the value because nothing is known of its worth.")
	}
	if uncosted > 0 {
		p.Cautions = append(p.Cautions, fmt.Sprintf("The cost of %s not stated: what is spent in their years is more than is shown, and no cap holds them back.", counted(uncosted, "of them is", "of them is")))
	}
	if assumed > 0 {
		p.Cautions = append(p.Cautions, fmt.Sprintf("How long %s assumed, not known: no end is on record.", counted(assumed, "of them takes is", "of them take is")))
	}
	if now := seq.Ask.Now; now != 0 && now < seq.Setting.From {
		p.Cautions = append(p.Cautions, fmt.Sprintf("The plan counts what is under way from %s on, the sequence from %s: its sum is lower by what falls before.", portfolio.YearName(now), portfolio.YearName(seq.Setting.From)))
	}
	p.Cautions = append(p.Cautions, "Costs are those of the sources, "+seq.Prices()+", without optimism bias.")
}

func (p *SequencePage) row(seq sequence.Sequence, r sequence.Row) SequenceRow {
	v := SequenceRow{Row: r, Cost: r.Intervention.Cost(), Wait: counted(r.Slack, "year", "years")}
	if v.Cost.Text = r.CostText(); r.CostP != r.Intervention.CostP.Int64 {
		v.Cost.Ref = seq.Ref("start", r.ID) // a part of the whole cost
	}
	if r.From == 0 {
		return v
	}
	v.Years = fmt.Sprintf("%d–%d", r.From, r.To)
	if r.From == r.To {
		v.Years = strconv.Itoa(r.From)
	}
	set := seq.Setting
	if !r.UnderWay {
		if r.From > set.From {
			v.Earlier = fmt.Sprintf("%s:%d", r.ID, r.From-1)
		}
		if r.From < set.Last() {
			v.Later = fmt.Sprintf("%s:%d", r.ID, r.From+1)
		}
	}
	if r.Moved {
		v.Back = r.ID + ":0"
	}
	return v
}
