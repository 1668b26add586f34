package xlsx

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"milieu/internal/report"
)

// look is all of a cell that is not what it says.
type look struct {
	format report.CellFormat
	style  report.CellStyle
	wrap   bool
	link   bool
	right  bool
}

func lookOf(c report.Cell) look {
	return look{format: c.Format, style: c.Style, wrap: c.Wrap, link: c.Link != "" && c.Style != report.Header, right: c.Is != report.IsWords}
}

// codes are the formats as number format codes.
var codes = map[report.CellFormat]string{
	report.General:    "",
	report.Whole:      "#,##0",
	report.Tenths:     "#,##0.0",
	report.Hundredths: "#,##0.00",
	report.Pounds:     `"£"#,##0;"−£"#,##0`,
	report.Pence:      `"£"#,##0.00;"−£"#,##0.00`,
	report.Percent:    "0.0%",
	report.Factor:     "0.000000",
	report.Plain:      "0",
}

// printedFormat shows a number as it was printed in the document.
func printedFormat(n report.Number) report.CellFormat {
	digits := "#,##0"
	if n.Decimals > 0 {
		digits += "." + strings.Repeat("0", n.Decimals)
	}
	for s := n.Scale; s >= 1000; s /= 1000 {
		digits += ","
	}
	suffix := n.Suffix
	if len(suffix) > 2 {
		suffix = " " + suffix
	}
	rest := strings.TrimSpace(strings.TrimPrefix(n.Unit, n.Currency))
	if rest != "" {
		suffix += " " + rest
	}
	if suffix != "" {
		digits += `"` + strings.ReplaceAll(suffix, `"`, "") + `"`
	}
	if n.Currency != "" {
		digits = `"` + n.Currency + `"` + digits
	}
	return report.CellFormat(digits + `;"−"` + digits)
}

// Colours: those of the pages, on white.
const (
	ink    = "16202A"
	faint  = "51606E"
	accent = "0B5F73"
	line   = "CFCCC4"
	shade  = "EEF3F4"
	yellow = "FFF6CC"
)

// style makes a style of the workbook once for each look.
func (b *book) style(l look) (int, error) {
	if id, ok := b.styles[l]; ok {
		return id, nil
	}
	s := excelize.Style{Font: &excelize.Font{Color: ink, Family: "Calibri", Size: 11}, Alignment: &excelize.Alignment{Vertical: "top", WrapText: l.wrap}}
	if code, named := codes[l.format]; named && code != "" {
		s.CustomNumFmt = &code
	} else if !named {
		code := string(l.format)
		s.CustomNumFmt = &code
	}
	if l.right {
		s.Alignment.Horizontal, s.Alignment.Indent = "right", 1
	}
	if l.link {
		s.Font.Color = accent
		if !l.right {
			s.Font.Underline = "single"
		}
	}
	dress(&s, l.style)
	id, err := b.f.NewStyle(&s)
	if err == nil {
		b.styles[l] = id
	}
	return id, err
}

// dress gives a style what its purpose asks for.
func dress(s *excelize.Style, style report.CellStyle) {
	border := func(sides ...string) {
		for _, side := range sides {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: line, Style: 1})
		}
	}
	fill := func(colour string) { s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}} }
	switch style {
	case report.Heading:
		s.Font.Bold, s.Font.Size, s.Font.Color = true, 14, accent
	case report.Header:
		s.Font.Bold, s.Alignment.WrapText = true, true
		fill(shade)
		border("bottom")
	case report.Input:
		fill(yellow)
		border("left", "right", "top", "bottom")
	case report.Result:
		s.Font.Bold = true
	case report.Total:
		s.Font.Bold = true
		border("top")
	case report.Remark:
		s.Font.Color = faint
	}
}
