package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// TestTables_areTheSchema keeps a table or a column from being forgotten in copies.
func TestTables_areTheSchema(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		want, err := db.Schema(t.Context(), db.Read())
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][]store.Column{}
		for _, table := range store.Tables {
			got[table.Name] = table.Columns
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("Tables is not the schema of the migrations (-schema +Tables)\n%s", d)
		}
	})
}

func TestTables_keysAndOrder(t *testing.T) {
	db := storetest.Open(t)
	place := map[string]int{}
	for i, table := range store.Tables {
		place[table.Name] = i
	}
	for i, table := range store.Tables {
		key := texts(t, db, `select name from pragma_table_info($1) where pk > 0 order by pk`, table.Name)
		if d := cmp.Diff(key, table.Key); d != "" {
			t.Errorf("key of %s (-schema +Tables)\n%s", table.Name, d)
		}
		if nulls := texts(t, db, `select name from pragma_table_info($1) where "notnull" = 0 and pk = 0`, table.Name); len(nulls) > 0 {
			t.Errorf("%s has columns that may be null: %v", table.Name, nulls)
		}
		for _, to := range texts(t, db, `select "table" from pragma_foreign_key_list($1)`, table.Name) {
			if place[to] >= i {
				t.Errorf("%s refers to %s, which comes after it", table.Name, to)
			}
		}
	}
}

