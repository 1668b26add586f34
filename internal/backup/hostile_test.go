package backup

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"milieu/internal/store"
	"milieu/internal/store/storetest"
)

// refused wants neither Read nor Restore to take a file, and nothing to be written.
func refused(t *testing.T, file, says string) {
	t.Helper()
	passing := t.TempDir()
	t.Setenv("TMPDIR", passing)
	if _, err := Read(t.Context(), file); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("Read: got %v, want %q", err, says)
	}
	up := t.TempDir()
	if _, err := Restore(t.Context(), file, into(filepath.Join(up, "new"))); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("Restore: got %v, want %q", err, says)
	}
	leftAlone(t, up)
	leftAlone(t, passing)
	if _, err := os.Stat(filepath.Join(filepath.Dir(up), "evil")); err == nil {
		t.Error("something was written outside")
	}
}

func TestRead_damaged(t *testing.T) {
	file, _ := newWorld(t, storetest.Open(t), "amid").backup(t)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(whole), "workspace/tables/organisations.csv")
	for _, c := range []struct {
		name   string
		damage func([]byte) []byte
		says   string
	}{
		{"empty", func([]byte) []byte { return nil }, "it is no backup, or it is cut or damaged"},
		{"no zip", func([]byte) []byte { return []byte(strings.Repeat("name,value\n", 100)) }, "it is no backup, or it is cut or damaged"},
		{"cut", func(b []byte) []byte { return b[:len(b)-30] }, "take another copy"},
		{"half", func(b []byte) []byte { return b[:len(b)/2] }, "take another copy"},
		{"a byte of a file", func(b []byte) []byte { b[at+45] ^= 1; return b }, "take another copy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := filepath.Join(t.TempDir(), "bad.zip")
			if err := os.WriteFile(bad, c.damage([]byte(string(whole))), 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, bad, c.says)
		})
	}
	t.Run("not there", func(t *testing.T) { refused(t, file+".no", "no such file") })
	t.Run("folder", func(t *testing.T) { refused(t, filepath.Dir(file), "it is no file") })
}

