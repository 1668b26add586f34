package fieldwork

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"milieu/internal/auth"
	"milieu/internal/sampling"
	"milieu/internal/store"
	"milieu/internal/survey"
)

// Progress is how far a survey has come.
type Progress struct {
	Level  survey.Level
	Strata []StratumProgress // in the order of the frame
	Total  StratumProgress
	// Outside are answers of firms that were not drawn; they are in no stratum here.
	Outside int
}

// StratumProgress is how far a stratum has come, in firms; of an anonymous survey Opened, Started, Done and Refused count links,
// of which a firm that was reminded has several. Who has come further is also counted where it has been before: a firm that is done has been sent a link
// and, where it answered by it, opened it.
type StratumProgress struct {
	Key, Label                   string
	Frame, Drawn                 int
	Sent, Reminded               int
	Opened, Started, Done        int
	Refused, Bounced, OutOfScope int
	Erased                       int // on the firm's request; they count as asked and not as answered
	Partial                      int // started, not sent, at least half of what was asked answered; 0 of an anonymous survey, where nobody can see it
	Links                        int // handed out
	Rates                        sampling.Rates
}

const (
	linksOf  = `select stratum, state, count(link_hash) from survey_link where workspace = $1 and survey_id = $2 group by stratum, state order by stratum, state`
	draftsOf = `select draft_key, instrument, answers from survey_draft where workspace = $1 and survey_id = $2`
	doneOf   = `select stratum, unit_id, state from survey_response where workspace = $1 and survey_id = $2`
)

// Progress counts how far a survey has come, by stratum, with response rates as AAPOR defines them (Standard Definitions, 10th
// edition): firms that were drawn and not heard of are of unknown eligibility, those out of scope are not eligible, answers that
// were not sent count as partial where at least half was answered. Of an anonymous survey they rest on links
// that were used, and are too high where a firm has answered by two.
func (b Book) Progress(ctx context.Context, a auth.Actor, id string) (Progress, error) {
	var p Progress
	err := b.read(ctx, a, auth.ReadSurveys, func(q store.Querier) error {
		s, err := b.surveyIn(ctx, q, id)
		if err != nil {
			return err
		}
		p, err = b.progressIn(ctx, q, s)
		return err
	})
	return p, err
}

func (b Book) progressIn(ctx context.Context, q store.Querier, s Survey) (Progress, error) {
	p := Progress{Level: s.Level}
	f, err := b.frozenIn(ctx, q, s.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return p, err
	}
	at := map[string]int{}
	for _, c := range f.Counts.Strata {
		at[c.Key] = len(p.Strata)
		p.Strata = append(p.Strata, StratumProgress{Key: c.Key, Label: c.Label, Frame: c.Frame})
	}
	of := func(stratum string) *StratumProgress {
		i, ok := at[stratum]
		if !ok {
			i = len(p.Strata)
			at[stratum] = i
			p.Strata = append(p.Strata, StratumProgress{Key: stratum, Label: orElse(stratum, "not known")})
		}
		return &p.Strata[i]
	}
	units, err := b.unitsIn(ctx, q, s.ID)
	if err != nil {
		return p, err
	}
	for _, u := range units {
		of(u.Stratum).unit(u)
	}
	if err := b.countLinks(ctx, q, s, of); err != nil {
		return p, err
	}
	if err := b.countDone(ctx, q, s, of, &p.Outside); err != nil {
		return p, err
	}
	if err := b.countPartial(ctx, q, s, units, of); err != nil {
		return p, err
	}
	for i := range p.Strata {
		p.Strata[i].rates(s.Level)
		p.Total.add(p.Strata[i])
	}
	p.Total.Label = "All"
	p.Total.rates(s.Level)
	return p, nil
}

// unit counts a firm by its times and its state.
func (p *StratumProgress) unit(u Unit) {
	p.Drawn++
	count(&p.Sent, u.SentAt != "")
	count(&p.Reminded, u.Reminded > 0)
	count(&p.Opened, u.OpenedAt != "")
	count(&p.Started, u.StartedAt != "")
	count(&p.Refused, u.State == UnitRefused)
	count(&p.Bounced, u.State == UnitBounced)
	count(&p.OutOfScope, u.State == UnitOutOfScope)
	count(&p.Erased, u.State == UnitErased)
}

