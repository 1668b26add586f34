package xlsx

import (
	"fmt"
	"strings"

	"milieu/internal/report"
)

// assumptions lists what was assumed.
func assumptions(d report.Document) report.Sheet {
	s := list(assumptionsName, "What was assumed", "Settings and assumed values in force when the document was made.", "What", "Value", "Reference")
	for _, a := range d.Assumptions {
		ref := report.WordsCell(a.Ref)
		ref.Link = page(d, a.Ref)
		s.Rows = append(s.Rows, []report.Cell{wrapped(a.Name), wrapped(a.Value), ref})
	}
	s.Widths = []float64{56, 56, 50}
	return s
}

// gaps lists what is not known.
func gaps(d report.Document) report.Sheet {
	s := list(gapsName, "What is not known", "Each gap with who owes it, where somebody is named, and what to do next.", "Part", "What is not known", "Who owes it", "What to do")
	for _, section := range d.Sections {
		for _, b := range section.Blocks {
			if b.Gap == nil {
				continue
			}
			owner := b.Gap.Owner
			if owner == "" {
				owner = "nobody is named"
			}
			s.Rows = append(s.Rows, []report.Cell{report.WordsCell(section.Title), wrapped(b.Gap.What), wrapped(owner), wrapped(b.Gap.Next)})
		}
	}
	s.Widths = []float64{20, 56, 30, 56}
	return s
}

// sources lists the sources with their licences.
func sources(d report.Document) report.Sheet {
	s := list(sourcesName, "Sources", "What the document was made from, with licences and the words that they ask for.", "Source", "Publisher", "Licence", "Attribution", "Retrieved", "Address", "Id")
	for _, n := range d.Sources {
		retrieved := n.Retrieved
		if retrieved == "" {
			retrieved = "not recorded"
		}
		url := report.WordsCell(n.URL)
		if strings.HasPrefix(n.URL, "http://") || strings.HasPrefix(n.URL, "https://") {
			url.Link = n.URL
		}
		s.Rows = append(s.Rows, []report.Cell{wrapped(n.Title), wrapped(n.Publisher), wrapped(n.Licence), wrapped(n.Attribution), report.WordsCell(retrieved), url, report.WordsCell(n.ID)})
	}
	s.Widths = []float64{50, 30, 30, 56, 13, 40, 24}
	return s
}

// readMe is the first sheet: what the workbook is, and what it holds.
func readMe(d report.Document, sheets []report.Sheet) report.Sheet {
	s := report.Sheet{Name: readName, Widths: []float64{34, 90}}
	line := func(name, words string) {
		if words != "" {
			s.Rows = append(s.Rows, []report.Cell{report.WordsCell(name).In(report.Result), wrapped(words)})
		}
	}
	s.Rows = append(s.Rows, []report.Cell{report.WordsCell(d.Title).In(report.Heading)})
	line("About", d.Subtitle)
	line("Owner", d.Owner)
	line("Status", d.Status)
	line("Release", strings.TrimSpace(d.Release+" of "+d.Date))
	if d.Address != "" {
		row := wrapped(d.Address + d.Path)
		row.Link = d.Address + d.Path
		s.Rows = append(s.Rows, []report.Cell{report.WordsCell("Page of the document").In(report.Result), row})
	}
	line("How to read it", "Numbers in tables are as printed in the document, with the ends of an interval in the columns beside. A figure leads to its row on the sheet Figures, that to its chain on the sheet Chains, and the reference to its page. “Not known” is never nought.")
	if len(d.Sheets) > 0 {
		line("How to recalculate", "Sheets of workings hold formulas. Cells on a yellow ground may be changed: all that rests on them follows. Tables of the document do not follow: they stay as they were published.")
	}
	s.Rows = append(s.Rows, nil, []report.Cell{report.WordsCell("Sheet").In(report.Header), report.WordsCell("What it holds").In(report.Header)})
	for _, sheet := range sheets {
		name := report.WordsCell(sheet.Name)
		name.Link = fmt.Sprintf("#%s!A1", quoted(sheet.Name))
		s.Rows = append(s.Rows, []report.Cell{name, wrapped(titleOf(sheet))})
	}
	return s
}

// titleOf is the heading of a sheet.
func titleOf(s report.Sheet) string {
	if len(s.Rows) == 0 || len(s.Rows[0]) == 0 {
		return ""
	}
	return s.Rows[0][0].Words
}
