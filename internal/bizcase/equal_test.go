package bizcase_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"milieu/internal/cli"
	"milieu/internal/report"
	"milieu/internal/report/format"
	"milieu/internal/report/pdf"
)

// program runs the program on a fixed day and returns what it prints.
func program(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	p := &cli.Program{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Now: func() time.Time { return time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC) }}
	if code := p.Run(t.Context(), args); code != 0 {
		t.Fatalf("milieu %s: exit code %d: %s", strings.Join(args, " "), code, errs.String())
	}
	return out.Bytes()
}

// The case of the demonstration says the same numbers in HTML, PDF, Word, Excel and Markdown, each in its place.
func TestFormats_equal(t *testing.T) {
	dir := t.TempDir()
	program(t, "demo", "--no-serve", "--dir", dir)
	var kept struct {
		Document report.Document `json:"document"`
	}
	if err := json.Unmarshal(program(t, "case", "--json", "--dir", dir), &kept); err != nil {
		t.Fatal(err)
	}
	doc := kept.Document
	doc.Address, doc.Path = "https://milieu.example", "/case"
	if len(doc.Figures()) < 100 || len(doc.Proofs) < 50 {
		t.Fatalf("the case has %d figures and %d chains", len(doc.Figures()), len(doc.Proofs))
	}
	browser := format.NewShared("", false)
	defer browser.Close()
	write := func(t *testing.T, name string) []byte {
		var b bytes.Buffer
		err := format.Write(context.Background(), &b, name, doc, format.Options{Browser: browser})
		if errors.Is(err, pdf.ErrNoBrowser) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	t.Run("html", func(t *testing.T) { body(t, doc, htmlText(t, string(write(t, "html")))) })
	t.Run("docx", func(t *testing.T) { body(t, doc, docxText(t, write(t, "docx"))) })
	t.Run("md", func(t *testing.T) { markdownText(t, doc, string(write(t, "md"))) })
	t.Run("xlsx", func(t *testing.T) { workbook(t, doc, write(t, "xlsx")) })
	t.Run("pdf", func(t *testing.T) { pdfText(t, doc, write(t, "pdf")) })
}

// body wants the numbers of a text to be those of the document, in their order.
func body(t *testing.T, doc report.Document, text string) {
	t.Helper()
	if d := cmp.Diff(doc.Numbers(), report.Numbers(text)); d != "" {
		t.Errorf("numbers of the document (-) and of the file (+):\n%s", d)
	}
}

var (
	hidden   = regexp.MustCompile(`(?s)<style.*?</style>|<svg.*?</svg>|<sup class="ref[^"]*">.*?</sup>|<span class="no">.*?</span>|<b>(?:Table|Figure) \d+\.</b>|<a href="#d-[^"]*">.*?</a>`)
	tags     = regexp.MustCompile(`(?s)<[^>]*>`)
	captions = regexp.MustCompile(`(?m)^(?:Table|Figure) \d+\. |Data behind\s+figure\s+\d+`)
	marks    = regexp.MustCompile(`\s?\[(?:\d+|[a-z]+)\]`)
	links    = regexp.MustCompile(`\]\(<[^>]*>\)`)
)

// htmlText is the text of the body of an HTML file, without pictures and marks of sources.
func htmlText(t *testing.T, page string) string {
	t.Helper()
	_, page, found := strings.Cut(page, `<main id="text">`)
	page, _, ends := strings.Cut(page, `<h2 id="assumptions">`)
	if !found || !ends {
		t.Fatal("the body of the HTML file is not found")
	}
	return html.UnescapeString(tags.ReplaceAllString(hidden.ReplaceAllString(page, " "), " "))
}

// docxText is the text of the body of a Word file, a paragraph in a line.
func docxText(t *testing.T, file []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out, line strings.Builder
	style, inside := "", false
	for d := xml.NewDecoder(f); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return marks.ReplaceAllString(captions.ReplaceAllString(out.String(), ""), "")
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "p":
				style = ""
				line.Reset()
			case "pStyle":
				style = e.Attr[0].Value
			case "t":
				inside = true
			}
		case xml.CharData:
			if inside {
				line.Write(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inside = false
			case "p":
				words := line.String()
				switch {
				case style == "Heading1" && words == "In brief":
					out.Reset() // what stood in front is no body
				case style == "AnnexHeading":
					return marks.ReplaceAllString(captions.ReplaceAllString(out.String(), ""), "")
				case strings.HasPrefix(style, "TOC"), strings.HasPrefix(words, "Sources of the figures:"):
					continue
				}
				out.WriteString(words + "\n")
			}
		}
	}
}

