package docx

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// orders are the sequences in which the schema of WordprocessingML (ISO/IEC 29500-1, transitional) wants the children of an element. Word
// offers to repair a file that does not keep to them; LibreOffice reads it all the same. Only what this package writes is listed.
var orders = map[string]string{
	"pPr":        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens spacing ind contextualSpacing jc outlineLvl rPr sectPr",
	"rPr":        "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing w kern position sz szCs highlight u shd vertAlign lang",
	"tblPr":      "tblStyle tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
	"tblBorders": "top left bottom right insideH insideV",
	"tblCellMar": "top left bottom right",
	"tbl":        "bookmarkStart tblPr tblGrid tr",
	"tr":         "trPr tc",
	"tc":         "tcPr p",
	"tcPr":       "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
	"tcBorders":  "top left bottom right",
	"sectPr":     "headerReference footerReference type pgSz pgMar cols titlePg",
	"style":      "name basedOn next link uiPriority semiHidden unhideWhenUsed qFormat pPr rPr tblPr trPr tcPr tblStylePr",
	"tblStylePr": "pPr rPr tblPr trPr tcPr",
	"styles":     "docDefaults latentStyles style",
	"lvl":        "start numFmt pStyle suff lvlText lvlJc pPr rPr",
	"numbering":  "abstractNum num",
	"num":        "abstractNumId lvlOverride",
	"settings":   "zoom defaultTabStop characterSpacingControl compat themeFontLang decimalSymbol listSeparator",
	"inline":     "extent effectExtent docPr cNvGraphicFramePr graphic",
	"pic":        "nvPicPr blipFill spPr",
	"sdt":        "sdtPr sdtContent",
	"pBdr":       "top left bottom right between",
	"p":          "pPr r hyperlink bookmarkStart bookmarkEnd", // pPr comes first, the others in any order
}

var anyOrder = map[string]bool{"p": true}

// TestWrite_order holds all parts against the sequences of the schema.
func TestWrite_order(t *testing.T) {
	for name, d := range documents() {
		for file, content := range unpacked(t, written(t, d, Options{Raster: plain})) {
			if strings.HasPrefix(file, "word/") && strings.HasSuffix(file, ".xml") {
				for _, fault := range outOfOrder(t, content) {
					t.Errorf("%s: %s: %s", name, file, fault)
				}
			}
		}
	}
}

// outOfOrder tells the children that stand where the schema does not want them, each kind once.
func outOfOrder(t *testing.T, part string) []string {
	t.Helper()
	type open struct {
		name string
		last int
	}
	var stack []open
	var out []string
	in := xml.NewDecoder(strings.NewReader(part))
	for {
		tok, err := in.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if len(stack) > 0 {
				parent := &stack[len(stack)-1]
				if order, ok := orders[parent.name]; ok {
					at := slices.Index(strings.Fields(order), e.Name.Local)
					wrong := at < 0 || at < parent.last
					if anyOrder[parent.name] {
						wrong = at < 0 || at == 0 && parent.last >= 0
					}
					if fault := e.Name.Local + " stands wrongly in " + parent.name; wrong && !slices.Contains(out, fault) {
						out = append(out, fault)
					}
					parent.last = at
				}
			}
			stack = append(stack, open{e.Name.Local, -1})
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

// The test of the order finds what it is there for.
func TestOutOfOrder(t *testing.T) {
	if got := outOfOrder(t, `<rPr><color/><b/></rPr>`); !slices.Equal(got, []string{"b stands wrongly in rPr"}) {
		t.Errorf("%q", got)
	}
}
