package store_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// fillWorkspace gives a workspace one row in each table, of a member of its own.
func fillWorkspace(t *testing.T, db *store.DB, w string) {
	t.Helper()
	err := db.Update(t.Context(), func(q store.Querier) error {
		for _, table := range store.Tables {
			row := make([]any, len(table.Columns))
			var names []string
			for i, c := range table.Columns {
				names = append(names, c.Name)
				switch {
				case c.Type == store.Integer:
					row[i] = int64(i)
				case c.Type == store.Bytes:
					row[i] = []byte{0, 255, byte(i)}
				case c.Name == "workspace":
					row[i] = w
				default:
					row[i] = c.Name + " of " + w
				}
			}
			l, err := db.Load(t.Context(), q)
			if err != nil {
				return err
			}
			if err := l.Row(table.Name, names, row); err != nil {
				return err
			}
			if err := l.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// namesPerson gives a person to the workspace by one reference alone.
var namesPerson = map[string]string{
	"former member": `insert into decision (workspace, seq, kind, table_name, subject, fields, before, reason, source_url, batch, decided_at, decided_by, undone_at, undone_by, undone_reason, version, undone_version, search)
values ('amid', 100, '', '', '', '{}', '{}', '', '', '', '', 'only former member', '', '', '', 1, 0, '')`,
	"undid": `insert into decision (workspace, seq, kind, table_name, subject, fields, before, reason, source_url, batch, decided_at, decided_by, undone_at, undone_by, undone_reason, version, undone_version, search)
values ('amid', 101, '', '', '', '{}', '{}', '', '', '', '', '', '', 'only undid', '', 1, 0, '')`,
	"asked": `insert into job (job_id, workspace, kind, state, asked_by, asked_at, started_at, ended_at, worker, seen_at, attempts, cancel_asked, done, total, message, result)
values ('j-100', 'amid', '', 'done', 'only asked', '', '', '', '', '', 0, '', 0, 0, '', '')`,
	"acted": `insert into audit_event (workspace, seq, at, actor, via, action, subject, detail, prev_hash, hash) values ('amid', 100, '', 'only acted', '', '', '', '{}', '', '')`,
}

func addPerson(t *testing.T, db *store.DB, id, then string) {
	t.Helper()
	err := db.Update(t.Context(), func(q store.Querier) error {
		_, err := q.ExecContext(t.Context(), `insert into person (person_id, email, name, password_hash, oidc_issuer, oidc_subject, created_at) values ($1, $1, '', '', '', '', '')`, id)
		if err == nil && then != "" {
			_, err = q.ExecContext(t.Context(), then)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDumpWorkspace keeps two workspaces of one database apart, in every table.
func TestDumpWorkspace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		fillWorkspace(t, db, "amid")
		fillWorkspace(t, db, "scotland")
		people := []string{"person_id of amid"}
		for who, then := range namesPerson {
			addPerson(t, db, "only "+who, then)
			people = append(people, "only "+who)
		}
		addPerson(t, db, "of nobody", "")
		got := map[string][]any{}
		var order []string
		err := db.View(t.Context(), func(q store.Querier) error {
			counts, err := store.CountWorkspace(t.Context(), q, "amid")
			if err != nil {
				return err
			}
			err = store.DumpWorkspace(t.Context(), q, "amid", store.Tables, func(table string, columns []string, row []any) error {
				if len(order) == 0 || order[len(order)-1] != table {
					order = append(order, table)
				}
				if i := slices.Index(columns, "workspace"); i >= 0 && row[i] != "amid" {
					t.Errorf("table %s gives a row of %v", table, row[i])
				}
				got[table] = append(got[table], row[0])
				return nil
			})
			for _, table := range store.Tables {
				if n := counts[table.Name]; int(n) != len(got[table.Name]) || n == 0 {
					t.Errorf("table %s: %d rows were given, %d counted", table.Name, len(got[table.Name]), n)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, table := range store.Tables {
			want = append(want, table.Name)
		}
		if d := cmp.Diff(want, order); d != "" {
			t.Errorf("order of tables (-want +got)\n%s", d)
		}
		var ids []string
		for _, id := range got["person"] {
			ids = append(ids, id.(string))
		}
		slices.Sort(people)
		slices.Sort(ids)
		if d := cmp.Diff(people, ids); d != "" {
			t.Errorf("people (-want +got)\n%s", d)
		}
	})
}

// TestDumpWorkspace_unknownTable wants a table of which nobody has said whose its rows
// are to fail, and not to be left out.
func TestDumpWorkspace_unknownTable(t *testing.T) {
	db := storetest.Open(t)
	err := store.DumpWorkspace(t.Context(), db.Read(), "amid", []store.Table{{Name: "migration", Key: []string{"name"}, Columns: []store.Column{{Name: "name", Type: store.Text}}}},
		func(string, []string, []any) error { return nil })
	if err == nil {
		t.Error("it was copied")
	}
}
