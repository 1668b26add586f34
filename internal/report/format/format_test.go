package format

import (
	"bytes"
	"errors"
	"testing"

	"milieu/internal/report"
	"milieu/internal/report/pdf"
)

func sample() report.Document {
	return report.Document{Title: "The case: Ünits & more", Release: "0a1b2c3d4e5f", Date: "2026-11-27", Sections: []report.Section{{ID: "a", Title: "One", Blocks: []report.Block{report.Paragraph("It costs %v.", report.MoneyFigure(100, "cost"))}}}}
}

// Every format that needs no browser is written twice alike, and begins as its kind does.
func TestWrite(t *testing.T) {
	for name, want := range map[string]string{"html": "<!DOCTYPE html>", "docx": "PK", "xlsx": "PK", "md": "# The case"} {
		var one, two bytes.Buffer
		if err := Write(t.Context(), &one, name, sample(), Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := Write(t.Context(), &two, name, sample(), Options{}); err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(one.Bytes(), []byte(want)) {
			t.Errorf("%s begins with %q", name, one.Bytes()[:min(20, one.Len())])
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Errorf("%s: the same document gives other bytes", name)
		}
	}
}

func TestWrite_noBrowser(t *testing.T) {
	for _, s := range []*Shared{nil, NewShared("no-such-browser-here", false)} {
		var b bytes.Buffer
		if err := Write(t.Context(), &b, "pdf", sample(), Options{Browser: s}); !errors.Is(err, pdf.ErrNoBrowser) || b.Len() > 0 {
			t.Errorf("the error is %v, %d bytes were written", err, b.Len())
		}
		if err := Write(t.Context(), &b, "docx", sample(), Options{Browser: s}); err != nil {
			t.Errorf("a Word file without a browser: %v", err)
		}
	}
	if err := Write(t.Context(), &bytes.Buffer{}, "odt", sample(), Options{}); err == nil {
		t.Error("a format that is not known is written")
	}
}

func TestOf(t *testing.T) {
	for _, name := range []string{"pdf", ".pdf", "PDF"} {
		if f, ok := Of(name); !ok || f.Name != "pdf" {
			t.Errorf("%q is %v, %v", name, f, ok)
		}
	}
	if _, ok := Of("doc"); ok {
		t.Error("doc is a format")
	}
}

func TestFileName(t *testing.T) {
	f, _ := Of("pdf")
	d := sample()
	if got, want := FileName(d, f), "the-case-nits-more-0a1b2c3d.pdf"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	d.Status = "Draft, version 3"
	d.Title = "«»"
	if got, want := FileName(d, f), "document-0a1b2c3d-draft.pdf"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
