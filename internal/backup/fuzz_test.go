package backup

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/store"
)

var update = flag.Bool("update", false, "write testdata/format1.zip anew")

const format1 = "testdata/format1.zip"

// TestFormat1 reads a backup that stays as it is while the program changes. It may be
// written anew only as long as no program with its schema has been given to anybody.
func TestFormat1(t *testing.T) {
	file := format1
	if *update {
		_ = os.Remove(file)
		w := newWorld(t, openDB(t, store.Options{File: filepath.Join(t.TempDir(), "w.db")}), "amid")
		if _, err := Write(t.Context(), file, w.source()); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "new")
	sum, err := Restore(t.Context(), file, into(dir))
	if err != nil {
		t.Fatal(err)
	}
	if sum.Decisions != 3 || sum.People != 1 || sum.Events != 3 || sum.Files != 6 {
		t.Errorf("%+v", sum)
	}
	inUse(t, openDB(t, into(dir).Store))
}

// FuzzRead gives any bytes: they are a backup or they are not, and nothing is left behind.
func FuzzRead(f *testing.F) {
	whole, err := os.ReadFile(format1)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(whole[len(whole)/2:])
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := filepath.Join(t.TempDir(), "a.zip")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		sum, err := Read(context.Background(), file)
		if err == nil && (sum.Workspace == "" || len(sum.Tables) == 0) {
			t.Errorf("it was taken and holds nothing: %+v", sum)
		}
	})
}

// FuzzRead_inside changes one entry of a backup and mends sizes and hashes, so that
// what is behind them is reached, up to the store.
func FuzzRead_inside(f *testing.F) {
	names := []string{aboutName, rawName, "store/person.jsonl", "store/decision.jsonl", "store/audit_event.jsonl", "store/job_log.jsonl", "workspace/milieu.toml"}
	all := unpack(f, format1)
	for i, name := range names {
		f.Add(i, all[name])
	}
	whole := forge(f, format1)
	f.Fuzz(func(t *testing.T, which int, text string) {
		name := names[max(0, which)%len(names)]
		f := *whole
		f.entries = append([]forged{}, whole.entries...)
		changed := ""
		if name == aboutName {
			changed = pack(t, append(f.entries, forged{h: header(aboutName), text: text}))
		} else {
			f.entry(name).text = text
			changed = f.write(t)
		}
		a, err := openArchive(changed)
		if err != nil {
			return
		}
		defer a.close()
		if err := a.verify(t.Context()); err != nil {
			return
		}
		for _, table := range a.about.Tables {
			err := a.table(t.Context(), table, func(row []any) error {
				if len(row) != len(table.Columns) {
					t.Errorf("table %s: a row of %d values", table.Name, len(row))
				}
				return nil
			})
			if err != nil {
				return
			}
		}
		_ = a.summary()
	})
}

// FuzzRow holds that a row which is taken comes out as it went in.
func FuzzRow(f *testing.F) {
	f.Add(`["a",12,"AAEC"]`)
	f.Add(`["\u0000\ud800",-9223372036854775808,""]`)
	types := []string{store.Text, store.Integer, store.Bytes}
	f.Fuzz(func(t *testing.T, line string) {
		row, err := decodeRow([]byte(line), types)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := encodeRow(&out, row); err != nil {
			t.Fatal(err)
		}
		again, err := decodeRow(out.Bytes(), types)
		if err != nil || again[0] != row[0] || again[1] != row[1] || !bytes.Equal(again[2].([]byte), row[2].([]byte)) {
			t.Errorf("%q became %q (%v)", row, again, err)
		}
	})
}
