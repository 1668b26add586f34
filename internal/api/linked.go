package api

import (
	"context"
	"strconv"

	"milieu/internal/org"
)

// nameItem is a further name of an organisation.
type nameItem struct {
	Name     string  `json:"name"`
	Kind     string  `json:"kind"`
	Language *string `json:"language"`
	Record   record  `json:"record"`
}

// groupItem is the group of which an organisation is part.
type groupItem struct {
	ID      *string        `json:"id"`
	Name    string         `json:"name"`
	Parents []groupTieItem `json:"parents"`
	Members []groupTieItem `json:"members"`
}

// groupTieItem is a member of a group and who owns or controls it.
type groupTieItem struct {
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	ParentID   *string `json:"parent_id"`
	ParentName *string `json:"parent_name"`
	Via        string  `json:"via"`
	ShareLow   *int64  `json:"share_low"`
	Record     record  `json:"record"`
}

func groupOf(g org.Group) *groupItem {
	if g.Name == "" {
		return nil
	}
	out := groupItem{ID: optText(g.ID), Name: g.Name, Parents: []groupTieItem{}, Members: []groupTieItem{}}
	tie := func(t org.GroupTie) groupTieItem {
		return groupTieItem{t.OrgID, t.Name, optText(t.ParentID), optText(t.ParentName), t.Via, optInt(t.ShareLow), from(t.Record)}
	}
	for _, t := range g.Parents {
		out.Parents = append(out.Parents, tie(t))
	}
	for _, t := range g.Members {
		out.Members = append(out.Members, tie(t))
	}
	return &out
}

// participationItem is the part that an organisation takes in a project.
type participationItem struct {
	ID           string  `json:"id"`
	ProjectID    string  `json:"project_id"`
	Organisation named   `json:"organisation"`
	Key          string  `json:"key"`
	Role         *string `json:"role"`
	Title        *string `json:"title"`
	Programme    *string `json:"programme"`
	Funder       *string `json:"funder"`
	FunderID     *string `json:"funder_id"`
	AmountMinor  *int64  `json:"amount_minor"`
	CostMinor    *int64  `json:"cost_minor"`
	Currency     *string `json:"currency"`
	Start        *string `json:"start_date"`
	End          *string `json:"end_date"`
	Status       *string `json:"status"`
	Reference    *string `json:"reference"`
	SourceURL    *string `json:"source_url"`
	Record       record  `json:"record"`
}

func participationOf(p org.Participation, of named) participationItem {
	return participationItem{ID: p.ID, ProjectID: p.ProjectID, Organisation: of, Key: p.Key, Role: optText(p.Role), Title: optText(p.Title), Programme: optText(p.Programme), Funder: optText(p.Funder),
		FunderID: optText(p.FunderID), AmountMinor: optInt(p.Amount), CostMinor: optInt(p.Cost), Currency: optText(p.Currency), Start: optDay(p.Start), End: optDay(p.End),
		Status: optText(p.Status), Reference: optText(p.Reference), SourceURL: optText(p.SourceURL), Record: from(p.Record)}
}

var participationColumns = []string{"id", "project_id", "organisation_id", "organisation_name", "key", "role", "title", "programme", "funder", "funder_id", "amount_minor", "cost_minor", "currency",
	"start_date", "end_date", "status", "reference", "source_url", "source", "file", "line"}

func (p participationItem) cells() []string {
	return append([]string{p.ID, p.ProjectID, p.Organisation.ID, p.Organisation.Name, p.Key, cell(p.Role), cell(p.Title), cell(p.Programme), cell(p.Funder), cell(p.FunderID), cell(p.AmountMinor),
		cell(p.CostMinor), cell(p.Currency), cell(p.Start), cell(p.End), cell(p.Status), cell(p.Reference), cell(p.SourceURL)}, p.Record.cells()...)
}

// projectItem is a project that was paid for.
type projectItem struct {
	ID          string  `json:"id"`
	Title       *string `json:"title"`
	Programme   *string `json:"programme"`
	Funder      *string `json:"funder"`
	FunderID    *string `json:"funder_id"`
	AmountMinor *int64  `json:"amount_minor"`
	CostMinor   *int64  `json:"cost_minor"`
	Currency    *string `json:"currency"`
	Start       *string `json:"start_date"`
	End         *string `json:"end_date"`
	Status      *string `json:"status"`
	Reference   *string `json:"reference"`
	SourceURL   *string `json:"source_url"`
	Record      record  `json:"record"`
}

func projectOf(p org.Project) projectItem {
	return projectItem{ID: p.ID, Title: optText(p.Title), Programme: optText(p.Programme), Funder: optText(p.Funder), FunderID: optText(p.FunderID), AmountMinor: optInt(p.Amount), CostMinor: optInt(p.Cost),
		Currency: optText(p.Currency), Start: optDay(p.Start), End: optDay(p.End), Status: optText(p.Status), Reference: optText(p.Reference), SourceURL: optText(p.SourceURL), Record: from(p.Record)}
}

var projectColumns = []string{"id", "title", "programme", "funder", "funder_id", "amount_minor", "cost_minor", "currency", "start_date", "end_date", "status", "reference", "source_url", "source", "file", "line"}

func (p projectItem) cells() []string {
	return append([]string{p.ID, cell(p.Title), cell(p.Programme), cell(p.Funder), cell(p.FunderID), cell(p.AmountMinor), cell(p.CostMinor), cell(p.Currency), cell(p.Start), cell(p.End),
		cell(p.Status), cell(p.Reference), cell(p.SourceURL)}, p.Record.cells()...)
}

