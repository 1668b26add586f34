package fieldwork

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Kinds of rounds of links.
const (
	Invite = "invite" // to firms that have none yet
	Remind = "remind" // to those that have one and have not answered; of an anonymous survey to all, those too that have none yet
)

// Addressee is a firm to which a link goes.
type Addressee struct {
	UnitID, OrgID, Name, Stratum string
	Email, Contact               string
	Reminder                     bool
}

// Sender takes a link to a firm, by mail or into a file. What it does with the secret decides whether the survey's promise holds:
// it writes it to the firm and nowhere else.
type Sender interface {
	// Send takes the secret to the firm. ErrNoAddress says that the firm cannot be reached this way; any other error is told to the
	// team for that firm, and must not hold the secret.
	Send(ctx context.Context, to Addressee, secret string) error
}

// ErrNoAddress says that a firm has no address to write to.
var ErrNoAddress = errors.New("it has no e-mail address")

// SenderFunc is a function that is a Sender.
type SenderFunc func(ctx context.Context, to Addressee, secret string) error

// Send calls the function.
func (f SenderFunc) Send(ctx context.Context, to Addressee, secret string) error {
	return f(ctx, to, secret)
}

// Unsent is a firm that did not get a link, and why.
type Unsent struct{ UnitID, Name, Reason string }

// Round is what became of a round of links.
type Round struct {
	Kind   string
	Sent   int
	Unsent []Unsent
}

const (
	linkWrite  = `insert into survey_link (workspace, link_hash, survey_id, stratum, unit_id, state, proof) values ($1, $2, $3, $4, $5, $6, $7)`
	linkAll    = `select link_hash, stratum, state, proof from survey_link where workspace = $1 and survey_id = $2 order by link_hash`
	linkClear  = `delete from survey_link where workspace = $1 and survey_id = $2`
	linkDelete = `delete from survey_link where workspace = $1 and link_hash = $2`
	unitInvite = `update survey_unit set version = version + 1, state = 'sent', sent_at = $4 where workspace = $1 and survey_id = $2 and unit_id = $3`
	unitRemind = `update survey_unit set version = version + 1, reminded = reminded + 1, reminded_at = $4 where workspace = $1 and survey_id = $2 and unit_id = $3`
	unitUnsend = `update survey_unit set version = version + 1, state = 'drawn', sent_at = '' where workspace = $1 and survey_id = $2 and unit_id = $3 and state = 'sent'`
	unitForget = `update survey_unit set version = version + 1, reminded = reminded - 1, reminded_at = $4 where workspace = $1 and survey_id = $2 and unit_id = $3`
)

// Reach says which firms a Sender can reach; a Sender that does not say can reach all.
type Reach interface{ Reaches(Addressee) bool }

// Links hands each firm that is due a fresh link. The links are kept and the firms marked before the first is handed out, all with
// one time, and those that the sender could not reach are unmarked after the last: an end in the middle leaves firms without a
// link, never with two. Links of an anonymous survey come from a pool and are paired with firms at random, here and in
// the sender's hands only. Of each stratum as many firms as the threshold get one in the same round or none, all links are written anew
// in the order of their hashes, and of the time only the day is kept: which link belongs to which round, and with that to which firms,
// is not to be seen.
func (b Book) Links(ctx context.Context, a auth.Actor, id, kind string, to Sender) (Round, error) {
	round := Round{Kind: kind}
	if kind != Invite && kind != Remind {
		return round, typed.Whole("links are made to %s or to %s, not to %.20q", Invite, Remind, kind)
	}
	var due []dueUnit
	var s Survey
	err := b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		var err error
		if s, err = b.surveyIn(ctx, q, id); err != nil {
			return audit.Event{}, err
		}
		if s.State != Open {
			return audit.Event{}, typed.Whole("the survey is %s: open it before links are sent", s.State)
		}
		if s.Invented {
			return audit.Event{}, typed.Whole("the answers of this survey are invented: no firm is asked")
		}
		units, err := b.unitsIn(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		due, round.Unsent = dueOf(s, units, kind, to)
		if err := b.keepLinks(ctx, q, s, due, now); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Action: "survey." + kind, Subject: id, Detail: map[string]string{"firms": fmt.Sprint(len(due))}}, nil
	})
	if err != nil {
		return round, err
	}
	failed := hand(ctx, due, kind, to)
	for _, f := range failed {
		round.Unsent = append(round.Unsent, Unsent{f.ID, f.Name, f.reason})
	}
	round.Sent = len(due) - len(failed)
	failed = takenBack(s.Level, s.Threshold, due, failed)
	if len(failed) == 0 {
		return round, ctx.Err()
	}
	// Also when the caller has gone: firms that got nothing must not be held for asked.
	return round, errors.Join(ctx.Err(), b.takeBack(context.WithoutCancel(ctx), a, id, failed))
}

