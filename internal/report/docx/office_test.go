package docx

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"milieu/internal/report"
)

// office converts the document with LibreOffice; the test is skipped where there is none.
func office(t *testing.T, d report.Document, to string) string {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed: that it opens the file is not tested here (package libreoffice-writer-nogui)")
	}
	dir := t.TempDir()
	from := filepath.Join(dir, "document.docx")
	if err := os.WriteFile(from, written(t, d, Options{Raster: plain}), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", to, "--outdir", dir, from).CombinedOutput()
	if err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, out)
	}
	ext, _, _ := strings.Cut(to, ":")
	file := filepath.Join(dir, "document."+ext)
	if _, err := os.Stat(file); err != nil {
		t.Fatalf("LibreOffice made no file: %s", out)
	}
	return file
}

var marks = regexp.MustCompile(`\[(?:\d+|[a-z]+)\]`)

// What LibreOffice reads is what the document says: each text in its place, with its numbers.
func TestOffice_text(t *testing.T) {
	d := sample()
	content, err := os.ReadFile(office(t, d, "txt:Text (encoded):UTF8"))
	if err != nil {
		t.Fatal(err)
	}
	rest := normal(marks.ReplaceAllString(string(content), ""))
	_, rest, _ = strings.Cut(rest, "From its entry each figure")
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			for _, p := range b.Texts() {
				want := normal(p.Plain())
				before, after, ok := strings.Cut(rest, want)
				if !ok {
					t.Fatalf("LibreOffice does not read %q behind what comes before it:\n%s", want, before)
				}
				rest = after
			}
		}
	}
}

// The release and the number of the page stand on every page, those that are turned as well.
func TestOffice_pages(t *testing.T) {
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed: what stands on each page is not tested here (package poppler-utils)")
	}
	text, err := exec.CommandContext(t.Context(), program, "-layout", office(t, sample(), "pdf"), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
	if len(pages) < 5 {
		t.Errorf("%d pages", len(pages))
	}
	for k, p := range pages {
		if !regexp.MustCompile(`Release 0a1b2c3d of 2026-11-27 +Page \d+ of \d+`).MatchString(p) {
			t.Errorf("page %d does not say its release and number:\n%s", k+1, p)
		}
	}
}
