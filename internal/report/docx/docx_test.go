package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"milieu/internal/chart"
	"milieu/internal/report"
)

var keep = flag.String("keep", "", "also write the test's document to this `file`, to look at")

// unpacked are the files of a package by name.
func unpacked(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range z.File {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := out[e.Name]; twice {
			t.Errorf("%s is there twice", e.Name)
		}
		out[e.Name] = string(content)
	}
	return out
}

// words is the text that a reader sees, a line a paragraph.
func words(t *testing.T, part string) string {
	t.Helper()
	var b strings.Builder
	in := xml.NewDecoder(strings.NewReader(part))
	shown := false
	for {
		tok, err := in.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			shown = e.Name.Local == "t"
			if e.Name.Local == "tab" || e.Name.Local == "br" {
				b.WriteByte(' ')
			}
		case xml.CharData:
			if shown {
				b.Write(e)
			}
		case xml.EndElement:
			shown = false
			if e.Name.Local == "p" {
				b.WriteByte('\n')
			}
		}
	}
}

// hostile is a document of which every text tries to break out.
func hostile() report.Document {
	const bad = "\"/></w:t><w:p>&'\x00\x01\v\xff\ufffe]]>\n\tline <!-- {{x}}"
	d := sample()
	d.Title, d.Subtitle, d.Owner, d.Release, d.Date, d.Address, d.Path, d.Status = bad, bad, bad, bad, bad, bad, bad, bad
	d.Sections = append(d.Sections, report.Section{Title: bad, Question: bad, Blocks: []report.Block{{Heading: bad}, report.Paragraph("%v %v", report.Figure{Text: bad, Range: bad, Ref: bad, Note: bad}, bad),
		{Table: &report.Table{Caption: bad, Header: []string{bad}, Rows: [][]report.Text{{{{Words: bad, Link: bad}, {Words: "dangling", Link: "#source_99"}}, {{Quote: &report.Quote{Words: bad, URL: bad}}}}}}}, {Gap: &report.Gap{What: bad, Next: bad, Owner: bad}},
		{Chart: &chart.Chart{SVG: `<svg viewBox="0 0 10 10"></svg>`, Title: bad, Desc: bad, Table: chart.Table{Header: []string{bad}, Rows: [][]string{{bad}}}}}}})
	d.Proofs = append(d.Proofs, report.Proof{Ref: bad, Title: bad, Value: bad, How: bad, Method: bad, Steps: []report.Step{{Title: bad, Value: bad, How: bad, URL: bad, Source: bad, Licence: bad, Retrieved: bad, File: bad, Text: bad}}})
	d.Sources = append(d.Sources, report.SourceNote{Title: bad, Publisher: bad, Licence: bad, URL: bad})
	return d
}

func documents() map[string]report.Document {
	return map[string]report.Document{"sample": sample(), "hostile": hostile(), "nothing": {}}
}

// Every part is well-formed XML of a declared type, every relationship leads to a part, and every id that is used has one: what makes
// Word offer a repair.
func TestWrite_parts(t *testing.T) {
	used := regexp.MustCompile(` r:(?:id|embed)="([^"]*)"`)
	given := regexp.MustCompile(` Id="([^"]*)" Type="[^"]*" Target="([^"]*)"( TargetMode="External")?`)
	for name, d := range documents() {
		files := unpacked(t, written(t, d, Options{Raster: plain}))
		for _, file := range slices.Sorted(maps.Keys(files)) {
			if ext := path.Ext(file); ext == ".png" {
				continue
			}
			words(t, files[file])
			if strings.HasPrefix(file, "word/header") || strings.HasPrefix(file, "word/footer") {
				if !strings.Contains(files["word/_rels/document.xml.rels"], `Target="`+path.Base(file)+`"`) {
					t.Errorf("%s: nothing leads to %s", name, file)
				}
			}
			if path.Ext(file) == ".xml" && strings.Contains(file, "/") && !strings.Contains(files["[Content_Types].xml"], `PartName="/`+file+`"`) {
				t.Errorf("%s: %s has no content type", name, file)
			}
		}
		ids := map[string]bool{}
		for _, m := range given.FindAllStringSubmatch(files["word/_rels/document.xml.rels"], -1) {
			if ids[m[1]] {
				t.Errorf("%s: the relationship %s is there twice", name, m[1])
			}
			ids[m[1]] = true
			if m[3] == "" && files["word/"+m[2]] == "" {
				t.Errorf("%s: the relationship %s leads to %s, which is not there", name, m[1], m[2])
			}
		}
		for _, m := range used.FindAllStringSubmatch(files["word/document.xml"], -1) {
			if !ids[m[1]] {
				t.Errorf("%s: the id %s is used and stands for nothing", name, m[1])
			}
		}
	}
}

