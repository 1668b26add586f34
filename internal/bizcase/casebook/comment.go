package casebook

import (
	"context"
	"fmt"
	"slices"
	"time"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// Comment is what somebody said of a part of a case, of a sentence in it, or in reply to another comment.
type Comment struct {
	ID, ReplyTo            string // a reply is to a comment that is none
	Part                   string // id of a section, or vision, goals, logic, messages, claims
	Sentence               string // as it was read; empty for the whole part
	Text                   string // empty where it was erased
	N                      int64  // version that was read
	ResolvedAt, ResolvedBy string
	Erased                 string
	Version                int64
	At, By                 string
}

const (
	writeComment = `insert into case_comment (workspace, case_id, comment_id, reply_to, part, sentence, comment_text, n, resolved_at, resolved_by, erased_at, version, made_at, made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', 1, $9, $10)`
	changeComment = `update case_comment set comment_text = $4, resolved_at = $5, resolved_by = $6, erased_at = $7, version = version + 1 where workspace = $1 and case_id = $2 and comment_id = $3`
	commentsQuery = `select comment_id, reply_to, part, sentence, comment_text, n, resolved_at, resolved_by, erased_at, version, made_at, made_by from case_comment
where workspace = $1 and case_id = $2 order by made_at, comment_id`
)

// Comments reads all comments of a case, the oldest first.
func (b Book) Comments(ctx context.Context, a auth.Actor, id string) ([]Comment, error) {
	var out []Comment
	err := b.read(ctx, a, func(q store.Querier) (err error) {
		out, err = b.comments(ctx, q, id)
		return err
	})
	return out, err
}

func (b Book) comments(ctx context.Context, q store.Querier, id string) ([]Comment, error) {
	var out []Comment
	err := store.Each(ctx, q, commentsQuery, []any{b.Workspace, id}, func(scan func(...any) error) error {
		var c Comment
		if err := scan(&c.ID, &c.ReplyTo, &c.Part, &c.Sentence, &c.Text, &c.N, &c.ResolvedAt, &c.ResolvedBy, &c.Erased, &c.Version, &c.At, &c.By); err != nil {
			return err
		}
		out = append(out, c)
		return nil
	})
	return out, err
}

// Comment keeps what the actor says: ReplyTo, Part, Sentence, Text and N of c. A reply to a comment that was resolved opens it again.
func (b Book) Comment(ctx context.Context, a auth.Actor, id string, c Comment) (string, error) {
	f := typed.Faults{}
	if c.Text = f.Text("text", c.Text, MostComment); c.Text == "" {
		f.Add("text", "is empty: write what you want to say")
	}
	c.Sentence = typed.Cut(typed.Line(c.Sentence), 2000)
	if err := f.Err(); err != nil {
		return "", err
	}
	c.ID = store.NewID("co")
	err := b.keep(ctx, a, auth.CommentCase, func(q store.Querier, now time.Time) (audit.Event, error) {
		of, err := b.there(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		all, err := b.comments(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		if len(all) >= MostRemarks {
			return audit.Event{}, typed.Whole("the case has %d comments, which is the most that are kept", MostRemarks)
		}
		if c.ReplyTo == "" {
			if !HasPart(of.Content, c.Part) {
				return audit.Event{}, typed.Whole("the case has no part %.40q", c.Part)
			}
			if c.N < 1 || c.N > of.N {
				c.N = of.N
			}
		} else if c, err = b.reply(ctx, q, id, c, all); err != nil {
			return audit.Event{}, err
		}
		_, err = q.ExecContext(ctx, writeComment, b.Workspace, id, c.ID, c.ReplyTo, c.Part, c.Sentence, c.Text, c.N, store.Time(now), a.PersonID)
		return audit.Event{Action: "case.comment", Subject: id, Detail: map[string]string{"comment": c.ID, "part": c.Part}}, err
	})
	return c.ID, err
}

// reply completes a reply by what it answers, which is opened again.
func (b Book) reply(ctx context.Context, q store.Querier, id string, c Comment, all []Comment) (Comment, error) {
	k := slices.IndexFunc(all, func(x Comment) bool { return x.ID == c.ReplyTo })
	if k < 0 {
		return c, ErrNotFound
	}
	to := all[k]
	if to.ReplyTo != "" {
		return c, typed.Whole("a reply is to the comment that began the thread")
	}
	c.Part, c.Sentence, c.N = to.Part, to.Sentence, to.N
	if to.ResolvedAt == "" {
		return c, nil
	}
	_, err := q.ExecContext(ctx, changeComment, b.Workspace, id, to.ID, to.Text, "", "", to.Erased)
	return c, err
}

// there is a case that was not deleted, held until the transaction ends.
func (b Book) there(ctx context.Context, q store.Querier, id string) (Case, error) {
	c, err := b.held(ctx, q, id)
	if err == nil && c.Deleted != "" {
		err = typed.Whole("the case was deleted: put it back first")
	}
	return c, err
}

// Resolve says that a comment is dealt with; Reopen takes that back. Version is that of the comment that was shown.
func (b Book) Resolve(ctx context.Context, a auth.Actor, id, comment string, version int64) error {
	return b.turnComment(ctx, a, id, comment, version, "case.resolve", func(c *Comment, _ Case, now string) error {
		if c.ReplyTo != "" {
			return typed.Whole("a thread is resolved as a whole, by the comment that began it")
		}
		c.ResolvedAt, c.ResolvedBy = now, a.PersonID
		return nil
	})
}

// Reopen opens a comment that was resolved.
func (b Book) Reopen(ctx context.Context, a auth.Actor, id, comment string, version int64) error {
	return b.turnComment(ctx, a, id, comment, version, "case.reopen", func(c *Comment, _ Case, _ string) error {
		c.ResolvedAt, c.ResolvedBy = "", ""
		return nil
	})
}

// Erase takes the words of a comment away for good: one's own, or anybody's by who may write the case. That it was there stays.
func (b Book) Erase(ctx context.Context, a auth.Actor, id, comment string, version int64) error {
	return b.turnComment(ctx, a, id, comment, version, "case.erase", func(c *Comment, _ Case, now string) error {
		if c.By != a.PersonID && !a.May(auth.WriteCase) {
			least, _ := auth.Least(auth.WriteCase)
			return &auth.DeniedError{Action: auth.WriteCase, Least: least, Signed: a.SignedIn()}
		}
		c.Text, c.Erased = "", now
		return nil
	})
}

func (b Book) turnComment(ctx context.Context, a auth.Actor, id, comment string, version int64, action string, f func(c *Comment, of Case, now string) error) error {
	return b.keep(ctx, a, auth.CommentCase, func(q store.Querier, now time.Time) (audit.Event, error) {
		of, err := b.there(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		all, err := b.comments(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		k := slices.IndexFunc(all, func(x Comment) bool { return x.ID == comment })
		if k < 0 {
			return audit.Event{}, ErrNotFound
		}
		c := all[k]
		if c.Version != version || c.Erased != "" && action == "case.erase" {
			return audit.Event{}, &ConflictError{id, of.N, of.Version}
		}
		if err := f(&c, of, store.Time(now)); err != nil {
			return audit.Event{}, err
		}
		if _, err := q.ExecContext(ctx, changeComment, b.Workspace, id, c.ID, c.Text, c.ResolvedAt, c.ResolvedBy, c.Erased); err != nil {
			return audit.Event{}, fmt.Errorf("comment %s: %w", c.ID, err)
		}
		return audit.Event{Action: action, Subject: id, Detail: map[string]string{"comment": c.ID, "part": c.Part}}, nil
	})
}
