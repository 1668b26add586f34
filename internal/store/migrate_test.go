package store_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// applied is what a store says of its migrations: name, hash and time.
func applied(t *testing.T, db *store.DB) []string {
	t.Helper()
	rows, err := db.Read().QueryContext(t.Context(), `select name || ' ' || hash || ' ' || applied_at from migration order by name`)
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

func reopen(t *testing.T, o store.Options, steps ...string) (*store.DB, error) {
	t.Helper()
	db, err := store.OpenSteps(t.Context(), o, steps...)
	if err == nil {
		t.Cleanup(func() { _ = db.Close() })
	}
	return db, err
}

func TestMigrate_once(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, o store.Options) {
		first := applied(t, openStore(t, o))
		var want []string
		for _, s := range store.Steps() {
			want = append(want, s.Name+" "+s.Hash+" "+store.Time(storetest.Start))
		}
		if d := cmp.Diff(want, first); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
		// A step that was applied twice would fail: its table is there.
		more := "9001_more.sql: create table more (a text primary key); insert into more (a) values ('x')"
		for range 2 {
			db, err := reopen(t, o, more)
			if err != nil {
				t.Fatal(err)
			}
			if got := applied(t, db); len(got) != len(first)+1 || cmp.Diff(first, got[:len(first)]) != "" {
				t.Errorf("applied: %v", got)
			}
		}
	})
}

func TestMigrate_refuses(t *testing.T) {
	const more = "9001_more.sql: create table more (a text primary key)"
	storetest.EachOptions(t, func(t *testing.T, o store.Options) {
		db, err := reopen(t, o, more)
		if err != nil {
			t.Fatal(err)
		}
		before := applied(t, db)
		for _, c := range []struct{ name, steps, says string }{
			{"newer store", "", "9001_more.sql, which this program does not know"},
			{"another text", "9001_more.sql: create table more (b text primary key)", "9001_more.sql was applied with another text"},
			{"another line", "9001_other.sql: create table other (a text primary key)", "9001_more.sql, which this program does not know"},
			{"wrong step", more + "|9002_wrong.sql: create table fine (a text primary key); create table more (a text primary key)", "migration 9002_wrong.sql"},
		} {
			var steps []string
			if c.steps != "" {
				steps = strings.Split(c.steps, "|")
			}
			if _, err := reopen(t, o, steps...); err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), db.Where()) {
				t.Errorf("%s: got %v", c.name, err)
			}
			if d := cmp.Diff(before, applied(t, db)); d != "" {
				t.Errorf("%s changed the store (-want +got)\n%s", c.name, d)
			}
			schema, err := db.Schema(t.Context(), db.Read())
			if err != nil {
				t.Fatal(err)
			}
			if schema["fine"] != nil || schema["other"] != nil {
				t.Errorf("%s left a table behind", c.name)
			}
		}
		if _, err := reopen(t, o, more); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

func TestOpenAt(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, o store.Options) {
		var all []store.Migration
		for _, s := range store.Steps() {
			all = append(all, s.Migration)
		}
		db, err := store.OpenAt(t.Context(), o, all[:1])
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := store.Migrations(t.Context(), db.Read())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(all, got); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
		strange := append(all, store.Migration{Name: "9001_more.sql", Hash: "00"})
		if _, err := store.OpenAt(t.Context(), o, strange); err == nil || !strings.Contains(err.Error(), `"9001_more.sql" (00)`) {
			t.Errorf("a step that nobody knows: %v", err)
		}
	})
}

// blob is how the old stores in testdata write bytes; PostgreSQL writes them otherwise.
var blob = regexp.MustCompile(` x'([0-9a-f]*)'`)

var keep = flag.Bool("keep", false, "write a store of the newest schema into testdata, where later schemas are tested on it")

// TestMigrate_newestIsKept wants the newest schema to have its store in testdata, so
// that the next step is tested on it.
func TestMigrate_newestIsKept(t *testing.T) {
	steps := store.Steps()
	newest := steps[len(steps)-1]
	number, _, _ := strings.Cut(newest.Name, "_")
	file := filepath.Join("testdata", number+".db.sql")
	if *keep {
		if err := os.WriteFile(file, []byte(script(t)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), newest.Hash) {
		t.Errorf("%s is not of the migration %s as it is now (%v). A step that has been released never changes: put it back. "+
			"For a step that is new, run: go test ./internal/store -run newestIsKept -keep", file, newest.Name, err)
	}
}

// script is the SQL that makes a store of the newest schema, with rows in every table.
func script(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("create table if not exists migration (name text primary key, hash text not null, applied_at text not null);\n")
	for _, s := range store.Steps() {
		fmt.Fprintf(&b, "%s\ninsert into migration (name, hash, applied_at) values ('%s', '%s', '%s');\n", s.Text(), s.Name, s.Hash, store.Time(storetest.Start))
	}
	db := storetest.Open(t)
	sample(t, db, 3)
	err := store.Dump(t.Context(), db.Read(), func(table string, columns []string, row []any) error {
		var values []string
		for _, v := range row {
			switch v := v.(type) {
			case string:
				values = append(values, "'"+strings.ReplaceAll(v, "'", "''")+"'")
			case []byte:
				values = append(values, fmt.Sprintf("x'%x'", v))
			default:
				values = append(values, fmt.Sprint(v))
			}
		}
		fmt.Fprintf(&b, "insert into %s (%s) values (%s);\n", table, strings.Join(columns, ", "), strings.Join(values, ", "))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestMigrate_oldStores brings every old store in testdata up to date and wants all of
// its rows to be there still. A store of each released schema stays in testdata.
func TestMigrate_oldStores(t *testing.T) {
	files, err := filepath.Glob("testdata/*.db.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no old stores (%v)", err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(f), func(t *testing.T) {
			storetest.EachOptions(t, func(t *testing.T, o store.Options) {
				ctx := t.Context()
				script := string(text)
				if o.URL != "" {
					script = blob.ReplaceAllString(script, ` '\x$1'::bytea`)
				}
				// The rows of the old schema, read before the store is brought up to date.
				db, err := store.OpenAt(ctx, o, nil)
				if err != nil {
					t.Fatal(err)
				}
				write, _ := db.Pools()
				if _, err := write.ExecContext(ctx, script); err != nil {
					t.Fatal(err)
				}
				schema, err := db.Schema(ctx, db.Read())
				if err != nil {
					t.Fatal(err)
				}
				before := rowsOf(t, db, schema, schema)
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
				db = openStore(t, o)
				now, err := db.Schema(ctx, db.Read())
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(before, rowsOf(t, db, schema, now)); d != "" {
					t.Errorf("(-before +after)\n%s", d)
				}
			})
		})
	}
}

// rowsOf reads the rows of the tables of a schema, by table. A table or a column that
// the store no longer has is left out, and says so in the difference: a step that takes
// something away names it here.
func rowsOf(t *testing.T, db *store.DB, schema, have map[string][]store.Column) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for table, columns := range schema {
		if have[table] == nil {
			continue
		}
		var parts []string
		for _, c := range columns {
			parts = append(parts, "'"+c.Name+"=' || "+c.Name)
			if c.Type == store.Bytes {
				parts[len(parts)-1] = "'" + c.Name + "=' || length(" + c.Name + ")"
			}
		}
		rows, err := db.Read().QueryContext(t.Context(), "select "+strings.Join(parts, " || '|' || ")+" as line from "+table+" order by line")
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			out[table] = append(out[table], line)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if len(out[table]) == 0 {
			t.Errorf("table %s of the old store has no row, so that nothing is tested there", table)
		}
	}
	return out
}
