package interview

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/evidence"
	"milieu/internal/stat"
	"milieu/internal/store/storetest"
)

// coded makes codings of excerpts e0, e1, … by coders a and b, of codes as letters: "xy" is both, "" none, "-" not coded.
func coded(a, b []string) (excerpts []Excerpt, given map[string][]Coding) {
	given = map[string][]Coding{}
	for i := range a {
		id := fmt.Sprintf("e%02d", i)
		excerpts = append(excerpts, Excerpt{ID: id})
		for who, codes := range map[string]string{"a": a[i], "b": b[i]} {
			if codes == "-" {
				continue
			}
			set := strings.Split(codes, "")
			given[id] = append(given[id], Coding{Coder: who, First: set, Codes: set, Since: "2026-01-02"})
		}
	}
	return excerpts, given
}

// TestAgree: Krippendorff's example of two coders and ten articles, binary (Computing Krippendorff's alpha-reliability, 2011, A):
// alpha is 0.095. Cohen's kappa of the same table: observed 0.6, by chance 0.6 * 0.8 + 0.4 * 0.2 = 0.56, so (0.6 - 0.56) / 0.44 = 0.0909.
func TestAgree(t *testing.T) {
	a := []string{"", "x", "", "", "", "", "", "", "x", ""}
	b := []string{"x", "x", "x", "", "", "x", "", "", "", ""}
	book := []Code{{ID: "x", Label: "X", MadeAt: "2026-01-01"}, {ID: "y", Label: "Y", MadeAt: "2026-01-01"}}
	excerpts, given := coded(a, b)
	got, err := agree(excerpts, book, given)
	must(t, err)
	if len(got.Codes) != 1 || got.Excerpts != 10 || !cmp.Equal(got.Coders, []string{"a", "b"}) {
		t.Fatalf("%+v", got)
	}
	x := got.Codes[0]
	if math.Abs(x.Alpha.Value-0.0952380952) > 1e-9 || x.Given != 5 || x.All != 1 || x.Excerpts != 10 {
		t.Errorf("%+v", x)
	}
	if !x.Pair || math.Abs(x.Kappa.Value-0.04/0.44) > 1e-9 {
		t.Errorf("kappa %+v", x.Kappa)
	}
	if math.Abs(got.Together.Value-x.Alpha.Value) > 1e-12 || !(got.Together.Lo < got.Together.Value && got.Together.Value < got.Together.Hi) {
		t.Errorf("together %+v", got.Together)
	}
	if again, _ := agree(excerpts, book, given); again.Together != got.Together || again.Codes[0].Alpha != x.Alpha {
		t.Error("the same codings do not give the same agreement")
	}
}

// TestAgree_missing leaves out what a coder could not have given or did not judge.
func TestAgree_missing(t *testing.T) {
	excerpts, given := coded([]string{"x", "x", "-", "", "-"}, []string{"x", "-", "x", "x", "-"})
	book := []Code{{ID: "x", Label: "X", MadeAt: "2026-01-01"}}
	got, err := agree(excerpts, book, given)
	must(t, err)
	if got.Excerpts != 2 || got.Once != 2 || got.Uncoded != 1 || got.Codes[0].Excerpts != 2 || got.Codes[0].All != 1 {
		t.Errorf("%+v", got)
	}
	book[0].MadeAt = "2026-02-01" // after the codings
	if got, err = agree(excerpts, book, given); err != nil || len(got.Codes) != 0 || got.Together.Defined {
		t.Errorf("a code that was not there yet: %+v %v", got, err)
	}
	book[0].MadeAt, book[0].RetiredAt = "2026-01-01", "2026-01-01"
	if got, err = agree(excerpts, book, given); err != nil || len(got.Codes) != 0 {
		t.Errorf("a code that was retired: %+v %v", got, err)
	}
	if got, err = agree(nil, book, nil); err != nil || got.Enough() {
		t.Errorf("nothing coded: %+v %v", got, err)
	}
}

func TestVerdict(t *testing.T) {
	nan := math.NaN()
	for want, a := range map[string]stat.Agreement{
		"cannot be said": {Lo: nan, Hi: nan}, "too few excerpts": {Defined: true, Lo: nan, Hi: nan}, "relied on": {Defined: true, Lo: 0.81, Hi: 1},
		"tentative": {Defined: true, Lo: 0.7, Hi: 0.9}, "too low": {Defined: true, Lo: 0, Hi: 0.6}, "not clear": {Defined: true, Lo: 0.2, Hi: 0.9},
	} {
		if got := Verdict(a); !strings.Contains(got, want) {
			t.Errorf("%+v: %q, want %q", a, got, want)
		}
	}
}

// TestExplainers explains each figure without a word of what was said, and refuses what is none.
func TestExplainers(t *testing.T) {
	w := newWorld(t, storetest.Open(t), "amid")
	i := w.kept("k1")
	must(t, w.StartCodes(ctx, w.ed))
	book, err := w.Codes(ctx, w.ed)
	must(t, err)
	for k := range 3 {
		id, err := w.AddExcerpt(ctx, w.ed, i.ID, fmt.Sprint(secretWords, k), Named)
		must(t, err)
		must(t, w.Code(ctx, w.ed, id, []string{book[k%2].ID}))
		must(t, w.Code(ctx, w.ed2, id, []string{book[0].ID}))
	}
	all := w.Explainers()
	for _, ref := range []string{AgreementRef, CodeRef(book[0].ID), CodedRef(book[0].ID), InterviewsRef, ExcerptsRef} {
		c, err := all.Explain(ctx, nil, ref)
		if err != nil || c.Title == "" || c.Value == "" || c.How == "" {
			t.Errorf("%s: %+v %v", ref, c, err)
		}
		if text := fmt.Sprintf("%+v", c); strings.Contains(text, "bypass") || strings.Contains(text, "Acme") || strings.Contains(text, "ed-amid") {
			t.Errorf("%s says who said what: %s", ref, text)
		}
	}
	for _, ref := range []string{"agreement/none", "agreement", "coded/none", "coded", "interviews/none", "agreement/a/b"} {
		if _, err := all.Explain(ctx, nil, ref); err == nil {
			t.Errorf("%s is explained", ref)
		}
	}
	var _ evidence.Explainers = all
}
