package interview

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
	"unicode"

	"milieu/internal/audit"
	"milieu/internal/auth"
	"milieu/internal/store"
	"milieu/internal/typed"
)

// Excerpt is what was said, word for word.
type Excerpt struct {
	ID, InterviewID string
	Text            string
	Permission      Permission // as it was given for these words
	Allowed         Permission // what may be done with them: the stricter of that and of the interview's consent
	MadeAt, MadeBy  string
	Version         int64
	ErasedAt        string
	Mine            *Coding  // what the person who asks gave it
	Others          []Coding // of the others, once the person who asks may see them
	Coders          int      // who coded it in all
}

const (
	excerptInsert  = `insert into excerpt (workspace, excerpt_id, interview_id, text, permission, made_at, made_by, version, erased_at) values ($1, $2, $3, $4, $5, $6, $7, 1, '')`
	excerptPermit  = `update excerpt set version = version + 1, permission = $4 where workspace = $1 and excerpt_id = $2 and version = $3 and erased_at = '' returning interview_id`
	excerptErase   = `update excerpt set text = '', permission = 'none', version = version + 1, erased_at = $4 where workspace = $1 and excerpt_id = $2 and version = $3 and erased_at = '' returning interview_id`
	excerptVersion = `select excerpt_id, version from excerpt where workspace = $1 and excerpt_id = $2`
	excerptCodings = `delete from coding where workspace = $1 and excerpt_id = $2`
	excerptColumns = `select e.excerpt_id, e.interview_id, e.text, e.permission, e.made_at, e.made_by, e.version, e.erased_at, i.consent
from excerpt e join interview i on i.workspace = e.workspace and i.interview_id = e.interview_id where e.workspace = $1 and e.erased_at = '' `
	excerptOne      = excerptColumns + `and e.excerpt_id = $2`
	excerptsOf      = excerptColumns + `and e.interview_id = $2 order by e.made_at, e.excerpt_id`
	excerptsOfAll   = excerptColumns + `order by e.made_at, e.excerpt_id`
	excerptIsErased = `select erased_at from excerpt where workspace = $1 and excerpt_id = $2`
)

// AddExcerpt keeps words of an interview, with the permission to quote them, which goes no further than the consent of
// the interview does. Words without a name must not name the firm themselves.
func (b Book) AddExcerpt(ctx context.Context, a auth.Actor, interviewID, text string, p Permission) (string, error) {
	f := typed.Faults{}
	if text = f.Text("text", text, MostExcerpt); text == "" {
		f.Add("text", "is missing: write down what was said, word for word")
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	id := store.NewID("q")
	err := b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		i, err := one(ctx, q, interviewByID, b.Workspace, interviewID)
		if err != nil {
			return audit.Event{}, err
		}
		if i.State == Erased {
			return audit.Event{}, ErrErased
		}
		if err := b.permitted(p, i.Consent, i.OrgName, text); err != nil {
			return audit.Event{}, err
		}
		_, err = q.ExecContext(ctx, excerptInsert, b.Workspace, id, interviewID, text, string(p), store.Time(now), a.PersonID)
		return audit.Event{Action: "excerpt.add", Subject: id, Detail: map[string]string{"interview": interviewID, "permission": string(p)}}, err
	})
	return id, err
}

// permitted holds a permission against the consent of the interview and against the words.
func (b Book) permitted(p Permission, c Consent, orgName, text string) error {
	f := typed.Faults{}
	switch {
	case !p.Known():
		f.Add("permission", "is missing: say whether these words may be quoted")
	case p.rank() > c.Quotes.rank():
		f.Add("permission", "goes further than what was agreed in the interview (%s): ask again, change the consent, then this", strings.ToLower(c.Quotes.Label()))
	case p == Anonymous && names(text, orgName, b.telling(orgName)):
		f.Add("text", "names the firm: put […] in the place of its name, or have the words quoted with it")
	}
	return f.Err()
}

func (b Book) telling(orgName string) []string {
	if b.Telling == nil {
		return nil
	}
	return b.Telling(orgName)
}

// names says that the words hold the firm's name, or one of the words that tell it from others.
func names(text, orgName string, telling []string) bool {
	text = " " + plainWords(text) + " "
	for _, s := range append([]string{orgName}, telling...) {
		if w := plainWords(s); w != "" && strings.Contains(text, " "+w+" ") {
			return true
		}
	}
	return false
}

// plainWords is a text in small letters, its words parted by one space.
func plainWords(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '&' }), " ")
}