// Every link within the document leads to a bookmark, and names and ids are unique.
func TestWrite_bookmarks(t *testing.T) {
	for name, d := range documents() {
		doc := unpacked(t, written(t, d, Options{Raster: plain}))["word/document.xml"]
		marks, ids := map[string]bool{}, map[string]bool{}
		for _, m := range regexp.MustCompile(`<w:bookmarkStart w:id="(\d+)" w:name="([^"]*)"/>`).FindAllStringSubmatch(doc, -1) {
			if marks[m[2]] || ids[m[1]] || len(m[2]) > 40 {
				t.Errorf("%s: the bookmark %s (%s) is there twice, or its name is too long", name, m[2], m[1])
			}
			marks[m[2]], ids[m[1]] = true, true
		}
		for _, m := range regexp.MustCompile(`w:anchor="([^"]*)"|PAGEREF (\S+)`).FindAllStringSubmatch(doc, -1) {
			if to := m[1] + m[2]; !marks[to] {
				t.Errorf("%s: a link leads to %s, which is not there", name, to)
			}
		}
	}
}

// All styles that are used are there.
func TestWrite_styles(t *testing.T) {
	for _, part := range []string{"word/document.xml", "word/header.xml", "word/footer.xml"} {
		doc := unpacked(t, written(t, sample(), Options{Raster: plain}))[part]
		for _, m := range regexp.MustCompile(`<w:(?:p|r|tbl)Style w:val="([^"]*)"`).FindAllStringSubmatch(doc, -1) {
			if !strings.Contains(styles, `w:styleId="`+m[1]+`"`) {
				t.Errorf("%s: the style %s is used and not there", part, m[1])
			}
		}
	}
}

func TestWrite_sameBytes(t *testing.T) {
	if !bytes.Equal(written(t, sample(), Options{Raster: plain}), written(t, sample(), Options{Raster: plain})) {
		t.Error("the same document gave other bytes")
	}
}

