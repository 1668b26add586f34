package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Types of columns, as both databases call them.
const (
	Text    = "text"
	Integer = "bigint"
	Bytes   = "bytea"
)

// Column is a column of a table. No column is ever null.
type Column struct{ Name, Type string }

// Table is one table of the schema.
type Table struct {
	Name    string
	Key     []string // primary key, which also orders what is dumped
	Columns []Column
}

// Tables are all tables but the store's own list of migrations, each after those that
// it refers to.
var Tables = []Table{
	table("person", "person_id", "person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at"),
	table("member", "workspace, person_id", "workspace, person_id, role, added_at, added_by, signed_in_at"),
	table("invitation", "invitation_id", "invitation_id, secret_hash, workspace, email, name, role, created_at, created_by, expires_at, used_at"),
	table("session", "session_id", "session_id, secret_hash, workspace, person_id, created_at, seen_at, expires_at, ended_at, address, agent"),
	table("token", "token_id", "token_id, secret_hash, workspace, person_id, name, role, created_at, expires_at, used_at, revoked_at"),
	table("audit_head", "workspace", "workspace, seq bigint, hash"),
	table("audit_event", "workspace, seq", "workspace, seq bigint, at, actor, via, action, subject, detail, prev_hash, hash"),
	table("decision_head", "workspace", "workspace, seq bigint"),
	table("decision", "workspace, seq", "workspace, seq bigint, kind, table_name, subject, fields, before, reason, source_url, batch, decided_at, decided_by, "+
		"undone_at, undone_by, undone_reason, version bigint, undone_version bigint, search"),
	table("subject_version", "workspace, table_name, subject", "workspace, table_name, subject, version bigint"),
	table("put_off", "workspace, person_id, subject", "workspace, person_id, subject, content, put_off_at, expires_at"),
	table("introduction", "workspace, introduction_id", "workspace, introduction_id, a, b, a_name, b_name, state, reasons, release_id, assigned_to, due, version bigint, made_at, made_by, changed_at"),
	table("introduction_event", "workspace, introduction_id, n", "workspace, introduction_id, n bigint, kind, value, day, note, at, by_person, void_n bigint"),
	table("champion_consent", "workspace, consent_id", "workspace, consent_id, organisation_id, organisation_name, listed, scope, contact, recorded_at, recorded_by, "+
		"withdrawn_at, withdrawn_by, withdrawn_why, erased_at, erased_by"),
	table("consortium", "workspace, consortium_id", "workspace, consortium_id, name, call_text, members, notes, version bigint, made_at, made_by, changed_at, changed_by, deleted_at"),
	table("survey", "workspace, survey_id", "workspace, survey_id, title, about, level, series, wave, state, invented bigint, contact, threshold bigint, keep_until, draft, results, evidence, expired_at, shown_at, changes bigint, version bigint, made_at, made_by, changed_at"),
	table("survey_instrument", "workspace, survey_id, n", "workspace, survey_id, n bigint, text, hash, published_at, published_by, note"),
	table("survey_frame", "workspace, survey_id", "workspace, survey_id, query, release_id, units bigint, hash, content bytea, counts, strata, seed bigint, drawn_at, frozen_at, frozen_by"),
	table("survey_unit", "workspace, survey_id, unit_id", "workspace, survey_id, unit_id, org_id, name, stratum, email, contact, facts, state, note, sent_at, reminded bigint, reminded_at, opened_at, started_at, done_at, version bigint"),
	table("survey_link", "workspace, link_hash", "workspace, link_hash, survey_id, stratum, unit_id, state, proof"),
	table("survey_draft", "workspace, draft_key", "workspace, draft_key, survey_id, instrument bigint, answers, version bigint"),
	table("survey_response", "workspace, response_id", "workspace, response_id, survey_id, instrument bigint, stratum, unit_id, org_id, org_name, groups, mode, answers, consent, done_at, by_person, state, version bigint"),
	table("interview", "workspace, interview_id", "workspace, interview_id, client_key, survey_id, org_id, org_name, day, who, consent, notes, answers, state, version bigint, made_at, made_by, changed_at, changed_by, erased_at"),
	table("excerpt", "workspace, excerpt_id", "workspace, excerpt_id, interview_id, text, permission, made_at, made_by, version bigint, erased_at"),
	table("code", "workspace, code_id", "workspace, code_id, label, definition, topic, retired_at, version bigint, made_at, made_by"),
	table("coding", "workspace, excerpt_id, coder", "workspace, excerpt_id, coder, codes, at"),
	table("prospect", "workspace, prospect_id", "workspace, prospect_id, name, org_id, stage, comes_from, sector, size, contact, version bigint, made_at, made_by, changed_at, erased_at"),
	table("prospect_event", "workspace, prospect_id, n", "workspace, prospect_id, n bigint, stage, reasons, went_to, day, note, at, by_person"),
	table("workshop", "workspace, workshop_id", "workspace, workshop_id, question, setup, version bigint, made_at, made_by, changed_at, changed_by, deleted_at"),
	table("workshop_weight", "workspace, workshop_id, stakeholder_id", "workspace, workshop_id, stakeholder_id, name, person_id, swings, version bigint, made_at, made_by, changed_at, changed_by, deleted_at"),
	table("workshop_version", "workspace, workshop_id, subject, n", "workspace, workshop_id, subject, n bigint, content, what, at, by_person"),
	table("scenario", "workspace, scenario_id", "workspace, scenario_id, kind, current bigint, share_hash, shared_at, shared_by, version bigint, made_at, made_by, changed_at, changed_by, deleted_at"),
	table("scenario_version", "workspace, scenario_id, n", "workspace, scenario_id, n bigint, from_n bigint, name, note, address, release_id, outcome, made_at, made_by"),
	table("case_paper", "workspace, case_id", "workspace, case_id, current bigint, approvers, version bigint, made_at, made_by, changed_at, changed_by, deleted_at"),
	table("case_version", "workspace, case_id, n", "workspace, case_id, n bigint, from_n bigint, title, stage, content, note, release_id, document bytea, made_at, made_by"),
	table("case_comment", "workspace, case_id, comment_id", "workspace, case_id, comment_id, reply_to, part, sentence, comment_text, n bigint, resolved_at, resolved_by, erased_at, version bigint, made_at, made_by"),
	table("case_suggestion", "workspace, case_id, suggestion_id", "workspace, case_id, suggestion_id, part, from_text, to_text, reason, n bigint, state, answer, answered_at, answered_by, accepted_n bigint, version bigint, made_at, made_by"),
	table("case_approval", "workspace, case_id, approval_id", "workspace, case_id, approval_id, role, own_role, n bigint, release_id, words, made_at, made_by, withdrawn_at, withdrawn_by"),
	table("case_publication", "workspace, publication_id", "workspace, publication_id, case_id, n bigint, link_hash, title, release_id, document bytea, note, version bigint, made_at, made_by, withdrawn_at, withdrawn_by"),
	table("upload", "upload_id", "upload_id, workspace, person_id, table_name, file_name, content bytea, created_at, expires_at"),
	table("job", "job_id", "job_id, workspace, kind, state, asked_by, asked_at, started_at, ended_at, worker, seen_at, attempts bigint, cancel_asked, "+
		"done bigint, total bigint, message, result"),
	table("job_log", "job_id, n", "job_id, n bigint, at, line"),
}

