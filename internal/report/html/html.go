// Package html writes a document as one HTML file that stands alone: style, letters and pictures are within it, it loads
// nothing and runs nothing. It reads on a screen and prints as a bound paper does, with a cover, contents, numbered tables and
// pictures, and annexes in which every figure's chain stands. It reckons nothing and says nothing that the document does not.
package html

import (
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"strings"
	"sync"

	"milieu/internal/report"
)

//go:embed document.html
var page string

//go:embed document.css
var style string

// The letters are those of the pages, both under the SIL Open Font License 1.1, whose text lies beside them.
//
//go:embed fonts/*.woff2
var fonts embed.FS

// Options are settings of a file. The zero value is what a person is sent.
type Options struct {
	Language string // as in the lang attribute; "" is en-GB
	// Pages has the page on which a heading stands, by its id, for the contents of a printed copy; none is shown for those it lacks.
	Pages map[string]int
}

// Write writes the document. The same document gives the same bytes.
func Write(w io.Writer, d report.Document, o Options) error {
	if o.Language == "" {
		o.Language = "en-GB"
	}
	t, err := parsed()
	if err != nil {
		return fmt.Errorf("the template of documents: %w", err)
	}
	faces, err := fontFaces()
	if err != nil {
		return err
	}
	v := newView(d, o)
	v.Style = template.CSS(faces + style + margins(d))
	if err := t.ExecuteTemplate(w, "document", v); err != nil {
		return fmt.Errorf("write %q as HTML: %w", d.Title, err)
	}
	return nil
}

var parsed = sync.OnceValues(func() (*template.Template, error) {
	return template.New("parts").Funcs(template.FuncMap{"add": func(a, b int) int { return a + b }, "web": safeAddress}).Parse(page)
})

// fontFaces are the rules that hold the letters. Each weight is a file of its own, since browsers print letters of variable weight
// as pictures.
var fontFaces = sync.OnceValues(func() (string, error) {
	var b strings.Builder
	for _, f := range []struct{ family, file, weight, style string }{
		{"Inter", "inter-latin-400-normal", "400", "normal"}, {"Inter", "inter-latin-600-normal", "600", "normal"},
		{"Source Serif 4", "source-serif-4-latin-400-normal", "400", "normal"}, {"Source Serif 4", "source-serif-4-latin-400-italic", "400", "italic"}, {"Source Serif 4", "source-serif-4-latin-600-normal", "600", "normal"},
	} {
		data, err := fonts.ReadFile("fonts/" + f.file + ".woff2")
		if err != nil {
			return "", fmt.Errorf("the letters %s: %w", f.family, err)
		}
		fmt.Fprintf(&b, "@font-face{font-family:%q;font-weight:%s;font-style:%s;src:url(data:font/woff2;base64,%s) format(\"woff2\")}\n", f.family, f.weight, f.style, base64.StdEncoding.EncodeToString(data))
	}
	return b.String(), nil
})

// margins are the rules for what stands in the margins of each printed page: title and status above, release and page below.
func margins(d report.Document) string {
	head := ""
	if d.Status != "" {
		head = strings.ToUpper(firstWord(d.Status))
	}
	return fmt.Sprintf("@page{@top-left{content:%s}@top-right{content:%s}@bottom-left{content:%s}@bottom-right{content:\"Page \" counter(page) \" of \" counter(pages)}}\n"+
		"@page:first{@top-left{content:\"\"}@top-right{content:\"\"}}\n", cssString(d.Title), cssString(head), cssString("Release "+d.Release+" of "+d.Date))
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// cssString is a text as a string of a style sheet. Everything but letters, digits and spaces is escaped, so that no text can
// end the string or the style element.
func cssString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == ' ' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		case r >= ' ':
			fmt.Fprintf(&b, "\\%06x", r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Anchor is the id of entry n of the annex of figures, counted from 1 as the document's proofs are.
func Anchor(n int) string { return fmt.Sprintf("f%d", n) }

// WhyURL is the page of the site that opens a reference; empty where the document has no address or there is no reference.
func WhyURL(d report.Document, ref string) string {
	if !safeAddress(d.Address) || ref == "" {
		return ""
	}
	return d.Address + "/why?ref=" + url.QueryEscape(ref)
}

// PageURL is the document's own page on the site; empty where it has none.
func PageURL(d report.Document) string {
	if !safeAddress(d.Address) || d.Path == "" {
		return ""
	}
	return d.Address + d.Path
}
