package bizcase

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	p := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestReadFiles(t *testing.T) {
	dir := t.TempDir()
	if got, err := ReadFiles(dir); err != nil || got != nil {
		t.Fatalf("without a folder: %v, %v", got, err)
	}
	text := "title = \"A case\"\nstage = \"outline\"\n\n[[section]]\nid = \"summary\"\ntext = \"Words.\"\n"
	write(t, dir, "cases/second.toml", text)
	write(t, dir, "cases/first.toml", text)
	write(t, dir, "cases/notes.txt", "not a case")
	got, err := ReadFiles(dir)
	if err != nil || len(got) != 2 || got[0].ID != "first" || got[1].Path != "cases/second.toml" || got[1].Content.Title != "A case" {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestReadFiles_errors(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"name":    {"cases/Of Ours.toml", "", "rename the file"},
		"syntax":  {"cases/a.toml", "title = ", "cases/a.toml"},
		"stage":   {"cases/a.toml", "title = \"A\"\nstage = \"late\"", `the stage "late" is not known`},
		"unknown": {"cases/a.toml", "title = \"A\"\nstage = \"full\"\ncolour = \"red\"", `the key "colour" is not known`},
	} {
		dir := t.TempDir()
		write(t, dir, c.file, c.text)
		write(t, dir, "cases/good.toml", "title = \"A\"\nstage = \"full\"")
		got, err := ReadFiles(dir)
		if err != nil || len(got) != 2 || got[1].Err != nil {
			t.Fatalf("%s: %v %+v", name, err, got)
		}
		if got[0].Err == nil || !strings.Contains(got[0].Err.Error(), c.want) {
			t.Errorf("%s: %v", name, got[0].Err)
		}
	}
}
