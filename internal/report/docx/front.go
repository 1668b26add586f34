package docx

import (
	"fmt"
	"strings"
)

// entry is a line of the contents.
type entry struct {
	level              int
	number, title, key string
}

// heading writes a heading of level 1 or 2, whose number its style gives, and puts it into the contents.
func (f *file) heading(level int, number, title string) string {
	return f.enter(level, number, title, fmt.Sprintf("Heading%d", level), "")
}

func (f *file) enter(level int, number, title, style, props string) string {
	key := fmt.Sprintf("_Toc%06d", len(f.entries)+1)
	f.entries = append(f.entries, entry{level, number, title, key})
	return para(style, props, f.mark(key, run("", title)))
}

const pageBreak = `<w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>` + "\n"

// cover writes the first page: what this is, whose, where it stands, and from which release.
func (f *file) cover() string {
	var b strings.Builder
	b.WriteString(para("Title", "", run("", f.d.Title)))
	b.WriteString(para("Subtitle", "", run("", f.d.Subtitle)))
	line := func(name, words string) {
		if words != "" {
			b.WriteString(para("CoverLine", "", run(`<w:color w:val="51606E"/>`, name)+tab+words))
		}
	}
	line("Owner", run("", f.d.Owner))
	line("Status", f.status(f.d.Status))
	line("Evidence", run("", "release "+f.d.Release+" of "+f.d.Date))
	if n := f.d.Gaps(); n > 0 {
		line("Not known", run("", counted(n, "gap is", "gaps are")+" named in the text"))
	}
	if address := f.address(); address != "" {
		shown, _, _ := strings.Cut(address, "?") // settings are for the link alone
		line("Address", f.open(address, run(styled("Hyperlink"), shown)))
	}
	return b.String() + pageBreak
}

// status is where the document stands, in a colour that warns where it is a draft.
func (f *file) status(words string) string {
	if strings.HasPrefix(strings.ToLower(words), "draft") {
		return run(bold+`<w:color w:val="A8470B"/>`, words)
	}
	return run("", words)
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n) + " " + many
}

// address is that of the document's page; empty where it has none.
func (f *file) address() string {
	if f.d.Address == "" || f.d.Path == "" {
		return ""
	}
	return f.d.Address + f.d.Path
}

// contents writes the table of contents as a field that is filled in already. The numbers of pages are fields of their own: only a program
// that sets the pages knows them.
func (f *file) contents() string {
	var b strings.Builder
	b.WriteString(`<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>`)
	b.WriteString(para("ContentsHeading", "", run("", "Contents")))
	begin := `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`
	for _, e := range f.entries {
		number := ""
		if e.number != "" {
			number = run("", e.number) + tab
		}
		link := goTo(e.key, "", number+run("", e.title)+tab+field("PAGEREF "+e.key+` \h`, ""))
		b.WriteString(para(fmt.Sprintf("TOC%d", e.level), "", begin+link))
		begin = ""
	}
	end := `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
	if begin != "" {
		end = begin + end
	}
	b.WriteString(para("AfterTable", "", end) + `</w:sdtContent></w:sdt>`)
	b.WriteString(para("TableNote", "", run("", f.reading())))
	return b.String() + pageBreak
}

// reading says how figures are to be read.
func (f *file) reading() string {
	out := "A range in brackets behind a figure is what the figure can be. What is not known stands as a gap."
	if len(f.entryOf) > 0 {
		out = "Each underlined figure leads to its entry in the annex “Figures and sources”: what it is, how it was reckoned, and the line of the source that it comes from. The number in square brackets behind it is that of the entry; a letter leads to where somebody else says it. " + out
	}
	if f.d.Address != "" {
		out += " From its entry each figure opens on the site that this document was made by."
	}
	return out
}
