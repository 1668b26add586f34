package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milieu/internal/chart"
)

func TestFigure_Number(t *testing.T) {
	for _, c := range []struct {
		f    Figure
		want Number
	}{
		{Figure{Text: "7.0", Range: "6.4–7.6"}, Number{Value: 7, HasRange: true, Low: 6.4, High: 7.6, Decimals: 1, Scale: 1}},
		{Figure{Text: "1,234"}, Number{Value: 1234, Scale: 1}},
		{Figure{Text: "£1.2m", Range: "£900k–£1.4m"}, Number{Value: 1_200_000, HasRange: true, Low: 900_000, High: 1_400_000, Unit: "£", Currency: "£", Decimals: 1, Scale: 1e6, Suffix: "m"}},
		{Figure{Text: "−£83.1m"}, Number{Value: -83_100_000, Unit: "£", Currency: "£", Decimals: 1, Scale: 1e6, Suffix: "m"}},
		{Figure{Text: "−5", Range: "−7 to −3"}, Number{Value: -5, HasRange: true, Low: -7, High: -3, Scale: 1}},
		{Figure{Text: "12.5", Unit: "%"}, Number{Value: 12.5, Unit: "%", Decimals: 1, Scale: 1}},
		{Figure{Text: "12.5%"}, Number{Value: 12.5, Unit: "%", Decimals: 1, Scale: 1}},
		{Figure{Text: "£18k a job"}, Number{Value: 18_000, Unit: "£ a job", Currency: "£", Scale: 1e3, Suffix: "k"}},
		{Figure{Text: "2.3 million"}, Number{Value: 2_300_000, Decimals: 1, Scale: 1e6, Suffix: "million"}},
		{Figure{Text: "4", Range: "−3–5"}, Number{Value: 4, HasRange: true, Low: -3, High: 5, Scale: 1}},
	} {
		got, ok := c.f.Number()
		if !ok {
			t.Errorf("%q is no number", c.f.Text)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q: %s", c.f.Text, d)
		}
	}
	for _, f := range []Figure{{Text: "not known"}, {Text: "2021", Words: true}, {Text: ""}, {Text: "1 of 3"}, {Text: "£1.2m–£1.4m"}, {Text: "12-13"}, {Text: "1,23"}} {
		if n, ok := f.Number(); ok {
			t.Errorf("%q is read as %v", f.Text, n)
		}
	}
}

// What the kernels print is read back as what was printed.
func TestFigure_Number_prints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.IntRange(0, 4).Draw(t, "decimals")
		v := rapid.Float64Range(-1e7, 1e7).Draw(t, "value")
		n, ok := NumberFigure(v, v-1, v+1, decimals, "x").Number()
		if !ok || chart.Number(n.Value, decimals) != chart.Number(v, decimals) || !n.HasRange {
			t.Fatalf("%v to %d decimals is read as %v", v, decimals, n)
		}
		pence := rapid.Int64Range(-1e15, 1e15).Draw(t, "pence")
		f := MoneyFigure(pence, "x")
		n, ok = f.Number()
		if !ok || chart.Money(int64(n.Value*100)) != f.Text {
			t.Fatalf("%s is read as %v", f.Text, n)
		}
	})
}

func TestNumbers(t *testing.T) {
	if d := cmp.Diff([]string{"1234.5", "7", "6.4", "7.6", "2021"}, Numbers("£1,234.5m, −7 (6.4–7.6) in 2021")); d != "" {
		t.Error(d)
	}
}
