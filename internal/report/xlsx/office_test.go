package xlsx

import (
	"testing"

	"milieu/internal/report/xlsx/xlsxtest"
)

// LibreOffice opens the workbook without repair, shows numbers as they were printed, and reckons formulas.
func TestWrite_office(t *testing.T) {
	_, data := written(t, document())
	sheets := xlsxtest.Open(t, true, data)[0]
	for _, c := range []struct {
		sheet    string
		row, col int
		want     string
	}{
		{"Options", 4, 2, "£1.2m"}, {"Options", 4, 3, "1,200"}, {"Options", 4, 4, "900"}, {"Options", 5, 3, "about 7.0 (6.4–7.6) jobs"}, {"Options", 6, 2, "£1.2m"},
		{"Options chart", 4, 2, "£1.2m"}, {"Workings", 3, 2, "7.0%"}, {"Figures", 4, 6, "120000"}, {"Chains", 6, 14, "7"}, {"Gaps", 4, 3, "The board"},
	} {
		if got := sheets.Cell(c.sheet, c.row, c.col); got != c.want {
			t.Errorf("row %d, column %d of %q shows %q, want %q", c.row, c.col, c.sheet, got, c.want)
		}
	}
}
