package docx

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Properties of runs.
const (
	bold   = `<w:b/><w:bCs/>`
	italic = `<w:i/><w:iCs/>`
)

// escape makes any text safe in an element or an attribute; characters that XML forbids become U+FFFD, and line ends become spaces.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\t' || r == '\n' || r == '\r':
			b.WriteByte(' ')
		case r < 0x20 || r == 0xFFFE || r == 0xFFFF:
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// shorten cuts a text to n characters.
func shorten(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:n-1]), " ,.;:") + "…"
}

// run is words with properties, in the order of the schema.
func run(props, words string) string {
	if words == "" {
		return ""
	}
	if props != "" {
		props = "<w:rPr>" + props + "</w:rPr>"
	}
	return `<w:r>` + props + `<w:t xml:space="preserve">` + escape(words) + `</w:t></w:r>`
}

const (
	tab     = `<w:r><w:tab/></w:r>`
	lineEnd = `<w:r><w:br/></w:r>`
)

// para is a paragraph of a style; none is the usual one. Props are more properties, those that the schema puts behind keepLines.
func para(style, props, runs string) string {
	if style != "" {
		props = `<w:pStyle w:val="` + style + `"/>` + props
	}
	if props != "" {
		props = "<w:pPr>" + props + "</w:pPr>"
	}
	return "<w:p>" + props + runs + "</w:p>\n"
}

func styled(style string) string { return `<w:rStyle w:val="` + style + `"/>` }

// field is what the reader's program reckons, with what it comes to as far as is known.
func field(instruction, result string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + escape(instruction) + ` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` +
		result + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

// mark puts a bookmark around runs.
func (f *file) mark(name, runs string) string {
	id := f.id()
	return fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>%s<w:bookmarkEnd w:id="%d"/>`, id, name, runs, id)
}

// goTo makes runs lead to a bookmark.
func goTo(mark, tip, runs string) string {
	if tip != "" {
		tip = ` w:tooltip="` + escape(shorten(tip, 250)) + `"`
	}
	return `<w:hyperlink w:anchor="` + mark + `"` + tip + ` w:history="1">` + runs + `</w:hyperlink>`
}

// open makes runs lead to an address outside; they stand without a link where it cannot be followed.
func (f *file) open(address, runs string) string {
	address = followed(address)
	if address == "" {
		return runs
	}
	k := slices.Index(f.links, address)
	if k < 0 {
		f.links = append(f.links, address)
		k = len(f.links) - 1
	}
	return fmt.Sprintf(`<w:hyperlink r:id="link%d" w:history="1">%s</w:hyperlink>`, k+1, runs)
}

// longest is how long an address may be for Word to open the file.
const longest = 2000

// followed is an address of the web written as the format wants it, with what it does not allow escaped; empty for one that cannot be
// followed, or that would run something.
func followed(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	if b.Len() > longest {
		return ""
	}
	return b.String()
}
