package web

import (
	"context"
	"strings"

	"milieu/internal/live"
	"milieu/internal/survey"
	"milieu/internal/survey/interview"
)

// joinNames gives organisations that were typed and not chosen from the list their ids, where the register has one of that name
// and no other: without a script there is no list, and on a phone it is often passed over.
func joinNames(ctx context.Context, snap *live.Snapshot, answers survey.Answers) (survey.Answers, error) {
	var typed []string
	for _, a := range answers {
		for _, o := range a.Orgs {
			if o.OrgID == "" {
				typed = append(typed, o.Name)
			}
		}
	}
	if len(typed) == 0 {
		return answers, nil
	}
	found, err := matchOrgs(ctx, snap, typed)
	if err != nil {
		return nil, err
	}
	out := survey.Answers{}
	for id, a := range answers {
		orgs := make([]survey.Named, 0, len(a.Orgs))
		for _, o := range a.Orgs {
			if m := found[o.Name]; o.OrgID == "" && m.Found() {
				o.OrgID = m.ID
			}
			orgs = append(orgs, o)
		}
		if len(orgs) > 0 {
			a.Orgs = orgs
		}
		out[id] = a
	}
	return out, nil
}

// joinTyped does the same with the fields of an interview: those of a name have a field beside them for the id.
func joinTyped(ctx context.Context, snap *live.Snapshot, typed interview.Typed) error {
	name := func(field string) (string, bool) {
		of, ok := strings.CutSuffix(field, ".id")
		if !ok || strings.Join(typed[field], "") != "" || len(typed[of]) != 1 || strings.TrimSpace(typed[of][0]) == "" {
			return "", false
		}
		return typed[of][0], true
	}
	var names []string
	for field := range typed {
		if n, ok := name(field); ok {
			names = append(names, n)
		}
	}
	found, err := matchOrgs(ctx, snap, names)
	if err != nil {
		return err
	}
	for field := range typed {
		if n, ok := name(field); ok && found[n].Found() {
			typed[field] = []string{found[n].ID}
		}
	}
	return nil
}