// The words of the document stand in the file in their order, with every figure in its one form.
func TestWrite_words(t *testing.T) {
	data := written(t, sample(), Options{Raster: plain})
	if *keep != "" {
		if err := os.WriteFile(*keep, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text := words(t, unpacked(t, data)["word/document.xml"])
	_, text, _ = strings.Cut(text, "From its entry each figure") // behind the contents
	plainText := normal(regexp.MustCompile(`\[(?:\d+|[a-z]+)\]`).ReplaceAllString(text, ""))
	for _, s := range sample().Sections {
		for _, b := range s.Blocks {
			for _, p := range b.Texts() {
				_, rest, ok := strings.Cut(plainText, normal(p.Plain()))
				if !ok {
					t.Fatalf("%q is not in the file behind what comes before it", p.Plain())
				}
				plainText = rest
			}
		}
	}
	for _, want := range []string{"Gap. Who pays for the rest is not known. Ask the funders. Owed by The treasurer.", "Table 1. Options compared", "Figure 1. Jobs by industry. Data behind figure 1", "Sources of the figures: [1] [2] [4].", "Its chain is not part of this document", "Nothing has been written here yet.",
		"row 3: tables/costs.csv, line 4 (retrieved 2026-11-01): hall,\"80,000,000\"", "and 3 more", "[a] https://example.org/page?a=1&b=2", "Contains data of the office.", "not recorded"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the file", want)
		}
	}
}

// Figures lead to their entries in the annex, from there to the site, and back to the text.
func TestWrite_links(t *testing.T) {
	files := unpacked(t, written(t, sample(), Options{Raster: plain}))
	doc, rels := files["word/document.xml"], files["word/_rels/document.xml.rels"]
	for _, want := range []string{`<w:hyperlink w:anchor="source_2" w:tooltip="Net jobs" w:history="1">`, `w:anchor="use_2"`, `w:anchor="quote_a"`, `w:anchor="figure_1"`, `w:anchor="numbers_1"`, `<w:hyperlink w:anchor="source_1" w:history="1"><w:r><w:rPr><w:rStyle w:val="Hyperlink"/>`} {
		if !strings.Contains(doc, want) {
			t.Errorf("the document lacks %s", want)
		}
	}
	for _, want := range []string{`Target="https://example.org/why?ref=lq%2Fvalley%2F25%2F2021%3Fagainst%3Dgreat-britain"`, `Target="https://example.org/why?ref=no%2Fchain"`, `Target="https://example.org/why?ref=parameter%2Fdiscount"`, `Target="https://example.org/case"`, `Target="https://example.org/page?a=1&amp;b=2"`} {
		if !strings.Contains(rels, want) {
			t.Errorf("nothing leads to %s", want)
		}
	}
}

// Where nothing draws pictures, the table stands in the place of the chart, and says why.
func TestWrite_noPictures(t *testing.T) {
	files := unpacked(t, written(t, sample(), Options{}))
	text := words(t, files["word/document.xml"])
	if strings.Contains(files["word/document.xml"], "w:drawing") || !strings.Contains(text, "the chart “Jobs by industry” stands here as its table") || !strings.Contains(text, "Table 2. Jobs by industry") {
		t.Errorf("the chart without a picture does not stand as its table:\n%s", text)
	}
}

func TestWrite_pictures(t *testing.T) {
	files := unpacked(t, written(t, sample(), Options{Raster: plain}))
	if svg := files["word/media/chart1.svg"]; strings.Contains(svg, "var(") || !strings.HasPrefix(svg, `<svg width="560" height="`) {
		t.Errorf("the picture does not stand alone: %.200s", svg)
	}
	bars := sample().Sections[1].Blocks[1].Chart
	if !strings.Contains(files["word/document.xml"], ` descr="`+escape(bars.Desc)+`"`) {
		t.Error("the picture has no words for those who do not see it")
	}
}

// Addresses that cannot be followed, or that would run something, are no links, and others are written as the format allows: Word refuses
// a file with an address that is none.
func TestFollowed(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.org/a b?q={x}|\"ü": "https://example.org/a%20b?q=%7Bx%7D%7C%22%C3%BC",
		"http://example.org/?a=1&b=%20":     "http://example.org/?a=1&b=%20",
		"javascript:alert(1)":               "", "file:///etc/passwd": "", "//example.org": "", "https://": "", "https://exa mple.org/": "", "": "",
		"https://example.org/" + strings.Repeat("a", 2000): "",
	} {
		if got := followed(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestWrite_fails(t *testing.T) {
	for name, c := range map[string]struct {
		raster func(string, int, int) ([]byte, error)
		svg    string
		want   string
	}{
		"raster": {func(string, int, int) ([]byte, error) { return nil, errors.New("the browser is gone") }, "", `draw the chart "Jobs by industry": the browser is gone`},
		"no png": {func(string, int, int) ([]byte, error) { return []byte("GIF89a"), nil }, "", "no PNG file"},
		"no svg": {nil, "<p>", "has no size"},
		"size":   {nil, `<svg viewBox="0 0 99999 10"></svg>`, "99999 by 10 cannot be drawn"},
	} {
		d := sample()
		if c.svg != "" {
			d.Sections[1].Blocks[1].Chart.SVG = c.svg
		}
		if err := Write(io.Discard, d, Options{Raster: c.raster}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want one that says %q", name, err, c.want)
		}
	}
}
