package xlsx

import (
	"testing"

	"milieu/internal/report"
)

func TestPrintedFormat(t *testing.T) {
	for text, want := range map[string]report.CellFormat{
		"1,234": `#,##0;"−"#,##0`, "£1.2m": `"£"#,##0.0,,"m";"−""£"#,##0.0,,"m"`, "£12k": `"£"#,##0,"k";"−""£"#,##0,"k"`, "7.0 %": `#,##0.0" %";"−"#,##0.0" %"`,
	} {
		n, ok := report.ParseNumber(text)
		if got := printedFormat(n); !ok || got != want {
			t.Errorf("%s has the format %s, want %s", text, got, want)
		}
	}
}