// pairSide is one record of a pair.
type pairSide struct {
	Key          string `json:"key"`
	Name         string `json:"name"`
	Source       string `json:"source"`
	Organisation string `json:"organisation_id"`
}

// pairItem is two records that were compared.
type pairItem struct {
	A           pairSide   `json:"a"`
	B           pairSide   `json:"b"`
	Weight      float64    `json:"weight"`
	Probability float64    `json:"probability"`
	Verdict     string     `json:"verdict"`
	Reason      *string    `json:"reason"`
	Bridge      bool       `json:"bridge"`
	Why         []pairPart `json:"why"`
}

// pairPart is one part of the weight of a pair.
type pairPart struct {
	Part   string  `json:"part"`
	Detail *string `json:"detail"`
	Weight float64 `json:"weight"`
}

func pairOf(p org.LinkPair) pairItem {
	out := pairItem{A: pairSide{p.A, p.AName, p.ASource, p.AOrg}, B: pairSide{p.B, p.BName, p.BSource, p.BOrg}, Weight: p.Weight, Probability: p.Probability, Verdict: p.Verdict,
		Reason: optText(p.Reason), Bridge: p.Bridge, Why: []pairPart{}}
	for _, w := range p.Why {
		out.Why = append(out.Why, pairPart{w.Name, optText(w.Detail), w.Weight})
	}
	return out
}

var pairColumns = []string{"a_key", "a_name", "a_source", "a_organisation_id", "b_key", "b_name", "b_source", "b_organisation_id", "weight", "probability", "verdict", "reason", "bridge"}

func (p pairItem) cells() []string {
	return []string{p.A.Key, p.A.Name, p.A.Source, p.A.Organisation, p.B.Key, p.B.Name, p.B.Source, p.B.Organisation, cell(&p.Weight), cell(&p.Probability), p.Verdict, cell(p.Reason), strconv.FormatBool(p.Bridge)}
}

// celled is an item that has a row in a table.
type celled interface{ cells() []string }

// list is a list that is read from the release in parts.
type list[T celled] struct {
	name    string
	columns []string
	count   func(ctx context.Context) (int, error)
	read    func(ctx context.Context, limit, offset int) ([]T, error)
}

// sendList answers with a page of a list, or with all of it as a table. So that nobody has to
// hold a long one, it is read in parts.
func sendList[T celled](s *Server, a *ask, l list[T]) error {
	w := a.window()
	if err := a.query.err(); err != nil {
		return err
	}
	ctx := a.r.Context()
	total, err := l.count(ctx)
	if err != nil {
		return err
	}
	p := newPage[T](a, w, total)
	each := func(do func(T) error) error {
		for from, to := w.offset, min(w.offset+w.limit, total); from < to; {
			some, err := l.read(ctx, min(s.part, to-from), from)
			if err != nil {
				return err
			}
			for _, x := range some {
				if err := do(x); err != nil {
					return err
				}
			}
			if from += len(some); len(some) == 0 {
				return nil
			}
		}
		return nil
	}
	if a.format == asCSV {
		return s.table(a, w, total, l.name, l.columns, func(row func(...string) error) error {
			return each(func(x T) error { return row(x.cells()...) })
		})
	}
	if err := each(func(x T) error { p.Items = append(p.Items, x); return nil }); err != nil {
		return err
	}
	return a.send(p)
}

func (s *Server) projects(a *ask) error {
	q, source := a.query.text("q"), a.query.text("source")
	return sendList(s, a, list[projectItem]{"projects", projectColumns,
		func(ctx context.Context) (int, error) { return org.CountProjects(ctx, a.snap.DB, q, source) },
		func(ctx context.Context, limit, offset int) ([]projectItem, error) {
			all, err := org.Projects(ctx, a.snap.DB, q, source, limit, offset)
			return converted(all, projectOf), err
		}})
}

func (s *Server) participations(a *ask) error {
	f := org.AwardFilter{OrgID: a.query.text("organisation"), ProjectID: a.query.text("project"), Role: a.query.text("role"), Source: a.query.text("source"), FunderID: a.query.text("funder")}
	return sendList(s, a, list[participationItem]{"participations", participationColumns,
		func(ctx context.Context) (int, error) { return org.CountAwards(ctx, a.snap.DB, f) },
		func(ctx context.Context, limit, offset int) ([]participationItem, error) {
			all, err := org.Awards(ctx, a.snap.DB, f, limit, offset)
			return converted(all, func(x org.Award) participationItem {
				return participationOf(x.Participation, named{x.OrgID, x.OrgName})
			}), err
		}})
}

func (s *Server) pairs(a *ask) error {
	verdict := a.query.choice("verdict", org.Verdicts...)
	return sendList(s, a, list[pairItem]{"pairs", pairColumns,
		func(ctx context.Context) (int, error) { return org.CountPairs(ctx, a.snap.DB, verdict) },
		func(ctx context.Context, limit, offset int) ([]pairItem, error) {
			all, err := org.Pairs(ctx, a.snap.DB, verdict, limit, offset)
			return converted(all, pairOf), err
		}})
}

func converted[F, T any](of []F, to func(F) T) []T {
	out := make([]T, 0, len(of))
	for _, x := range of {
		out = append(out, to(x))
	}
	return out
}