// dueUnit is a firm with the link that it is handed.
type dueUnit struct {
	Unit
	link   key
	reason string // why it could not be handed
}

// dueOf are the firms that are due a link, each with one, in an order made by chance, and those that are due one and get none.
func dueOf(s Survey, units []Unit, kind string, to Sender) ([]dueUnit, []Unsent) {
	var due []dueUnit
	var unsent []Unsent
	reach, choosy := to.(Reach)
	inRound := map[string]int{} // by stratum
	for _, u := range units {
		switch {
		case !u.due(s.Level, kind):
			continue
		case choosy && !reach.Reaches(u.addressee(kind)):
			unsent = append(unsent, Unsent{u.ID, u.Name, ErrNoAddress.Error()})
			continue
		}
		inRound[u.Stratum]++
		due = append(due, dueUnit{Unit: u})
	}
	if s.Level == survey.Anonymous {
		due = slices.DeleteFunc(due, func(u dueUnit) bool {
			few := inRound[u.Stratum] < s.Threshold
			if few {
				unsent = append(unsent, Unsent{u.ID, u.Name, fmt.Sprintf("only %d of its stratum would get a link in this round, and in an anonymous survey %d go together or none; it gets one with the next reminder to all", inRound[u.Stratum], s.Threshold)})
			}
			return few
		})
	}
	shuffle(due)
	for i := range due {
		due[i].link = key{link: NewSecret()}
	}
	return due, unsent
}

// due says whether a firm gets a link in a round.
func (u Unit) due(level survey.Level, kind string) bool {
	if kind == Invite {
		return u.State == UnitDrawn
	}
	if level == survey.Anonymous {
		return u.State == UnitSent || u.State == UnitDrawn
	}
	return u.State == UnitSent || u.State == UnitOpened || u.State == UnitStarted
}

func (u Unit) addressee(kind string) Addressee {
	return Addressee{u.ID, u.OrgID, u.Name, u.Stratum, u.Email, u.Contact, kind == Remind && u.SentAt != ""}
}

// shuffle brings the units into an order that nobody can find out (Fisher and Yates with the system's chance).
func shuffle(due []dueUnit) {
	for i := len(due) - 1; i > 0; i-- {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			panic(err) // the system's chance does not fail
		}
		k := int(n.Int64())
		due[i], due[k] = due[k], due[i]
	}
}

// takenBack are those of the firms that could not be reached that count as not asked. In an anonymous survey a stratum of which some
// got theirs and fewer than the threshold stays whole: what is kept says of all that they were asked, and the next reminder goes to all.
func takenBack(level survey.Level, threshold int, due, failed []dueUnit) []dueUnit {
	if level != survey.Anonymous {
		return failed
	}
	got := map[string]int{}
	for _, u := range due {
		got[u.Stratum]++
	}
	for _, u := range failed {
		got[u.Stratum]--
	}
	return slices.DeleteFunc(slices.Clone(failed), func(u dueUnit) bool { return got[u.Stratum] > 0 && got[u.Stratum] < threshold })
}

// keepLinks writes the links in the order of their hashes, which says nothing of the firms, and marks the firms.
func (b Book) keepLinks(ctx context.Context, q store.Querier, s Survey, due []dueUnit, now time.Time) error {
	var rows []linkRow
	if s.Level == survey.Anonymous {
		now = now.UTC().Truncate(24 * time.Hour)
		var err error
		if rows, err = b.allLinks(ctx, q, s.ID); err != nil {
			return err
		}
	}
	for _, u := range due {
		r := linkRow{hash: u.link.hash(), stratum: u.Stratum, unit: u.ID, state: linkNew}
		if s.Level == survey.Anonymous {
			r.unit = ""
		}
		rows = append(rows, r)
	}
	if err := b.putLinks(ctx, q, s.ID, rows); err != nil {
		return err
	}
	byID := slices.Clone(due)
	slices.SortFunc(byID, func(a, c dueUnit) int { return cmp.Compare(a.ID, c.ID) })
	for _, u := range byID {
		mark := unitInvite
		if u.SentAt != "" {
			mark = unitRemind
		}
		if _, err := q.ExecContext(ctx, mark, b.Workspace, s.ID, u.ID, store.Time(now)); err != nil {
			return fmt.Errorf("marking a firm as asked: %w", err)
		}
	}
	return nil
}

