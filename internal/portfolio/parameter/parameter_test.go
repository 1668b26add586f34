package parameter

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"milieu/internal/cash"
	"milieu/internal/evidence"
)

const day = "2026-11-27"

func shipped(t *testing.T) Set {
	t.Helper()
	s, err := Shipped(day)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShipped(t *testing.T) {
	s := shipped(t)
	if len(s.All()) < 80 {
		t.Errorf("%d parameters", len(s.All()))
	}
	for _, p := range s.Stale() {
		t.Errorf("%s is overdue on %s", p.ID, day)
	}
	for _, p := range s.All() {
		if p.Says() == "" || p.Ours || p.Line == 0 || p.Chain(day).How == "" {
			t.Errorf("%s: says %q, line %d", p.ID, p.Says(), p.Line)
		}
	}
	late, err := Shipped("2040-01-01")
	if err != nil || len(late.Stale()) != len(late.All()) {
		t.Errorf("in 2040 %d of %d are overdue, %v", len(late.Stale()), len(late.All()), err)
	}
}

// Factors as published: METHODS section 13.
func TestSchedule(t *testing.T) {
	s := shipped(t)
	for _, c := range []struct {
		name string
		year int
		want float64
	}{
		{"", 30, 0.356278}, {"green-book", 125, 0.027411}, {" green-book ", 31, 0.345901}, {"green-book-health", 1, 1 / 1.015}, {"green-book-health", 31, math.Pow(1.015, -30) / 1.0129},
		{"green-book-2026-sensitivity", 76, 0.128757}, {"0.035", 40, math.Pow(1.035, -40)}, {"3.5%", 40, math.Pow(1.035, -40)}, {"3.5 %", 1, 1 / 1.035}, {"0", 9, 1}, {"0.0123456", 1, 1 / 1.0123456},
	} {
		got, p, err := s.Schedule(c.name)
		if err != nil || p.ID == "" {
			t.Errorf("%q: %v", c.name, err)
			continue
		}
		if f := got.Factor(c.year); math.Abs(f-c.want) > 5e-7 {
			t.Errorf("%q: factor of year %d is %v, want %v", c.name, c.year, f, c.want)
		}
	}
	for _, name := range []string{"3.5", "green", "-0.01", "100%", "NaN", "inf", "0x1p-4", "1e400", "default", "%"} {
		if _, _, err := s.Schedule(name); err == nil {
			t.Errorf("%q is taken for a schedule", name)
		}
	}
}

func TestShare(t *testing.T) {
	for text, want := range map[string]float64{"0.25": 0.25, "25%": 0.25, " 25 % ": 0.25, ".3": 0.3, "30%": 0.3, "0": 0, "-0": 0, "1e-1": 0.1, "200%": 2, "33.3%": 0.333} {
		if got, err := Share(text); err != nil || got != want || math.Signbit(got) {
			t.Errorf("Share(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "x", "-0.1", "%", "NaN", "Inf", "0x1", "1_0", "--1"} {
		if got, err := Share(text); err == nil {
			t.Errorf("Share(%q) = %v", text, got)
		}
	}
}

func TestLookups(t *testing.T) {
	s := shipped(t)
	if b, _, ok := s.Bias("standard-building", "capital"); !ok || b != (cash.Bias{Upper: 0.24, Lower: 0.02}) {
		t.Errorf("bias %v, %v", b, ok)
	}
	if b, p, ok := s.Bias("", "capital"); ok || b.Upper != 0.66 || p.ID != "bias/non-standard-civil/capital" {
		t.Errorf("bias of no asset: %v, %v", b, ok)
	}
	if b, _, ok := s.Bias("none", "capital"); !ok || b.Upper != 0 {
		t.Errorf("bias of an outturn: %v, %v", b, ok)
	}
	local, err := s.Additionality("business support", Local)
	if err != nil || local.Displacement.ID != "default/business-support/displacement" || *local.Multiplier.Value != 1.1 {
		t.Errorf("local %v, %v", local.Displacement.ID, err)
	}
	national, err := s.Additionality("business support", National)
	if err != nil || national.Displacement.ID != "default/any/displacement-national" || *national.Multiplier.Value != 1 {
		t.Errorf("national %v, %v", national.Displacement.ID, err)
	}
	if national.Cash().Factor() >= local.Cash().Factor() {
		t.Error("more is additional to the country than to the place")
	}
	if _, err := s.Additionality("x", "street"); err == nil {
		t.Error("a level that there is not is taken")
	}
	if p, ps := mustPersist(s, "R&D facility"); p.Full != 10 || ps[0].ID != "persistence/r-d-facility/delay" {
		t.Errorf("persistence %+v", p)
	}
	if p, ps := mustPersist(s, "something new"); p.Full != 5 || ps[2].ID != "persistence/any/full" {
		t.Errorf("persistence %+v", p)
	}
	if p, ok := s.Worth("jobs", National); !ok || p.Value != nil || p.None == "" {
		t.Errorf("a job is worth %v to the country", p.Value)
	}
	x, p := s.Deflator()
	if f, assumed, err := x.Real(2020, 2024); err != nil || assumed || math.Abs(f-100/85.2137) > 1e-9 || p.ID == "" {
		t.Errorf("deflator %v %v %v", f, assumed, err)
	}
	if f, assumed, err := x.Real(2024, 2026); err != nil || !assumed || math.Abs(f-1.0404) > 1e-9 {
		t.Errorf("deflator ahead %v %v %v", f, assumed, err)
	}
}

func mustPersist(s Set, category string) (cash.Persistence, []Parameter) {
	return s.Persistence(category)
}

func TestRate(t *testing.T) {
	s := shipped(t)
	dft := s.Ratings("dft")
	if len(dft) != 1 {
		t.Fatalf("%d ratings", len(dft))
	}
	for bcr, want := range map[float64]string{-1: "very poor", 0.99: "poor", 1: "low", 1.5: "medium", 2: "high", 4: "very high"} {
		if got := dft[0].Rate(bcr); got != want {
			t.Errorf("a ratio of %v is %q, want %q", bcr, got, want)
		}
	}
	if got := len(s.Ratings("mhclg")); got != 2 {
		t.Errorf("%d ratings of MHCLG", got)
	}
	if got := len(s.Ratings("")); got != 3 {
		t.Errorf("%d ratings", got)
	}
}

func TestAssume(t *testing.T) {
	s := shipped(t)
	const id = "default/any/displacement"
	changed, err := s.Assume(id, "40%")
	if err != nil {
		t.Fatal(err)
	}
	if low, v, high, _ := changed.Range(id); low != 0.4 || v != 0.4 || high != 0.4 {
		t.Errorf("changed to %v (%v, %v)", v, low, high)
	}
	if v, _ := s.Number(id); v != 0.25 {
		t.Errorf("the set itself has changed to %v", v)
	}
	if p, _ := changed.Get(id); p.Changed != "25 % (0 % to 50 %)" {
		t.Errorf("was %q", p.Changed)
	}
	if s.Hash() == changed.Hash() {
		t.Error("the hash is the same")
	}
	if again, err := changed.Assume(id, "0.5"); err != nil || again.all[0].ID != s.all[0].ID {
		t.Error(err)
	} else if p, _ := again.Get(id); p.Changed != "25 % (0 % to 50 %)" {
		t.Errorf("changed twice, was %q", p.Changed)
	}
	if valued, err := s.Assume("worth/jobs/national", "£12,000"); err != nil {
		t.Error(err)
	} else if v, ok := valued.Number("worth/jobs/national"); !ok || v != 12000 {
		t.Errorf("a job is worth %v", v)
	}
	for name, value := range map[string]string{id: "1.2", "discount/default": "green", "discount/green-book": "0.03", "no/such": "1", "default/any/leakage": "half", "worth/gva/local": "NaN", "price/inflation": "1e16"} {
		if _, err := s.Assume(name, value); err == nil {
			t.Errorf("%s may be %s", name, value)
		}
	}
	flat, err := s.Assume(DefaultSchedule, "5%")
	if err != nil {
		t.Fatal(err)
	}
	if sch, _, err := flat.Schedule(""); err != nil || math.Abs(sch.Factor(1)-1/1.05) > 1e-12 {
		t.Errorf("rate of five percent: %v", err)
	}
}

func workspace(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, Folder), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, Folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const own = `owner = "Ana"
review_by = "2026-06-01"
reference = "Our own evaluation"

[[parameter]]
id = "default/any/displacement"
value = 0.4
low = 0.3
high = 0.5
in_force = "2026-01-01"

[[parameter]]
id = "default/any/displacement"
value = 0.6
in_force = "2026-12-01"

[[parameter]]
id = "ours/travel-to-work"
name = "Share of workers from outside"
value = 0.3
unit = "share"
in_force = "2030-01-01"
`

func TestLoad(t *testing.T) {
	dir := workspace(t, map[string]string{"a.toml": own, "notes.txt": "no parameters"})
	s, err := Load(dir, day)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := s.Get("default/any/displacement")
	if *p.Value != 0.4 || p.Name != "Displacement within the area, any category" || p.Unit != "share" || !p.Ours || p.File != "parameters/a.toml" || p.Line != 5 || p.Assumed {
		t.Errorf("%+v", p)
	}
	if stale := s.Stale(); len(stale) != 2 || stale[0].ID != p.ID {
		t.Errorf("%d overdue", len(stale))
	}
	if _, ok := s.Get("ours/travel-to-work"); !ok {
		t.Error("a parameter that will hold is left out before the first day")
	}
	later, err := Load(dir, "2026-12-01")
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := later.Number("default/any/displacement"); v != 0.6 {
		t.Errorf("from its day on: %v", v)
	}
	empty, err := Load(t.TempDir(), day)
	if err != nil || empty.Hash() != shipped(t).Hash() {
		t.Errorf("a workspace without parameters differs: %v", err)
	}
}

func TestLoad_says(t *testing.T) {
	const head = "owner = \"A\"\nreview_by = \"2027-01-01\"\nreference = \"R\"\nin_force = \"2026-01-01\"\n\n[[parameter]]\nid = \"x/y\"\nname = \"N\"\n"
	for _, c := range []struct{ text, want string }{
		{head + "value = 2.0\nunit = \"share\"\n", "parameters/a.toml:6: x/y: is a share"},
		{head + "value = 1.0\nlow = 2.0\n", "not in this order"},
		{head, "has no value"},
		{head + "value = 1.0\nnone = \"x\"\n", "keep one of the two"},
		{head + "valeu = 1.0\n", `parameters/a.toml:9: "valeu" is no field`},
		{head + "value = \"much\"\n", "parameters/a.toml:9: "},
		{head + "value = \n", "parameters/a.toml:9: "},
		{head + "value = nan\n", "no finite number"},
		{head + "kind = \"schedule\"\n", "has no bands"},
		{head + "kind = \"schedule\"\nbands = [{from = 5, bp = 350}]\n", "must begin at year 0"},
		{head + "kind = \"schedule\"\nbands = [{from = 0, bp = 35000}]\n", "rate from 0 to 9999"},
		{head + "kind = \"index\"\nlevels = [{year = 2020, level = 0.0}]\n", "not above 0"},
		{head + "kind = \"rating\"\nbands = [{from = 2.0, name = \"high\"}, {from = 1.0, name = \"low\"}]\n", "not in order"},
		{head + "kind = \"colour\"\n", "none of number"},
		{head + "kind = \"text\"\n", "has no text"},
		{head + "value = 1.0\nin_force = \"soon\"\n", "write the day as"},
		{head + "value = 1.0\nassumed = true\n", "without a reason"},
		{head + "value = 1.0\nurl = \"javascript:alert(1)\"\n", "does not begin with https"},
		{strings.Replace(head, "owner = \"A\"", "", 1) + "value = 1.0\n", "has no owner"},
		{strings.Replace(head, "x/y", "X", 1) + "value = 1.0\n", "is not written as group/name"},
		{head + "value = 1.0\n[[parameter]]\nid = \"x/y\"\nname = \"N\"\nvalue = 2.0\n", "parameters/a.toml:10: x/y stands in parameters/a.toml:6 already"},
	} {
		_, err := Load(workspace(t, map[string]string{"a.toml": c.text}), day)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q, of:\n%s", err, c.want, c.text)
		}
	}
}

func TestExplainers(t *testing.T) {
	explain := Explainers(func() (Set, error) { return Shipped(day) })
	c, err := explain.Explain(t.Context(), nil, Ref("discount/green-book"))
	if err != nil || !strings.HasPrefix(c.Value, "3.5 % to year 30, 3 % to year 75") || !strings.Contains(c.How, "Owner: Milieu team") {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := explain.Explain(t.Context(), nil, "parameter/no/such"); !errors.Is(err, evidence.ErrNoFigure) {
		t.Error(err)
	}
	if _, err := explain.Explain(t.Context(), nil, "parameter"); err == nil {
		t.Error("a reference without an id is explained")
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{"R&D facility": "r-d-facility", "business support": "business-support", " Café! ": "caf", "": "", "a--b": "a-b"} {
		if got := Slug(in); got != want {
			t.Errorf("Slug(%q) = %q", in, got)
		}
	}
}

// The default levels are levels of the ready reckoner, or say that they are not.
func TestDefaults_areLevels(t *testing.T) {
	s := shipped(t)
	for _, factor := range []string{"leakage", "displacement"} {
		var levels []float64
		for _, p := range s.All() {
			if strings.HasPrefix(p.ID, "additionality/"+factor+"/") {
				levels = append(levels, *p.Value)
			}
		}
		for _, p := range s.All() {
			if p.Group() == "default" && strings.Contains(p.ID, "/"+factor) && !slices.Contains(levels, *p.Value) {
				t.Errorf("%s is %v, which is no level of %v", p.ID, *p.Value, levels)
			}
		}
	}
}

// A day may be written as TOML writes days, without quotes.
func TestLoad_tomlDays(t *testing.T) {
	s, err := Load(workspace(t, map[string]string{"a.toml": strings.Replace(strings.ReplaceAll(own, `"2026-01-01"`, "2026-01-01"), `"2026-06-01"`, "2026-06-01", 1)}), day)
	p, ok := s.Get("default/any/displacement")
	if err != nil || !ok || p.From != "2026-01-01" || p.ReviewBy != "2026-06-01" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := Load(workspace(t, map[string]string{"a.toml": strings.Replace(own, `"2026-06-01"`, "20260601", 1)}), day); err == nil {
		t.Error("a number is taken for a day")
	}
}
