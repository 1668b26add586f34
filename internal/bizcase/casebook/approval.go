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

// MostApprovers is how many roles a case can be made to wait for.
const MostApprovers = 30

// Approver is a role that must approve a case, such as "Finance director", and who may do so in it.
type Approver struct {
	Role   string `json:"role"`
	Person string `json:"person"` // id of a member; nobody else can approve in the role
}

// Approval is that a person approved a version. It stands for that version alone: a later one needs its own.
type Approval struct {
	ID                       string
	Role                     string    // one of the case's approvers; empty for one of somebody who was not asked
	Own                      auth.Role // the person's role in the workspace then
	N                        int64
	Release                  string // that was being served
	Words                    string
	At, By                   string
	WithdrawnAt, WithdrawnBy string
}

const (
	writeApproval = `insert into case_approval (workspace, case_id, approval_id, role, own_role, n, release_id, words, made_at, made_by, withdrawn_at, withdrawn_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '')`
	withdrawApproval = `update case_approval set withdrawn_at = $4, withdrawn_by = $5 where workspace = $1 and case_id = $2 and approval_id = $3`
	approvalsQuery   = `select approval_id, role, own_role, n, release_id, words, made_at, made_by, withdrawn_at, withdrawn_by from case_approval
where workspace = $1 and case_id = $2 order by made_at, approval_id`
	memberQuery = `select count(*) from member where workspace = $1 and person_id = $2`
)

// Approvals reads all approvals of a case, the oldest first, with those that were withdrawn.
func (b Book) Approvals(ctx context.Context, a auth.Actor, id string) ([]Approval, error) {
	var out []Approval
	err := b.read(ctx, a, func(q store.Querier) (err error) {
		out, err = b.approvals(ctx, q, id)
		return err
	})
	return out, err
}

func (b Book) approvals(ctx context.Context, q store.Querier, id string) ([]Approval, error) {
	var out []Approval
	err := store.Each(ctx, q, approvalsQuery, []any{b.Workspace, id}, func(scan func(...any) error) error {
		var p Approval
		if err := scan(&p.ID, &p.Role, &p.Own, &p.N, &p.Release, &p.Words, &p.At, &p.By, &p.WithdrawnAt, &p.WithdrawnBy); err != nil {
			return err
		}
		out = append(out, p)
		return nil
	})
	return out, err
}

// Approve keeps that the actor approves version n, which is in force, in a role of the case's approvers that is theirs, or with no
// role in their own name. It takes Role, Release and Words of p.
func (b Book) Approve(ctx context.Context, a auth.Actor, id string, n int64, p Approval) (string, error) {
	f := typed.Faults{}
	p.Words, p.Role = f.Text("words", p.Words, MostWords), typed.Line(p.Role)
	if err := f.Err(); err != nil {
		return "", err
	}
	approval := store.NewID("ap")
	err := b.keep(ctx, a, auth.ApproveCase, func(q store.Querier, now time.Time) (audit.Event, error) {
		c, err := b.held(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		if err := c.open(n); err != nil {
			return audit.Event{}, err
		}
		if p.Role != "" && !slices.Contains(c.Approvers, Approver{p.Role, a.PersonID}) {
			return audit.Event{}, typed.Whole("you are not asked to approve this case as %.100q: ask a manager to name you for it", p.Role)
		}
		all, err := b.approvals(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		if slices.ContainsFunc(all, func(x Approval) bool {
			return x.By == a.PersonID && x.N == n && x.Role == p.Role && x.WithdrawnAt == ""
		}) {
			return audit.Event{}, typed.Whole("you have approved this version already")
		}
		_, err = q.ExecContext(ctx, writeApproval, b.Workspace, id, approval, p.Role, string(a.Role), n, p.Release, p.Words, store.Time(now), a.PersonID)
		return audit.Event{Action: "case.approve", Subject: id, Detail: map[string]string{"title": c.Content.Title, "version": fmt.Sprint(n), "role": p.Role, "release": p.Release}}, err
	})
	return approval, err
}

// Unapprove withdraws the actor's own approval. It stays in the history.
func (b Book) Unapprove(ctx context.Context, a auth.Actor, id, approval string) error {
	return b.keep(ctx, a, auth.ApproveCase, func(q store.Querier, now time.Time) (audit.Event, error) {
		c, err := b.held(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		all, err := b.approvals(ctx, q, id)
		if err != nil {
			return audit.Event{}, err
		}
		k := slices.IndexFunc(all, func(x Approval) bool { return x.ID == approval })
		switch {
		case k < 0:
			return audit.Event{}, ErrNotFound
		case all[k].By != a.PersonID:
			return audit.Event{}, typed.Whole("an approval can be withdrawn by who gave it only")
		case all[k].WithdrawnAt != "":
			return audit.Event{}, &ConflictError{id, c.N, c.Version}
		}
		_, err = q.ExecContext(ctx, withdrawApproval, b.Workspace, id, approval, store.Time(now), a.PersonID)
		return audit.Event{Action: "case.unapprove", Subject: id, Detail: map[string]string{"title": c.Content.Title, "version": fmt.Sprint(all[k].N), "role": all[k].Role}}, err
	})
}

// SetApprovers says which roles must approve, and who in each, for a case whose record has the version that was shown. Approvals in
// roles that go away stay in the history.
func (b Book) SetApprovers(ctx context.Context, a auth.Actor, id string, version int64, list []Approver) error {
	list, err := checkApprovers(list)
	if err != nil {
		return err
	}
	return b.alter(ctx, a, auth.PublishCase, id, func(q store.Querier, _ time.Time, c *Case) (audit.Event, error) {
		if c.Version != version {
			return audit.Event{}, &ConflictError{id, c.N, c.Version}
		}
		names := ""
		for _, p := range list {
			var n int
			if err := q.QueryRowContext(ctx, memberQuery, b.Workspace, p.Person).Scan(&n); err != nil {
				return audit.Event{}, fmt.Errorf("approver %q: %w", p.Role, err)
			}
			if n == 0 {
				return audit.Event{}, typed.Whole("whoever is to approve as %.100q is no member of this workspace: invite them first", p.Role)
			}
			names += p.Role + "; "
		}
		c.Approvers = list
		return audit.Event{Action: "case.approvers", Detail: map[string]string{"title": c.Content.Title, "roles": names}}, nil
	})
}

func checkApprovers(list []Approver) ([]Approver, error) {
	f := typed.Faults{}
	out := []Approver{}
	for _, p := range list {
		p.Role = typed.Line(f.Text("", p.Role, 100))
		switch {
		case p.Role == "" && p.Person == "":
			continue
		case p.Role == "":
			f.Add("", "a role has no name: write one, such as Finance director")
		case p.Person == "":
			f.Add("", "nobody is named for the role %.100q: choose a member", p.Role)
		case slices.ContainsFunc(out, func(x Approver) bool { return x.Role == p.Role }):
			f.Add("", "the role %.100q is there twice", p.Role)
		}
		out = append(out, p)
	}
	if len(out) > MostApprovers {
		f.Add("", "more than %d roles must approve", MostApprovers)
	}
	return out, f.Err()
}
