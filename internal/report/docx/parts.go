package docx

import (
	"archive/zip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"time"
)

// The parts that are the same in every file.
var (
	//go:embed template/content_types.xml
	contentTypes string
	//go:embed template/rels.xml
	packageRels string
	//go:embed template/app.xml
	appProps string
	//go:embed template/settings.xml
	settings string
	//go:embed template/styles.xml
	styles string
	//go:embed template/numbering.xml
	numbering string
)

const (
	prolog   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	spaces   = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`
	relSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

	firstList = 100 // numbered lists are numbered from here, each its own

	runners       = `<w:headerReference w:type="default" r:id="header"/><w:headerReference w:type="first" r:id="header-first"/><w:footerReference w:type="default" r:id="footer"/><w:footerReference w:type="first" r:id="footer-first"/>`
	runnersTurned = `<w:headerReference w:type="default" r:id="header-turned"/><w:footerReference w:type="default" r:id="footer-turned"/>`
	page          = `<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1531" w:right="1247" w:bottom="1361" w:left="1247" w:header="680" w:footer="567" w:gutter="0"/>`
	pageTurned    = `<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1247" w:right="1417" w:bottom="1247" w:left="1417" w:header="680" w:footer="567" w:gutter="0"/>`
	turned        = `<w:sectPr>` + runnersTurned + pageTurned + `</w:sectPr>`
)

// section ends a run of upright pages, or a part of a page where it flows; the first begins with the cover, which has no header.
func (f *file) section(columns string) string {
	flows, first := "", ""
	if f.flowing {
		flows = `<w:type w:val="continuous"/>`
	}
	if !f.covered {
		first = "<w:titlePg/>"
	}
	f.covered, f.flowing = true, false
	return `<w:sectPr>` + runners + flows + page + columns + first + `</w:sectPr>`
}

// upright ends a run of pages of one column.
func (f *file) upright() string { return f.section("") }

// inColumns sets what is written in two columns, on the page where it begins and that where it ends.
func (f *file) inColumns(written string) string {
	before := para("AfterTable", f.upright(), "")
	f.flowing = true
	after := para("AfterTable", f.section(`<w:cols w:num="2" w:space="397"/>`), "")
	f.flowing = true
	return before + written + after
}

// part is a file of the package.
type part struct {
	name string
	data []byte
}

// parts are all files of the package in a fixed order.
func (f *file) parts(body string) []part {
	text := func(name, content string) part { return part{name, []byte(content)} }
	out := []part{
		text("[Content_Types].xml", contentTypes), text("_rels/.rels", packageRels),
		text("word/document.xml", prolog+"<w:document"+spaces+"><w:body>\n"+body+"</w:body></w:document>"),
		text("word/_rels/document.xml.rels", f.relations()),
		text("word/styles.xml", styles), text("word/settings.xml", settings), text("word/numbering.xml", f.numbering()),
		text("word/header-first.xml", prolog+"<w:hdr"+spaces+">"+para("Header", "", "")+"</w:hdr>"),
		text("word/header.xml", f.header("")), text("word/header-turned.xml", f.header(toTurned)),
		text("word/footer-first.xml", f.footer("")), text("word/footer.xml", f.footer("")), text("word/footer-turned.xml", f.footer(toTurned)),
		text("docProps/core.xml", f.core()), text("docProps/app.xml", appProps),
	}
	for k, p := range f.pictures {
		if len(p.png) > 0 {
			out = append(out, part{fmt.Sprintf("word/media/chart%d.png", k+1), p.png})
		}
		if len(p.svg) > 0 {
			out = append(out, part{fmt.Sprintf("word/media/chart%d.svg", k+1), p.svg})
		}
	}
	return out
}

// pack writes the files with one fixed time, the first that the format knows.
func pack(w io.Writer, parts []part) error {
	z := zip.NewWriter(w)
	for _, p := range parts {
		to, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if _, err := to.Write(p.data); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return z.Close()
}

// relations says what the ids of the document stand for.
func (f *file) relations() string {
	var b strings.Builder
	b.WriteString(prolog + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	add := func(id, kind, target, mode string) {
		fmt.Fprintf(&b, `<Relationship Id="%s" Type="%s%s" Target="%s"%s/>`, id, relSpace, kind, escape(target), mode)
	}
	for _, name := range []string{"styles", "settings", "numbering", "header", "header-first", "header-turned", "footer", "footer-first", "footer-turned"} {
		kind, _, _ := strings.Cut(name, "-")
		add(name, kind, name+".xml", "")
	}
	for k, p := range f.pictures {
		if len(p.png) > 0 {
			add(fmt.Sprintf("png%d", k+1), "image", fmt.Sprintf("media/chart%d.png", k+1), "")
		}
		if len(p.svg) > 0 {
			add(fmt.Sprintf("svg%d", k+1), "image", fmt.Sprintf("media/chart%d.svg", k+1), "")
		}
	}
	for k, address := range f.links {
		add(fmt.Sprintf("link%d", k+1), "hyperlink", address, ` TargetMode="External"`)
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

// numbering adds to the template a numbering of its own for each numbered list, so that each begins at 1.
func (f *file) numbering() string {
	var b strings.Builder
	for k := 1; k <= f.lists; k++ {
		fmt.Fprintf(&b, `<w:num w:numId="%d"><w:abstractNumId w:val="3"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`, firstList+k)
	}
	return strings.Replace(numbering, "</w:numbering>", b.String()+"</w:numbering>", 1)
}

// toTurned moves the right end of a line to that of a page that is turned.
const toTurned = `<w:tabs><w:tab w:val="clear" w:pos="9412"/><w:tab w:val="right" w:pos="14004"/></w:tabs>`

func (f *file) header(tabs string) string {
	status, _, _ := strings.Cut(f.d.Status, ":")
	return prolog + "<w:hdr" + spaces + ">" + para("Header", tabs, run("", shorten(f.d.Title, 80))+tab+f.status(status)) + "</w:hdr>"
}

func (f *file) footer(tabs string) string {
	left := run("", "Release "+f.d.Release+" of "+f.d.Date)
	right := run("", "Page ") + field("PAGE", run("", "1")) + run("", " of ") + field("NUMPAGES", run("", "1"))
	return prolog + "<w:ftr" + spaces + ">" + para("Footer", tabs, left+tab+right) + "</w:ftr>"
}

// core are the properties of the document. Its day is that of the release: the same document gives the same bytes.
func (f *file) core() string {
	var b strings.Builder
	b.WriteString(prolog + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	add := func(name, words string) {
		if words != "" {
			fmt.Fprintf(&b, "<%s>%s</%s>", name, escape(words), name)
		}
	}
	add("dc:title", f.d.Title)
	add("dc:subject", f.d.Subtitle)
	add("dc:creator", f.d.Owner)
	add("dc:language", "en-GB")
	add("dc:identifier", "release "+f.d.Release)
	add("dc:description", f.address())
	add("cp:contentStatus", f.d.Status)
	if day, err := time.Parse(time.DateOnly, f.d.Date[:min(10, len(f.d.Date))]); err == nil {
		for _, name := range []string{"created", "modified"} {
			fmt.Fprintf(&b, `<dcterms:%s xsi:type="dcterms:W3CDTF">%s</dcterms:%s>`, name, day.Format(time.RFC3339), name)
		}
	}
	b.WriteString(`</cp:coreProperties>`)
	return b.String()
}
