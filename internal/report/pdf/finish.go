package pdf

import (
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"milieu/internal/report"
)

var nodeForm = regexp.MustCompile(`\(node\d{8}\)`)

// finish takes out what differs from one printing to the next, brings the structure into the form of the standard, and adds what the
// browser does not write: who made it, and the metadata that say what the file conforms to.
func finish(data []byte, d report.Document) ([]byte, error) {
	day, err := time.Parse(time.DateOnly, d.Date)
	if err != nil {
		day = time.Unix(0, 0).UTC() // a document without a date is older than all
	}
	data = slices.Clone(data)
	renumber(data)
	f, err := parse(data)
	if err != nil {
		return nil, err
	}
	if err := f.repair(); err != nil {
		return nil, err
	}
	if err := f.artifacts(); err != nil {
		return nil, err
	}
	stamp := day.Format("(D:20060102150405+00'00')")
	made := producer(f)
	f.objects[f.info] = fmt.Appendf(nil, "<</Title %s\n/Creator (Milieu)\n/Producer %s\n/CreationDate %s\n/ModDate %s>>", utf16String(d.Title), made, stamp, stamp)
	packet := xmp(d, day, strings.Trim(made, "()"))
	meta := f.add(fmt.Appendf(nil, "<</Type /Metadata\n/Subtype /XML\n/Length %d>>\nstream\n%s\nendstream", len(packet), packet))
	f.objects[f.root] = with(f.objects[f.root], "Metadata", fmt.Sprintf("%d 0 R", meta))
	sum := sha256.Sum256(f.bytes(""))
	return f.bytes(fmt.Sprintf("%X", sum[:16])), nil
}

// renumber gives the structure's ids numbers in their order, since the browser's count goes on from page to page. They are as long
// as before.
func renumber(data []byte) {
	found := nodeForm.FindAllIndex(data, -1)
	var ids []string
	for _, at := range found {
		ids = append(ids, string(data[at[0]:at[1]]))
	}
	order := slices.Compact(slices.Sorted(slices.Values(ids)))
	for k, at := range found {
		n, _ := slices.BinarySearch(order, ids[k])
		copy(data[at[0]:], fmt.Sprintf("(node%08d)", n+1))
	}
}

var producerForm = regexp.MustCompile(`/Producer (\([^()\\]*\))`)

// producer is the browser's name for what wrote the pages.
func producer(f file) string {
	if m := producerForm.FindSubmatch(f.objects[f.info]); m != nil {
		return string(m[1])
	}
	return "(Chromium)"
}

// utf16String is a text as a string of PDF.
func utf16String(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}

// xmp are the metadata: title, language, dates, and that the file follows PDF/UA-1 (ISO 14289-1).
func xmp(d report.Document, day time.Time, producer string) string {
	when := day.Format(time.RFC3339)
	return fmt.Sprintf(`<?xpacket begin="%s" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
<dc:identifier>%s</dc:identifier>
<xmp:CreatorTool>Milieu</xmp:CreatorTool><xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%s</xmp:ModifyDate><pdf:Producer>%s</pdf:Producer><pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`, "\ufeff", escape(d.Title), language, escape("release "+d.Release), when, when, escape(producer))
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes all
	return b.String()
}