func count(n *int, yes bool) {
	if yes {
		*n++
	}
}

// countLinks counts links; those of an anonymous survey say how far it has come.
func (b Book) countLinks(ctx context.Context, q store.Querier, s Survey, of func(string) *StratumProgress) error {
	return store.Each(ctx, q, linksOf, []any{b.Workspace, s.ID}, func(scan func(...any) error) error {
		var stratum, state string
		var n int
		if err := scan(&stratum, &state, &n); err != nil {
			return err
		}
		p := of(stratum)
		p.Links += n
		if s.Level != survey.Anonymous {
			return nil
		}
		switch state {
		case linkRefused:
			p.Refused += n
			p.Opened += n
		case linkOpened:
			p.Opened += n
		case linkStarted, linkDone:
			p.Opened += n
			p.Started += n
		}
		return nil
	})
}

func (b Book) countDone(ctx context.Context, q store.Querier, s Survey, of func(string) *StratumProgress, outside *int) error {
	return store.Each(ctx, q, doneOf, []any{b.Workspace, s.ID}, func(scan func(...any) error) error {
		var stratum, unit, state string
		if err := scan(&stratum, &unit, &state); err != nil {
			return err
		}
		switch {
		case state == erased:
		case unit != "", s.Level == survey.Anonymous, state == expired && stratum != "":
			of(stratum).Done++
		default:
			*outside++
		}
		return nil
	})
}

// countPartial counts firms that have answered half of what they are asked, and have not sent it.
func (b Book) countPartial(ctx context.Context, q store.Querier, s Survey, units []Unit, of func(string) *StratumProgress) error {
	if s.Level == survey.Anonymous || s.Published == 0 {
		return nil
	}
	started := map[string]Unit{}
	for _, u := range units {
		if u.State == UnitStarted {
			started[key{}.draft(s.ID, u.ID)] = u
		}
	}
	instruments := map[int]survey.Instrument{}
	type kept struct {
		unit Unit
		n    int
		text string
	}
	var drafts []kept
	err := store.Each(ctx, q, draftsOf, []any{b.Workspace, s.ID}, func(scan func(...any) error) error {
		var where, text string
		var n int64
		err := scan(&where, &n, &text)
		if u, ok := started[where]; ok {
			drafts = append(drafts, kept{u, int(n), text})
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if _, ok := instruments[d.n]; !ok {
			if instruments[d.n], _, err = b.instrumentIn(ctx, q, s.ID, d.n); err != nil {
				return err
			}
		}
		var answers survey.Answers
		if err := json.Unmarshal([]byte(d.text), &answers); err != nil {
			return fmt.Errorf("answers that are being given: %w", err)
		}
		count(&of(d.unit.Stratum).Partial, halfAnswered(instruments[d.n], answers))
	}
	return nil
}

func halfAnswered(in survey.Instrument, a survey.Answers) bool {
	asked, answered := 0, 0
	for _, one := range in.Settle(a) {
		count(&asked, one.State != survey.NotAsked)
		count(&answered, one.State != survey.NotAsked && one.State != survey.Blank)
	}
	return asked > 0 && 2*answered >= asked
}

// rates reckons the response rates. Before anything was sent there are none.
func (p *StratumProgress) rates(level survey.Level) {
	o := sampling.Outcomes{Complete: p.Done, Partial: p.Partial, Refused: p.Refused, Ineligible: p.OutOfScope}
	if level != survey.Anonymous {
		o.Other = p.Erased
	}
	o.Unknown = max(p.Drawn-o.Complete-o.Partial-o.Refused-o.Ineligible-o.Other, 0)
	p.Rates = o.Rates()
}

func (p *StratumProgress) add(o StratumProgress) {
	for _, n := range []struct {
		to   *int
		from int
	}{{&p.Frame, o.Frame}, {&p.Drawn, o.Drawn}, {&p.Sent, o.Sent}, {&p.Reminded, o.Reminded}, {&p.Opened, o.Opened}, {&p.Started, o.Started}, {&p.Done, o.Done}, {&p.Refused, o.Refused},
		{&p.Bounced, o.Bounced}, {&p.OutOfScope, o.OutOfScope}, {&p.Erased, o.Erased}, {&p.Partial, o.Partial}, {&p.Links, o.Links}} {
		*n.to += n.from
	}
}