// table reads its columns as written in the schema; without a type they are text.
func table(name, key, columns string) Table {
	t := Table{Name: name, Key: strings.Split(key, ", ")}
	for c := range strings.SplitSeq(columns, ", ") {
		n, kind, typed := strings.Cut(c, " ")
		if !typed {
			kind = Text
		}
		t.Columns = append(t.Columns, Column{n, kind})
	}
	return t
}

// names are the columns' names.
func (t Table) names() []string {
	var out []string
	for _, c := range t.Columns {
		out = append(out, c.Name)
	}
	return out
}

// Dump gives every row of every table to w: the columns in the order of Tables, the
// values as string, int64 or []byte. On q of a View all rows are of one moment.
func Dump(ctx context.Context, q Querier, w func(table string, columns []string, row []any) error) error {
	for _, t := range Tables {
		if err := t.dump(ctx, q, w, "true"); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return nil
}

// dump gives the rows that meet a condition, which is written here and not by visitors.
func (t Table) dump(ctx context.Context, q Querier, w func(string, []string, []any) error, where string, args ...any) error {
	names := t.names()
	rows, err := q.QueryContext(ctx, "select "+strings.Join(names, ", ")+" from "+t.Name+" where "+where+" order by "+strings.Join(t.Key, ", "), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row, to := t.row()
		if err := rows.Scan(to...); err != nil {
			return err
		}
		for i, p := range to {
			row[i] = value(p)
		}
		if err := w(t.Name, names, row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// row makes room for a row, and says where to read its values to.
func (t Table) row() (row, to []any) {
	for _, c := range t.Columns {
		switch c.Type {
		case Integer:
			to = append(to, new(int64))
		case Bytes:
			to = append(to, new([]byte))
		default:
			to = append(to, new(string))
		}
	}
	return make([]any, len(to)), to
}

func value(p any) any {
	switch v := p.(type) {
	case *int64:
		return *v
	case *[]byte:
		if *v == nil {
			return []byte{} // nothing, which is not the same as no value
		}
		return *v
	case *string:
		return *v
	}
	panic(fmt.Sprintf("store: a value of type %T", p)) // row makes no other
}

// Counts is how many rows each table has.
func Counts(ctx context.Context, q Querier) (map[string]int64, error) {
	out := map[string]int64{}
	for _, t := range Tables {
		var n int64
		if err := q.QueryRowContext(ctx, "select count(*) from "+t.Name).Scan(&n); err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, err)
		}
		out[t.Name] = n
	}
	return out, nil
}

// Workspaces are those that have a row in any table, in order.
func Workspaces(ctx context.Context, q Querier) ([]string, error) {
	var parts []string
	for _, t := range Tables {
		if slices.Contains(t.names(), "workspace") {
			parts = append(parts, "select workspace from "+t.Name)
		}
	}
	rows, err := q.QueryContext(ctx, strings.Join(parts, " union ")+" order by workspace")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var w string
		if err := rows.Scan(&w); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, rows.Err()
}
