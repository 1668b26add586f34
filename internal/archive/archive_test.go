package archive

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func zipOf(t *testing.T, members map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range members {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t *testing.T, name string, b []byte) string {
	t.Helper()
	f := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(f, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

func readAll(t *testing.T, file, pattern string) (map[string]string, error) {
	t.Helper()
	f, err := Open(file, pattern, Limits{})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	got := map[string]string{}
	for _, m := range f.Members {
		r, err := m.Open()
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return nil, err
		}
		got[m.Name] = string(b)
	}
	return got, nil
}

func TestOpen(t *testing.T) {
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	io.WriteString(w, "text")
	w.Close()
	packed := zipOf(t, map[string]string{"Data/b.csv": "B", "Data/a.csv": "A", "Data/.DS_Store": "x", "__MACOSX/Data/._a.csv": "x", "readme.txt": "x", "Data/": ""})
	cases := []struct {
		name string
		file []byte
		want map[string]string
	}{
		{"bare.csv", []byte("text"), map[string]string{"": "text"}},
		{"packed.csv.gz", gz.Bytes(), map[string]string{"": "text"}},
		{"packed.zip", packed, map[string]string{"Data/a.csv": "A", "Data/b.csv": "B"}},
	}
	for _, c := range cases {
		got, err := readAll(t, write(t, c.name, c.file), "*.csv")
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestOpen_refuses(t *testing.T) {
	good := zipOf(t, map[string]string{"a.csv": strings.Repeat("line of text\n", 10_000)})
	damaged := bytes.Clone(good)
	for i := 60; i < 90; i++ {
		damaged[i] ^= 0xff
	}
	cases := []struct {
		name string
		file []byte
		want string
	}{
		{"cut.zip", good[:len(good)/2], "cut or damaged"},
		{"empty.zip", nil, "cut or damaged"},
		{"damaged.zip", damaged, "cut or damaged"},
		{"escape.zip", zipOf(t, map[string]string{"../a.csv": "x"}), "points outside the archive"},
		{"escape2.zip", zipOf(t, map[string]string{`a\..\..\b.csv`: "x"}), "points outside the archive"},
		{"absolute.zip", zipOf(t, map[string]string{"/etc/a.csv": "x"}), "points outside the archive"},
		{"none.zip", zipOf(t, map[string]string{"a.txt": "x"}), "no member that matches"},
		{"bomb.zip", zipOf(t, map[string]string{"a.csv": strings.Repeat("0", 80<<20)}), "more than is safe"},
		{"cut.gz", []byte{0x1f, 0x8b, 8, 0}, "cut or damaged"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := readAll(t, write(t, c.name, c.file), "*.csv")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// A directory that lies about the size must not let more bytes through.
func TestOpen_lyingDirectory(t *testing.T) {
	b := zipOf(t, map[string]string{"a.csv": strings.Repeat("x", 5000)})
	at := bytes.Index(b, []byte("PK\x01\x02")) // central directory entry; size at +24
	b[at+24], b[at+25] = 10, 0
	_, err := readAll(t, write(t, "lie.zip", b), "")
	if err == nil {
		t.Error("no error for a member longer than its directory says")
	}
}

func TestOpen_folder(t *testing.T) {
	if _, err := Open(t.TempDir(), "", Limits{}); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("error %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, b []byte) {
		file := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		a, err := Open(file, "", Limits{Bytes: 1 << 20})
		if err != nil {
			return
		}
		defer a.Close()
		for _, m := range a.Members {
			if r, err := m.Open(); err == nil {
				io.Copy(io.Discard, io.LimitReader(r, 1<<20))
				r.Close()
			}
		}
	})
}