func texts(t *testing.T, db *store.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.Read().QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// odd are texts that a copy must not change.
var odd = []string{"", " ", "a'b\"c\\d", "line\nline\r\n\ttab", "é 中 😀 \u2028", "{\"a\":1}", "x'00'", "$1", "null", "00123", "1e5", "\x01\x7f"}

// sample puts rows into every table, n in each.
func sample(t *testing.T, db *store.DB, n int) {
	t.Helper()
	ctx := t.Context()
	err := db.Update(ctx, func(q store.Querier) error {
		l, err := db.Load(ctx, q)
		if err != nil {
			return err
		}
		for _, table := range store.Tables {
			for i := range n {
				var names []string
				var row []any
				for j, c := range table.Columns {
					names = append(names, c.Name)
					row = append(row, sampleValue(table.Key, c, i, j))
				}
				if err := l.Row(table.Name, names, row); err != nil {
					return err
				}
			}
		}
		return l.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sampleValue(key []string, c store.Column, i, j int) any {
	switch {
	case c.Type == store.Integer && slices.Contains(key, c.Name):
		return int64(i)
	case c.Type == store.Integer:
		return []int64{0, 1, -1, 1<<63 - 1, -1 << 63}[(i+j)%5]
	case c.Type == store.Bytes:
		return [][]byte{{}, {0}, []byte("text"), {0xff, 0xfe, 0x00, 0x27}, []byte("123")}[i%5]
	case strings.HasSuffix(c.Name, "_id") || c.Name == "email" || c.Name == "secret_hash" || slices.Contains(key, c.Name):
		return fmt.Sprintf("%d %s", i, odd[i%len(odd)])
	case c.Name == "kind" || c.Name == "oidc_subject":
		return fmt.Sprint(i) // unique together with others
	}
	return odd[(i+j)%len(odd)]
}

// dumped are all rows of a store as text.
func dumped(t *testing.T, db *store.DB) []string {
	t.Helper()
	var out []string
	err := db.View(t.Context(), func(q store.Querier) error {
		return store.Dump(t.Context(), q, func(table string, columns []string, row []any) error {
			line := table
			for i, v := range row {
				line += fmt.Sprintf(" %s=%T:%q", columns[i], v, fmt.Sprint(v))
			}
			out = append(out, line)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	// The databases order texts each in their way.
	slices.Sort(out)
	return out
}

// TestDump_anyToAny copies rows from each kind of store into each.
func TestDump_anyToAny(t *testing.T) {
	const rows = 250 // more than go into one statement
	storetest.Each(t, func(t *testing.T, from *store.DB) {
		sample(t, from, rows)
		want := dumped(t, from)
		if len(want) != rows*len(store.Tables) {
			t.Fatalf("%d rows", len(want))
		}
		storetest.Each(t, func(t *testing.T, to *store.DB) {
			copyStore(t, from, to)
			if d := cmp.Diff(want, dumped(t, to)); d != "" {
				t.Errorf("(-from +to)\n%s", d)
			}
			counts, err := store.Counts(t.Context(), to.Read())
			if err != nil {
				t.Fatal(err)
			}
			for _, table := range store.Tables {
				if counts[table.Name] != rows {
					t.Errorf("%s: %d rows", table.Name, counts[table.Name])
				}
			}
		})
	})
}

func copyStore(t *testing.T, from, to *store.DB) {
	t.Helper()
	ctx := t.Context()
	err := from.View(ctx, func(r store.Querier) error {
		return to.Update(ctx, func(w store.Querier) error {
			l, err := to.Load(ctx, w)
			if err != nil {
				return err
			}
			if err := store.Dump(ctx, r, l.Row); err != nil {
				return err
			}
			return l.Close()
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDump_oneMoment writes while a store is dumped: two tables that change together
// must come out as they were together.
func TestDump_oneMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		both := func(ctx context.Context) error {
			return db.Update(ctx, func(q store.Querier) error {
				if _, err := next(ctx, q, "a"); err != nil {
					return err
				}
				_, err := q.ExecContext(ctx, `insert into subject_version (workspace, table_name, subject, version)
select workspace, 't', 's' || seq, seq from audit_head where workspace = 'a'`)
				return err
			})
		}
		if err := both(ctx); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			var head, last int64
			err := db.View(ctx, func(q store.Querier) error {
				return store.Dump(ctx, q, func(table string, _ []string, row []any) error {
					switch table {
					case "audit_head":
						head = row[1].(int64)
						return both(ctx) // in between
					case "subject_version":
						last = max(last, row[3].(int64))
					}
					return nil
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			if head == 0 || head != last {
				t.Errorf("one table is of %d, the other of %d", head, last)
			}
		}
	})
}

func TestLoad_refuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		names := []string{"workspace", "seq"}
		for _, c := range []struct {
			name, table string
			names       []string
			row         []any
			says        string
		}{
			{"table", "decision_head; drop table job", names, []any{"a", int64(1)}, "has no table"},
			{"migrations", "migration", []string{"name"}, []any{"a"}, "has no table"},
			{"inside", "sqlite_master", []string{"name"}, []any{"a"}, "has no table"},
			{"column", "decision_head", []string{"workspace", "seq) values ('a', 1); --"}, []any{"a", int64(1)}, "has no column"},
			{"twice", "decision_head", []string{"seq", "seq"}, []any{int64(1), int64(1)}, "stands there twice"},
			{"one less", "decision_head", []string{"seq"}, []any{int64(1)}, "has 2 columns"},
			{"short row", "decision_head", names, []any{"a"}, "has 1 values"},
			{"text as number", "decision_head", names, []any{"a", "1"}, "type string cannot stand in a column of type bigint"},
			{"number as text", "decision_head", names, []any{int64(1), int64(1)}, "type int64"},
			{"null", "decision_head", names, []any{nil, int64(1)}, "<nil>"},
			{"fraction", "decision_head", names, []any{"a", 1.5}, "float64"},
		} {
			err := db.Update(ctx, func(q store.Querier) error {
				l, err := db.Load(ctx, q)
				if err != nil {
					return err
				}
				if err := l.Row(c.table, c.names, c.row); err != nil {
					return err
				}
				return l.Close()
			})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: got %v", c.name, err)
			}
		}
		// A row twice is a fault of the database's own.
		err := db.Update(ctx, func(q store.Querier) error {
			l, err := db.Load(ctx, q)
			if err != nil {
				return err
			}
			for range 2 {
				if err := l.Row("decision_head", names, []any{"a", int64(1)}); err != nil {
					return err
				}
			}
			return l.Close()
		})
		fails(t, err, store.ErrExists)
		if n := len(dumped(t, db)); n != 0 {
			t.Errorf("%d rows are there", n)
		}
	})
}

func TestWorkspaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		if ws, err := store.Workspaces(ctx, db.Read()); err != nil || len(ws) != 0 {
			t.Errorf("of nothing: %v (%v)", ws, err)
		}
		for _, name := range []string{"b", "a"} {
			if err := count(ctx, db, name, 1); err != nil {
				t.Fatal(err)
			}
		}
		err := db.Update(ctx, func(q store.Querier) error {
			_, err := q.ExecContext(ctx, `insert into decision_head (workspace, seq) values ('c', 1), ('a', 1)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ws, err := store.Workspaces(ctx, db.Read())
		if d := cmp.Diff([]string{"a", "b", "c"}, ws); d != "" || err != nil {
			t.Errorf("%v %s", err, d)
		}
	})
}