// PermitExcerpt changes how far the words may be quoted, if the excerpt still has the version that was shown.
func (b Book) PermitExcerpt(ctx context.Context, a auth.Actor, id string, version int64, p Permission) error {
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, _ time.Time) (audit.Event, error) {
		e, err := b.excerpt(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		i, err := one(ctx, q, interviewByID, b.Workspace, e.InterviewID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := b.permitted(p, i.Consent, i.OrgName, e.Text); err != nil {
			return audit.Event{}, err
		}
		return b.turnExcerpt(ctx, q, excerptPermit, id, version, string(p), audit.Event{Action: "excerpt.permit", Subject: id, Detail: map[string]string{"permission": string(p)}})
	})
}

// RemoveExcerpt empties an excerpt, with the codes that it was given. That there was one stays.
func (b Book) RemoveExcerpt(ctx context.Context, a auth.Actor, id string, version int64) error {
	return b.change(ctx, a, auth.RunSurvey, func(q store.Querier, now time.Time) (audit.Event, error) {
		e, err := b.turnExcerpt(ctx, q, excerptErase, id, version, store.Time(now), audit.Event{Action: "excerpt.remove", Subject: id})
		if err != nil {
			return e, err
		}
		_, err = q.ExecContext(ctx, excerptCodings, b.Workspace, id)
		return e, err
	})
}

func (b Book) turnExcerpt(ctx context.Context, q store.Querier, update, id string, version int64, value string, e audit.Event) (audit.Event, error) {
	var of string
	err := q.QueryRowContext(ctx, update, b.Workspace, id, version, value).Scan(&of)
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Event{}, b.excerptGone(ctx, q, id)
	}
	return e, err
}

// excerptGone says why an excerpt could not be changed as it was shown.
func (b Book) excerptGone(ctx context.Context, q store.Querier, id string) error {
	var erased string
	err := q.QueryRowContext(ctx, excerptIsErased, b.Workspace, id).Scan(&erased)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case err != nil:
		return err
	case erased != "":
		return ErrErased
	}
	return versionOf(ctx, q, "excerpt", excerptVersion, b.Workspace, id)
}

// excerpt reads one that is still there, without codes.
func (b Book) excerpt(ctx context.Context, q store.Querier, id string) (Excerpt, error) {
	all, err := excerptRows(ctx, q, excerptOne, b.Workspace, id)
	if err == nil && len(all) == 0 {
		err = b.excerptGone(ctx, q, id)
	}
	if err != nil {
		return Excerpt{}, err
	}
	return all[0], nil
}

func excerptRows(ctx context.Context, q store.Querier, query string, args ...any) (out []Excerpt, err error) {
	err = store.Each(ctx, q, query, args, func(scan func(...any) error) error {
		var e Excerpt
		var consent string
		if err := scan(&e.ID, &e.InterviewID, &e.Text, &e.Permission, &e.MadeAt, &e.MadeBy, &e.Version, &e.ErasedAt, &consent); err != nil {
			return err
		}
		c, err := decodeConsent(consent)
		e.Allowed = e.Permission.Within(c.Quotes)
		out = append(out, e)
		return err
	})
	return out, err
}

// excerpts reads those of an interview, "" for all, with the codes that the actor may see.
func (b Book) excerpts(ctx context.Context, q store.Querier, a auth.Actor, interviewID string) ([]Excerpt, error) {
	query, args := excerptsOf, []any{b.Workspace, interviewID}
	if interviewID == "" {
		query, args = excerptsOfAll, args[:1]
	}
	out, err := excerptRows(ctx, q, query, args...)
	if err != nil {
		return nil, err
	}
	given, err := b.codings(ctx, q)
	if err != nil {
		return nil, err
	}
	codes := a.May(auth.RunSurvey)
	for i := range out {
		e := &out[i]
		for _, c := range given[e.ID] {
			e.Coders++
			if c.Coder == a.PersonID {
				e.Mine = &c
			} else {
				e.Others = append(e.Others, c)
			}
		}
		if codes && e.Mine == nil {
			e.Others = nil // who codes does so before seeing what others gave
		}
	}
	return out, nil
}

// Excerpts reads all excerpts that are there, the oldest first, with the codes that the actor may see.
func (b Book) Excerpts(ctx context.Context, a auth.Actor) (out []Excerpt, err error) {
	err = b.read(ctx, a, func(q store.Querier) error {
		out, err = b.excerpts(ctx, q, a, "")
		return err
	})
	return out, err
}
