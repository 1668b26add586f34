package evidence

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestPrevious(t *testing.T) {
	ws := &Workspace{Dir: t.TempDir()}
	root := filepath.Join(ws.Dir, Derived)
	for _, id := range []string{"first", "second", "gone"} {
		dir := filepath.Join(root, "releases", id)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if id != "gone" {
			if err := os.WriteFile(filepath.Join(dir, manifestFile), fmt.Appendf(nil, `{"format":%d,"name":%q}`, format, id), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := writeHistory(root, []string{"third", "second", "first", "gone"}); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"third": "second", "second": "first", "first": "", "gone": "", "unknown": ""} {
		got, ok := Previous(ws, id)
		if ok != (want != "") || got.Manifest.Name != want {
			t.Errorf("before %s comes %q (%v), want %q", id, got.Manifest.Name, ok, want)
		}
	}
}
