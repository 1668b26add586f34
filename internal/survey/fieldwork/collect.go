package fieldwork

import (
	"context"
	"errors"

	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
)

// Row is one response as results are reckoned from it: without a firm.
type Row struct {
	N       int               // version of the instrument
	Stratum string            // "" where the firm is not of the frame
	Drawn   bool              // the firm was drawn; others came by themselves or were asked outside the draw
	Groups  map[string]string // category by grouping; of an anonymous survey only those that all firms of the stratum share
	Mode    string
	Answers survey.Answers
}

// Collected is all that results are reckoned from.
type Collected struct {
	Survey      Survey // without draft, contact and who made it
	Instruments map[int]survey.Instrument
	Newest      int    // version of the newest instrument, 0 where there is none
	Frozen      Frozen // zero where no frame is frozen; without seed and who froze it
	HasFrame    bool
	Progress    Progress
	Rows        []Row // in an order that says nothing
}

const rowsRead = `select instrument, stratum, unit_id, groups, mode, answers, state from survey_response where workspace = $1 and survey_id = $2 and state <> 'erased' order by response_id`

// Collected reads what results are reckoned from, all of one moment: of a closed survey for everybody where its results are public, else
// for those who may read surveys. While it takes answers, or so few came since others saw results that the difference would tell them
// (Survey.Withheld), it is for those who may read single answers, and of an anonymous survey for nobody. Errors are ErrNotYet,
// ErrWithheld, ErrNotFound, one of auth.ErrDenied, or of the store. Who calls it shows totals only, with small cells hidden (package result).
func (b Book) Collected(ctx context.Context, a auth.Actor, id string) (Collected, error) {
	var c Collected
	err := b.DB.View(ctx, func(q store.Querier) error {
		s, err := b.surveyIn(ctx, q, id)
		if err != nil {
			return err
		}
		if err := b.maySee(ctx, q, a, s); err != nil {
			return err
		}
		c, err = b.collectedIn(ctx, q, s)
		return err
	})
	if err != nil {
		return Collected{}, err
	}
	return c, nil
}

// maySee says whether somebody may see results now.
func (b Book) maySee(ctx context.Context, q store.Querier, a auth.Actor, s Survey) error {
	if s.Results != Public || s.State != Closed {
		if err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadSurveys); err != nil {
			return err
		}
	}
	if s.Level == survey.Anonymous {
		if s.State != Closed {
			return ErrNotYet
		}
		return nil // it cannot be opened again
	}
	err := auth.PermitIn(ctx, q, b.Workspace, a, auth.ReadAnswers)
	switch {
	case !errors.Is(err, auth.ErrDenied):
		return err
	case s.State != Closed:
		return ErrNotYet
	case s.Withheld():
		return ErrWithheld
	}
	return nil
}

func (b Book) collectedIn(ctx context.Context, q store.Querier, s Survey) (c Collected, err error) {
	c.Instruments = map[int]survey.Instrument{}
	c.Survey, c.Newest = s.forReader(false), s.Published
	if c.Frozen, err = b.frozenIn(ctx, q, s.ID); err != nil && !errors.Is(err, ErrNotFound) {
		return c, err
	}
	c.HasFrame, c.Frozen = err == nil, c.Frozen.forAll()
	if c.Progress, err = b.progressIn(ctx, q, s); err != nil {
		return c, err
	}
	if c.Rows, err = b.rowsIn(ctx, q, s, c.Frozen.Counts); err != nil {
		return c, err
	}
	return c, b.instrumentsOf(ctx, q, &c)
}

func (b Book) rowsIn(ctx context.Context, q store.Querier, s Survey, counts Counts) ([]Row, error) {
	var out []Row
	shared := map[string]map[string]string{}
	err := store.Each(ctx, q, rowsRead, []any{b.Workspace, s.ID}, func(scan func(...any) error) error {
		var r Response
		var n int64
		var groups, answers string
		if err := scan(&n, &r.Stratum, &r.UnitID, &groups, &r.Mode, &answers, &r.State); err != nil {
			return err
		}
		r.N = int(n)
		if err := r.parse(groups, answers, ""); err != nil {
			return err
		}
		row := Row{N: r.N, Stratum: r.Stratum, Drawn: r.UnitID != "", Groups: r.Groups, Mode: r.Mode, Answers: r.Answers}
		if s.Level == survey.Anonymous || r.State == expired {
			if shared[r.Stratum] == nil {
				shared[r.Stratum] = counts.groupsOf(r.Stratum)
			}
			row.Groups, row.Drawn = shared[r.Stratum], r.Stratum != ""
		}
		out = append(out, row)
		return nil
	})
	return out, err
}

// instrumentsOf reads the versions by which there are answers, and the newest.
func (b Book) instrumentsOf(ctx context.Context, q store.Querier, c *Collected) error {
	wanted := map[int]bool{}
	if c.Newest > 0 {
		wanted[c.Newest] = true
	}
	for _, r := range c.Rows {
		wanted[r.N] = true
	}
	for n := range wanted {
		in, _, err := b.instrumentIn(ctx, q, c.Survey.ID, n)
		if err != nil {
			return err
		}
		c.Instruments[n] = in
	}
	return nil
}
