package report

// Sheet is a grid of a workbook that goes with a document, such as the workings behind a table. It is plain values and knows no
// file format. What its cells say is not part of the document's text.
type Sheet struct {
	Name   string    // of the tab; formulas of other sheets name it. At most 31 characters, none of []:*?/\ and no apostrophe
	Widths []float64 // of the columns in characters; those not given are as wide as usual
	Head   int       // rows at the top that stay in sight
	Rows   [][]Cell
}

// CellFormat says how the number of a cell is shown. It never changes the number.
type CellFormat string

// The formats. General shows as many digits as there are.
const (
	General    CellFormat = ""
	Whole      CellFormat = "whole"      // 1,235
	Tenths     CellFormat = "tenths"     // 1,234.6
	Hundredths CellFormat = "hundredths" // 1,234.57
	Pounds     CellFormat = "pounds"     // £1,235
	Pence      CellFormat = "pence"      // £1,234.57
	Percent    CellFormat = "percent"    // 12.3%, of 0.123
	Factor     CellFormat = "factor"     // 0.123457
	Plain      CellFormat = "plain"      // 2026, such as a year
)

// CellStyle says what a cell is there for.
type CellStyle string

// The styles.
const (
	Body    CellStyle = ""
	Heading CellStyle = "heading" // of the sheet, or of a part of it
	Header  CellStyle = "header"  // of columns
	Input   CellStyle = "input"   // may be changed; the workbook recalculates
	Result  CellStyle = "result"  // what the sheet comes to
	Total   CellStyle = "total"
	Remark  CellStyle = "remark" // small print
)

// Cell is empty, words, a number or a formula.
type Cell struct {
	Words   string     `json:",omitempty"`
	Number  float64    `json:",omitempty"` // where IsNumber, and what Formula comes to now, so that programs that do not reckon show it too
	Is      CellKind   `json:",omitempty"`
	Formula string     `json:",omitempty"` // without the sign of equality, in the form of Office Open XML: English names, commas
	Format  CellFormat `json:",omitempty"`
	Style   CellStyle  `json:",omitempty"`
	Name    string     `json:",omitempty"` // by which formulas may call the cell; unique in the workbook
	Link    string     `json:",omitempty"` // an address, or #Sheet!A1
	Ref     string     `json:",omitempty"` // a reference: it leads to its page where the document has a site
	Wrap    bool       `json:",omitempty"` // long words run over several lines
}

// CellKind is what a cell holds.
type CellKind string

// The kinds.
const (
	IsWords   CellKind = ""
	IsNumber  CellKind = "number"
	IsFormula CellKind = "formula"
)

// WordsCell is a cell of words.
func WordsCell(words string) Cell { return Cell{Words: words} }

// NumberCell is a cell of a number.
func NumberCell(v float64, f CellFormat) Cell { return Cell{Is: IsNumber, Number: v, Format: f} }

// FormulaCell is a cell that is reckoned, with what it comes to now.
func FormulaCell(formula string, now float64, f CellFormat) Cell {
	return Cell{Is: IsFormula, Formula: formula, Number: now, Format: f}
}

// In is the cell in a style.
func (c Cell) In(s CellStyle) Cell { c.Style = s; return c }

// Called is the cell with a name.
func (c Cell) Called(name string) Cell { c.Name = name; return c }
