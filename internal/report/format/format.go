// Package format names the formats in which a document is taken away, and writes a document in any of them, so that the command and
// the pages offer the same. It decides nothing about the document: what may leave is asked before.
package format

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"milieu/internal/report"
	"milieu/internal/report/docx"
	"milieu/internal/report/html"
	"milieu/internal/report/xlsx"
)

// Format is a kind of file.
type Format struct {
	Name      string // html, pdf, docx, xlsx, md: also the end of a file's name
	Label     string // as people call it
	MediaType string
	Browser   bool // cannot be written without a browser
}

// All are the formats, in the order in which they are offered.
var All = []Format{
	{Name: "html", Label: "HTML", MediaType: "text/html; charset=utf-8"},
	{Name: "pdf", Label: "PDF", MediaType: "application/pdf", Browser: true},
	{Name: "docx", Label: "Word", MediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{Name: "xlsx", Label: "Excel", MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{Name: "md", Label: "Markdown", MediaType: "text/markdown; charset=utf-8"},
}

// Of is the format of a name, or of the end of a file's name, with or without its dot.
func Of(name string) (Format, bool) {
	name = strings.ToLower(strings.TrimPrefix(name, "."))
	k := slices.IndexFunc(All, func(f Format) bool { return f.Name == name })
	if k < 0 {
		return Format{}, false
	}
	return All[k], true
}

// Names are the names of all formats.
func Names() []string {
	var out []string
	for _, f := range All {
		out = append(out, f.Name)
	}
	return out
}

// Options are what the formats need beside the document.
type Options struct {
	Browser *Shared // prints PDFs, and draws the pictures of Word files; nil: no PDF, and tables in the place of pictures
}

// Write writes the document in a format. Nothing is written to w where there is an error. A PDF without a browser is
// pdf.ErrNoBrowser.
func Write(ctx context.Context, w io.Writer, name string, d report.Document, o Options) error {
	f, ok := Of(name)
	if !ok {
		return fmt.Errorf("%q is not a format of documents: use %s", name, strings.Join(Names(), ", "))
	}
	var b bytes.Buffer
	if err := write(ctx, &b, f, d, o); err != nil {
		return fmt.Errorf("write the document as %s: %w", f.Label, err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func write(ctx context.Context, w io.Writer, f Format, d report.Document, o Options) error {
	switch f.Name {
	case "html":
		return html.Write(w, d, html.Options{})
	case "pdf":
		return o.Browser.print(ctx, w, d)
	case "docx":
		return o.Browser.withPictures(ctx, func(raster raster) error { return docx.Write(w, d, docx.Options{Raster: raster}) })
	case "xlsx":
		return xlsx.Write(w, d, nil)
	}
	return report.WriteMarkdown(w, d)
}

// FileName is a name for the file of a document: its title and the beginning of its release's name.
func FileName(d report.Document, f Format) string {
	name := slug(d.Title)
	if d.Release != "" {
		name += "-" + slug(d.Release[:min(8, len(d.Release))])
	}
	if d.Status != "" && strings.HasPrefix(strings.ToLower(d.Status), "draft") {
		name += "-draft"
	}
	return strings.Trim(name, "-") + "." + f.Name
}

// slug makes lower-case letters, digits and hyphens of a text, at most 60 of them.
func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	if b.Len() == 0 {
		return "document"
	}
	return strings.Trim(b.String(), "-")
}