// markdownText wants the numbers of the Markdown in their order, and those of the tables behind charts at the charts.
func markdownText(t *testing.T, doc report.Document, file string) {
	t.Helper()
	_, file, _ = strings.Cut(file, "\n## ")
	file, _, _ = strings.Cut(file, "\n## Assumptions")
	file = regexp.MustCompile(`(?m)^(?:## )?\d+\. `).ReplaceAllString(file, "")
	file = marks.ReplaceAllString(links.ReplaceAllString(file, ""), "")
	var want []string
	for _, s := range doc.Sections {
		for _, b := range s.Blocks {
			one := report.Document{Sections: []report.Section{{Blocks: []report.Block{b}}}}
			want = append(append(want, one.Numbers()...), one.Behind()...)
		}
	}
	if d := cmp.Diff(want, report.Numbers(file)); d != "" {
		t.Errorf("numbers of the document (-) and of the Markdown (+):\n%s", d)
	}
}

// workbook wants each figure in its row, as it was printed and as a number, and the numbers of each table on its sheet.
func workbook(t *testing.T, doc report.Document, file []byte) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Figures", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	figures := doc.Figures()
	if len(rows) != len(figures)+3 {
		t.Fatalf("%d rows of figures, want %d", len(rows)-3, len(figures))
	}
	for k, figure := range figures {
		row := rows[k+3]
		if row[4] != strings.TrimSpace(figure.Plain()) || row[10] != figure.Ref {
			t.Errorf("figure %d is %q of %s, want %q of %s", k+1, row[4], row[10], figure.Plain(), figure.Ref)
		}
		if n, ok := figure.Number(); ok && row[5] != fmt.Sprint(n.Value) && row[5] != fmt.Sprintf("%.0f", n.Value) {
			t.Errorf("figure %d, %s, is the number %q", k+1, figure.Text, row[5])
		}
	}
	tables := 0
	for _, s := range doc.Sections {
		for _, b := range s.Blocks {
			if b.Table != nil {
				tables++
			}
		}
	}
	if n := len(f.GetSheetList()); n < tables+6 {
		t.Errorf("%d sheets for %d tables", n, tables)
	}
}

// pdfText wants every number of the body in the PDF, and no other but those of pictures and lists. Order is not looked at: cells of a row
// stand beside each other.
func pdfText(t *testing.T, doc report.Document, file []byte) {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed: the text of the PDF is not looked at")
	}
	name := filepath.Join(t.TempDir(), "case.pdf")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool, "-enc", "UTF-8", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	text := string(out)
	_, text, found := strings.Cut(text, "\n1 "+doc.Sections[0].Title+"\n")
	text, _, ends := strings.Cut(text, "\nAnnex A Assumptions")
	if !found || !ends {
		t.Fatal("the body of the PDF is not found")
	}
	text = regexp.MustCompile(`(?m)^Release `+regexp.QuoteMeta(doc.Release)+`.*$|^Page \d+ of \d+$|Data behind\s+figure\s+\d+|^\f?`+regexp.QuoteMeta(doc.Title)+`$|^(?:Table|Figure) \d+\.`).ReplaceAllString(text, "")
	text = regexp.MustCompile(`\[\s?(?:\d+|[a-z]+)\s?\]`).ReplaceAllString(text, "")
	got := map[string]int{}
	for _, n := range report.Numbers(text) {
		got[n]++
	}
	for _, n := range doc.Numbers() {
		got[n]--
	}
	allowed := spare(doc)
	for n, more := range got {
		if more < 0 || more > 0 && !allowed[n] {
			t.Errorf("the PDF has the number %s %d times more than the document, and no picture or list has it", n, more)
		}
	}
}

// spare are the numbers that pictures, ordered lists and headings add to a printed text.
func spare(doc report.Document) map[string]bool {
	out := map[string]bool{}
	for k, s := range doc.Sections {
		out[fmt.Sprint(k+1)] = true
		for _, b := range s.Blocks {
			if b.List != nil && b.List.Ordered {
				for n := range b.List.Items {
					out[fmt.Sprint(n+1)] = true
				}
			}
			if b.Chart != nil {
				for _, n := range report.Numbers(html.UnescapeString(tags.ReplaceAllString(b.Chart.SVG, " "))) {
					out[n] = true
				}
			}
		}
	}
	return out
}
