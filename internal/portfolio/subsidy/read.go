package subsidy

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/evidence"
	"milieu/internal/lake"
	"milieu/internal/portfolio/parameter"
)

// publicTypes are the types of source whose grants come from public funds of the United Kingdom.
var publicTypes = []string{"uk-government-grant-awards", "innovate-uk", "gateway-to-research", "structural-funds"}

// LimitsOf are the thresholds in a set of parameters.
func LimitsOf(s parameter.Set) (Limits, error) {
	mfa, ok1 := s.Get("subsidy/mfa-limit")
	tra, ok2 := s.Get("subsidy/transparency")
	if !ok1 || !ok2 || mfa.Value == nil || tra.Value == nil {
		return Limits{}, errors.New("the parameters subsidy/mfa-limit and subsidy/transparency have no value")
	}
	return Limits{MFA: cash.FromPounds(*mfa.Value), Transparency: cash.FromPounds(*tra.Value), From: tra.From}, nil
}

const awardQuery = `select award_id, org_id, org_name, coalesce(granter, ''), coalesce(scheme, ''), amount_p, coalesce(day::varchar, ''), coalesce(year, 0), basis, published, coalesce(note, ''), coalesce(source_url, ''), source, file, line
from public_award order by award_id`

// paymentQuery reads grants of published lists to firms: what universities and public bodies are paid for research or
// services is no assistance to an enterprise as such lists are read.
const paymentQuery = `select p.participation_id, p.org_id, p.org_name, coalesce(p.funder, ''), coalesce(p.programme, p.title, ''), p.amount_p, coalesce(p.start_date::date::varchar, ''), coalesce(p.source_url, ''), p.source, p.file, p.line
from participation p join organisation o on o.org_id = p.org_id
where p.currency = 'GBP' and p.amount_p > 0 and p.role is distinct from 'funder' and list_contains(string_split(coalesce(o.roles, 'firm'), ';'), 'firm') and p.source in (%s)
order by p.participation_id`

// groupQuery reads the enterprises of several organisations. A head that no source holds is told by its name.
const groupQuery = `select distinct coalesce(group_id, ''), group_name, org_id, org_name from org_group order by 1, 2, 4, 3`

// Read reads the awards of a release, the grants of its lists of public payments, and who belongs to whom.
func Read(ctx context.Context, q lake.Querier, m evidence.Manifest) (Book, error) {
	var awards []Award
	err := each(ctx, q, awardQuery, nil, func(rows *sql.Rows) error {
		var a Award
		err := rows.Scan(&a.ID, &a.OrgID, &a.Org, &a.Granter, &a.Scheme, &a.AmountP, &a.Day, &a.Year, &a.Basis, &a.Published, &a.Note, &a.SourceURL, &a.Record.Source, &a.Record.File, &a.Record.Line)
		a.Ref = evidence.MakeRef("public-award", []string{a.ID})
		awards = append(awards, a)
		return err
	})
	if err != nil {
		return Book{}, fmt.Errorf("public awards: %w", err)
	}
	payments, err := readPayments(ctx, q, m)
	if err != nil {
		return Book{}, fmt.Errorf("public payments: %w", err)
	}
	groups, err := readGroups(ctx, q)
	if err != nil {
		return Book{}, fmt.Errorf("groups of organisations: %w", err)
	}
	return NewBook(append(awards, payments...), groups), nil
}

func readPayments(ctx context.Context, q lake.Querier, m evidence.Manifest) ([]Award, error) {
	var ids []any
	var marks []string
	for _, s := range m.Sources {
		if slices.Contains(publicTypes, s.Type) {
			ids = append(ids, s.ID)
			marks = append(marks, fmt.Sprintf("$%d", len(ids)))
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var out []Award
	err := each(ctx, q, fmt.Sprintf(paymentQuery, strings.Join(marks, ", ")), ids, func(rows *sql.Rows) error {
		a := Award{Basis: Unknown, Published: Unknown, Payment: true}
		err := rows.Scan(&a.ID, &a.OrgID, &a.Org, &a.Granter, &a.Scheme, &a.AmountP, &a.Day, &a.SourceURL, &a.Record.Source, &a.Record.File, &a.Record.Line)
		a.Year, _ = financialYear(a.Day)
		a.Ref = evidence.MakeRef("award", []string{a.ID})
		out = append(out, a)
		return err
	})
	return out, err
}

func readGroups(ctx context.Context, q lake.Querier) ([]Enterprise, error) {
	var out []Enterprise
	last := ""
	err := each(ctx, q, groupQuery, nil, func(rows *sql.Rows) error {
		var id, name string
		var m Member
		if err := rows.Scan(&id, &name, &m.ID, &m.Name); err != nil {
			return err
		}
		if key := id + "\x00" + name; len(out) == 0 || key != last {
			last = key
			if id == "" {
				id = m.ID
			}
			out = append(out, Enterprise{ID: id, Name: name, Grouped: true})
		}
		e := &out[len(out)-1]
		e.Members = append(e.Members, m)
		return nil
	})
	return out, err
}

func each(ctx context.Context, q lake.Querier, query string, args []any, take func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Pounds writes an amount to the pound, or to the penny where there are some: thresholds are kept or passed by one.
func Pounds(p cash.Pence) string {
	decimals := 0
	if p%100 != 0 {
		decimals = 2
	}
	return "£" + chart.Number(p.Pounds(), decimals)
}