// linkRow is a link as it is kept.
type linkRow struct{ hash, stratum, unit, state, proof string }

// allLinks takes the links of an anonymous survey out, to be written anew with others.
func (b Book) allLinks(ctx context.Context, q store.Querier, id string) ([]linkRow, error) {
	if _, err := q.ExecContext(ctx, surveyHold, b.Workspace, id); err != nil {
		return nil, err
	}
	var rows []linkRow
	err := store.Each(ctx, q, linkAll, []any{b.Workspace, id}, func(scan func(...any) error) error {
		var r linkRow
		err := scan(&r.hash, &r.stratum, &r.state, &r.proof)
		rows = append(rows, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	_, err = q.ExecContext(ctx, linkClear, b.Workspace, id)
	return rows, err
}

// forgetLinks gives the links of an anonymous survey hashes of secrets that nobody has. How many there were, of which stratum and how far
// they had come stays. What was being given by them is deleted.
func (b Book) forgetLinks(ctx context.Context, q store.Querier, id string) error {
	rows, err := b.allLinks(ctx, q, id)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].hash, rows[i].unit, rows[i].proof = key{link: NewSecret()}.hash(), "", ""
	}
	if err := b.putLinks(ctx, q, id, rows); err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, expireDrafts, b.Workspace, id)
	return err
}

// putLinks writes links in the order of their hashes.
func (b Book) putLinks(ctx context.Context, q store.Querier, id string, rows []linkRow) error {
	slices.SortFunc(rows, func(a, c linkRow) int { return cmp.Compare(a.hash, c.hash) })
	for _, r := range rows {
		if _, err := q.ExecContext(ctx, linkWrite, b.Workspace, r.hash, id, r.stratum, r.unit, r.state, r.proof); err != nil {
			return fmt.Errorf("keeping a link: %w", err)
		}
	}
	return nil
}

// hand gives the links to the sender, and says which firms did not get theirs.
func hand(ctx context.Context, due []dueUnit, kind string, to Sender) []dueUnit {
	var failed []dueUnit
	for _, u := range due {
		err := ctx.Err()
		if err == nil {
			err = to.Send(ctx, u.addressee(kind), u.link.link)
		}
		if err != nil {
			u.reason = err.Error()
			failed = append(failed, u)
		}
	}
	slices.SortFunc(failed, func(a, c dueUnit) int { return cmp.Or(cmp.Compare(a.Name, c.Name), cmp.Compare(a.ID, c.ID)) })
	return failed
}

// takeBack makes firms that did not get their link ones that have not been asked, and takes links that nobody has out of the pool.
func (b Book) takeBack(ctx context.Context, a auth.Actor, id string, failed []dueUnit) error {
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, _ time.Time) (audit.Event, error) {
		if _, err := q.ExecContext(ctx, surveyHold, b.Workspace, id); err != nil {
			return audit.Event{}, err
		}
		for _, u := range failed {
			var err error
			if u.SentAt == "" {
				_, err = q.ExecContext(ctx, unitUnsend, b.Workspace, id, u.ID)
			} else {
				_, err = q.ExecContext(ctx, unitForget, b.Workspace, id, u.ID, u.RemindedAt)
			}
			if err != nil {
				return audit.Event{}, fmt.Errorf("unmarking a firm that was not reached: %w", err)
			}
		}
		slices.SortFunc(failed, func(a, c dueUnit) int { return cmp.Compare(a.link.hash(), c.link.hash()) })
		for _, u := range failed {
			if _, err := q.ExecContext(ctx, linkDelete, b.Workspace, u.link.hash()); err != nil {
				return audit.Event{}, fmt.Errorf("taking a link back: %w", err)
			}
		}
		return audit.Event{Action: "survey.unsent", Subject: id, Detail: map[string]string{"firms": fmt.Sprint(len(failed))}}, nil
	})
}