// hostile are changes that somebody who knows the form makes to a backup, and what is
// said of each.
var hostile = []struct {
	name   string
	change func(f *forgery)
	says   string
}{
	{"climbs", func(f *forgery) { f.add("workspace/../../evil", "x") }, "leads out of the folder"},
	{"absolute", func(f *forgery) { f.add("/evil", "x") }, "leads out of the folder"},
	{"other slashes", func(f *forgery) { f.add(`workspace/..\..\evil`, "x") }, "leads out of the folder"},
	{"control", func(f *forgery) { f.add("workspace/a\x1b[2J", "x") }, "leads out of the folder"},
	{"no text", func(f *forgery) { f.add("workspace/\xff", "x") }, "leads out of the folder"},
	{"folder", func(f *forgery) { f.add("workspace/empty/", "") }, "leads out of the folder"},
	{"twice", func(f *forgery) { f.add("workspace/milieu.toml", "name = \"Evil\"") }, "it is there twice"},
	{"unknown", func(f *forgery) { f.add("evil", "x") }, "no backup has one of this name"},
	{"unlisted", func(f *forgery) { f.add("workspace/x", "x"); f.entry("workspace/x").unlisted = true }, "is not listed"},
	{"unlisted table", func(f *forgery) { f.add("store/session.jsonl", "") }, "is not listed"},
	{"derived", func(f *forgery) { f.add("workspace/.milieu/workspace.db", "x") }, "is in no backup"},
	{"derived in capitals", func(f *forgery) { f.add("workspace/.MILIEU/history", "x") }, "is in no backup"},
	{"file and folder", func(f *forgery) { f.add("workspace/tables", "x") }, "a file and a folder at once"},
	{"link", func(f *forgery) {
		f.add("workspace/link", "../../evil")
		f.entry("workspace/link").h.SetMode(fs.ModeSymlink | 0o777)
	}, "it is no file"},
	{"device", func(f *forgery) {
		f.add("workspace/device", "")
		f.entry("workspace/device").h.SetMode(fs.ModeDevice | fs.ModeCharDevice | 0o666)
	}, "it is no file"},
	{"encrypted", func(f *forgery) { f.entry("workspace/milieu.toml").h.Flags |= 1 }, "packed in a way"},
	{"other packing", func(f *forgery) { f.entry("workspace/milieu.toml").h.Method = 12 }, "packed in a way"},
	{"bomb", func(f *forgery) { f.add("workspace/bomb", strings.Repeat("\x00", suspectFrom+1)) }, "more than is safe"},
	{"bomb in parts", func(f *forgery) {
		for i := range 5 {
			f.add("workspace/bomb"+string(rune('0'+i)), strings.Repeat("\x00", suspectFrom/4))
		}
	}, "more than is safe"},
	{"says too much", func(f *forgery) { f.entry("workspace/milieu.toml").lie = 1 << 62 }, "more than is safe"},
	{"large by its own words", func(f *forgery) {
		f.add("workspace/large", "x")
		f.entry("workspace/large").lie = mostFolder + 1
		f.entry("workspace/large").h.Method = zip.Store
	}, "more than is safe"},
	{"says too little", func(f *forgery) { f.add("workspace/a", strings.Repeat("x", 5000)); f.entry("workspace/a").lie = 10 }, "entry \"workspace/a\""},
	{"says a byte too much", func(f *forgery) { f.add("workspace/a", "abc"); f.entry("workspace/a").lie = 4 }, "entry \"workspace/a\""},
	{"no list of raw files", func(f *forgery) { f.entries = f.entries[:len(f.entries)-1] }, "it has no raw.json"},
	{"newer form", func(f *forgery) { f.about.Format = 2 }, "it has form 2"},
	{"newer store", func(f *forgery) {
		f.about.Migrations = append(f.about.Migrations, store.Migration{Name: "9999_new.sql", Hash: "ab"})
	}, "9999_new.sql"},
	{"no store", func(f *forgery) { f.about.Migrations = nil }, "no table"},
	{"name of a table", func(f *forgery) { f.table("job").Name = "job; drop table person" }, "is not described"},
	{"unknown table", func(f *forgery) {
		f.about.Tables = append(f.about.Tables, aboutTable{Name: "evil"})
		f.add("store/evil.jsonl", "")
	}, "no table evil"},
	{"list of migrations as a table", func(f *forgery) {
		f.about.Tables = append(f.about.Tables, aboutTable{Name: "migration", Columns: []string{"name"}, Types: []string{store.Text}, Rows: 1})
		f.add("store/migration.jsonl", "[\"x\"]\n")
	}, "no table \"migration\""},
	{"table twice", func(f *forgery) { f.about.Tables = append(f.about.Tables, *f.table("job")) }, "is not described"},
	{"unknown column", func(f *forgery) { f.table("person").Columns[1] = "email) values ('x') --" }, "has no column"},
	{"column twice", func(f *forgery) { f.table("person").Columns[1] = "name" }, "stands there twice"},
	{"wrong type", func(f *forgery) { f.table("decision").Types[0] = store.Bytes }, "store/decision.jsonl"},
	{"no rows", func(f *forgery) { f.entry("store/person.jsonl").text = "" }, "FOREIGN KEY"},
	{"fewer rows", func(f *forgery) { f.entry("store/job_log.jsonl").text = "" }, "has 0 rows where"},
	{"no JSON", func(f *forgery) { f.entry("store/job_log.jsonl").text = "[\"a\"" }, "it is no JSON array"},
	{"more JSON", func(f *forgery) { e := f.entry("store/job_log.jsonl"); e.text = strings.TrimSpace(e.text) + "[]\n" }, "something follows the array"},
	{"null", func(f *forgery) { f.entry("store/job_log.jsonl").text = `["j-amid",1,null,"x"]` }, "cannot stand in a column"},
	{"a fraction", func(f *forgery) { f.entry("store/job_log.jsonl").text = `["j-amid",1.5,"","x"]` }, "invalid syntax"},
	{"another workspace", func(f *forgery) {
		f.table("member").Rows++
		f.entry("store/member.jsonl").text += `["scotland","p-amid","owner","","",""]` + "\n"
	}, "rows that do not belong to workspace amid (1 of member)"},
	{"somebody else", func(f *forgery) {
		f.table("person").Rows++
		f.entry("store/person.jsonl").text += `["p-x","x@x","","","","",""]` + "\n"
	}, "rows that do not belong to workspace amid (1 of person)"},
	{"log changed", func(f *forgery) {
		e := f.entry("store/audit_event.jsonl")
		e.text = strings.Replace(e.text, "Acme", "Evil", 1)
	}, "it has been changed"},
	{"end of the log cut", func(f *forgery) {
		e := f.entry("store/audit_event.jsonl")
		e.text = e.text[:strings.LastIndex(strings.TrimSpace(e.text), "\n")+1]
		f.table("audit_event").Rows--
	}, "its end is gone"},
	{"other head", func(f *forgery) { f.about.Audit.Hash = "ab" }, "where it should end at event"},
}

func TestRead_hostile(t *testing.T) {
	file, _ := newWorld(t, storetest.Open(t), "amid").backup(t)
	for _, c := range hostile {
		t.Run(c.name, func(t *testing.T) {
			f := forge(t, file)
			c.change(f)
			refused(t, f.write(t), c.says)
		})
	}
	t.Run("unchanged", func(t *testing.T) {
		if _, err := Read(t.Context(), forge(t, file).write(t)); err != nil {
			t.Errorf("the forger's tools do not work: %v", err)
		}
	})
	t.Run("no description", func(t *testing.T) { refused(t, pack(t, forge(t, file).entries), "it has no backup.json") })
	t.Run("other hash", func(t *testing.T) {
		f := forge(t, file)
		bad := f.write(t)
		e := f.entry("workspace/milieu.toml")
		e.text = strings.ToUpper(e.text)
		refused(t, pack(t, append(f.entries, forged{h: header(aboutName), text: unpack(t, bad)[aboutName]})), "is not what was put in")
	})
}
