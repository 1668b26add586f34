package backup

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unpack reads all entries of a ZIP.
func unpack(t testing.TB, file string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	out := map[string]string{}
	for _, e := range z.File {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name] = string(b)
	}
	return out
}

// forgery is a backup that is being changed by somebody who knows its form.
type forgery struct {
	about   about
	entries []forged // all but backup.json
}

type forged struct {
	h        zip.FileHeader
	text     string
	unlisted bool
	lie      uint64 // bytes that the directory says, where that is not the truth
}

// forge takes a backup apart.
func forge(t testing.TB, file string) *forgery {
	t.Helper()
	f := &forgery{}
	all := unpack(t, file)
	if err := json.Unmarshal([]byte(all[aboutName]), &f.about); err != nil {
		t.Fatal(err)
	}
	for _, e := range f.about.Entries {
		f.entries = append(f.entries, forged{h: header(e.Name), text: all[e.Name]})
	}
	return f
}

func header(name string) zip.FileHeader {
	h := zip.FileHeader{Name: name, Method: zip.Deflate}
	h.SetMode(0o644)
	return h
}

func (f *forgery) add(name, text string) {
	f.entries = append(f.entries, forged{h: header(name), text: text})
}

// entry is one that is there.
func (f *forgery) entry(name string) *forged {
	for i := range f.entries {
		if f.entries[i].h.Name == name {
			return &f.entries[i]
		}
	}
	panic(name)
}

func (f *forgery) table(name string) *aboutTable {
	for i := range f.about.Tables {
		if f.about.Tables[i].Name == name {
			return &f.about.Tables[i]
		}
	}
	panic(name)
}

// write makes a backup of it in which sizes and hashes are right, except where an
// entry says otherwise.
func (f *forgery) write(t testing.TB) string {
	t.Helper()
	f.about.Entries = nil
	for _, e := range f.entries {
		if !e.unlisted {
			sum := sha256.Sum256([]byte(e.text))
			n := int64(len(e.text))
			if e.lie > 0 {
				n = int64(e.lie)
			}
			f.about.Entries = append(f.about.Entries, aboutEntry{e.h.Name, n, hex.EncodeToString(sum[:])})
		}
	}
	about, err := json.Marshal(f.about)
	if err != nil {
		t.Fatal(err)
	}
	return pack(t, append(f.entries, forged{h: header(aboutName), text: string(about)}))
}

// pack makes a ZIP, byte for byte as it is told.
func pack(t testing.TB, entries []forged) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range entries {
		if strings.HasSuffix(e.h.Name, "/") {
			if _, err := z.CreateHeader(&zip.FileHeader{Name: e.h.Name}); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var packed bytes.Buffer
		d, err := flate.NewWriter(&packed, flate.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(d, e.text); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		h := e.h
		h.CRC32, h.CompressedSize64, h.UncompressedSize64 = crc32.ChecksumIEEE([]byte(e.text)), uint64(packed.Len()), uint64(len(e.text))
		if e.lie > 0 {
			h.UncompressedSize64 = e.lie
		}
		w, err := z.CreateRaw(&h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(packed.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "forged.zip")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
