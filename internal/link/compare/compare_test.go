package compare

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 5e-5 {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// TestJaro: the pairs of Winkler, "Overview of record linkage and current research
// directions" (2006), table 6, and closed forms.
func TestJaro(t *testing.T) {
	tests := []struct {
		a, b     string
		jaro, jw float64
	}{
		{"shackleford", "shackelford", 0.9697, 0.9818},
		{"dunningham", "cunnigham", 0.8963, 0.8963},
		{"nichleson", "nichulson", 0.9259, 0.9556},
		{"jones", "johnson", 0.7905, 0.8324},
		{"massey", "massie", 0.8889, 0.9333},
		{"martha", "marhta", 0.9444, 0.9611},
		{"dixon", "dicksonx", 0.7667, 0.8133},
		{"same", "same", 1, 1},
		{"abc", "xyz", 0, 0},
		{"", "abc", 0, 0},
		{"a", "a", 1, 1},
	}
	for _, test := range tests {
		near(t, "jaro "+test.a+" "+test.b, Jaro([]byte(test.a), []byte(test.b)), test.jaro)
		near(t, "jaro-winkler "+test.a+" "+test.b, JaroWinkler([]byte(test.a), []byte(test.b)), test.jw)
	}
}

func TestEdits(t *testing.T) {
	tests := []struct {
		a, b     string
		lev, dam int
	}{
		{"kitten", "sitting", 3, 3}, {"ab", "ba", 2, 1}, {"ca", "abc", 3, 3}, {"", "abc", 3, 3}, {"19710624", "19710642", 2, 1}, {"same", "same", 0, 0}, {"smith", "simth", 2, 1},
	}
	for _, test := range tests {
		if got := Levenshtein([]byte(test.a), []byte(test.b)); got != test.lev {
			t.Errorf("levenshtein %s %s = %d, want %d", test.a, test.b, got, test.lev)
		}
		if got := Damerau([]byte(test.a), []byte(test.b)); got != test.dam {
			t.Errorf("damerau %s %s = %d, want %d", test.a, test.b, got, test.dam)
		}
	}
}

// plainEdits is the recursion that defines the distances.
func plainEdits(a, b string, swaps bool) int {
	if a == "" || b == "" {
		return len(a) + len(b)
	}
	d := plainEdits(a[1:], b[1:], swaps)
	if a[0] != b[0] {
		d = min(d, plainEdits(a[1:], b, swaps), plainEdits(a, b[1:], swaps)) + 1
		if swaps && len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
			d = min(d, plainEdits(a[2:], b[2:], swaps)+1)
		}
	}
	return d
}

func TestMeasures_properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[abc]{0,6}`).Draw(t, "a"), rapid.StringMatching(`[abc]{0,6}`).Draw(t, "b")
		x, y := []byte(a), []byte(b)
		if Levenshtein(x, y) != plainEdits(a, b, false) || Damerau(x, y) != plainEdits(a, b, true) {
			t.Fatalf("edits of %q and %q: %d %d, want %d %d", a, b, Levenshtein(x, y), Damerau(x, y), plainEdits(a, b, false), plainEdits(a, b, true))
		}
		for _, f := range []func(a, b []byte) float64{Jaro, JaroWinkler} {
			v := f(x, y)
			if v != f(y, x) || v < 0 || v > 1 || (v == 1) != (a == b && a != "") {
				t.Fatalf("likeness of %q and %q is %v, of the other way %v", a, b, v, f(y, x))
			}
		}
	})
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"  Müller & Söhne GmbH ": "muller sohne gmbh", "O'Brien": "obrien", "Łódź": "lodz", "Straße": "strasse", "A.B. (C)": "a b c", "Ωmega": "ωmega", "ÉCOLE—de": "ecole de", "": "",
	} {
		if got := string(Fold(nil, []byte(in))); got != want {
			t.Errorf("fold %q = %q, want %q", in, got, want)
		}
	}
}

func TestCompanyNumber(t *testing.T) {
	for in, want := range map[string]string{"1234567": "01234567", "01234567": "01234567", "sc12345": "SC012345", "SC012345": "SC012345", " 99 ": "00000099", "OC300001": "OC300001",
		"": "", "GB-COH-1": "GBCOH1", "123456789": "123456789"} {
		if got := string(CompanyNumber(nil, []byte(in))); got != want {
			t.Errorf("%q = %q, want %q", in, got, want)
		}
	}
}

// TestSoundex: the examples of the United States National Archives.
func TestSoundex(t *testing.T) {
	for in, want := range map[string]string{"washington": "W252", "lee": "L000", "gutierrez": "G362", "pfister": "P236", "jackson": "J250", "tymczak": "T522", "vandeusen": "V532", "ashcraft": "A261", "Robert": "R163"} {
		got := string(Soundex(nil, []byte(in)))
		if got != want[:0]+string(want[0]|0x20)+want[1:] {
			t.Errorf("%s = %s, want %s", in, got, want)
		}
	}
}

func TestSound(t *testing.T) {
	for _, p := range [][2]string{{"stephen", "steven"}, {"philip", "filip"}, {"catherine", "kathryn"}, {"knight", "nite"}, {"shaun", "sean"}} {
		if a, b := Sound(nil, []byte(p[0])), Sound(nil, []byte(p[1])); string(a) != string(b) {
			t.Errorf("%s sounds as %s, %s as %s", p[0], a, p[1], b)
		}
	}
	if string(Sound(nil, []byte("smith"))) == string(Sound(nil, []byte("jones"))) {
		t.Error("smith sounds as jones")
	}
}

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{"1971-06-24": "19710624", "19710624": "19710624", "24/06/1971": "19710624", "4.6.1971": "19710604", "1971-6-4": "19710604", "19711399": "19711399", "June": "", "1971": "", "1-2-3-4": ""} {
		d, ok := ParseDate([]byte(in))
		if ok != (want != "") || ok && string(d.Digits[:]) != want {
			t.Errorf("%q = %q, %v; want %q", in, d.Digits, ok, want)
		}
	}
	a, _ := ParseDate([]byte("2024-02-28"))
	b, _ := ParseDate([]byte("2024-03-01"))
	bad, _ := ParseDate([]byte("20241399"))
	if DaysApart(a, b) != 2 || !math.IsNaN(DaysApart(a, bad)) {
		t.Errorf("days apart %v and %v, want 2 and none", DaysApart(a, b), DaysApart(a, bad))
	}
	c, _ := ParseDate([]byte("2024-03-02"))
	d, _ := ParseDate([]byte("2024-02-03"))
	if DateParts(c, d) != 2 || DateParts(a, b) != 1 || DateParts(a, a) != 3 {
		t.Errorf("parts %d %d %d, want 2 (day and month changed places), 1, 3", DateParts(c, d), DateParts(a, b), DateParts(a, a))
	}
}

func TestPostcodeDepth(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"S1 2AB", "s12ab", 4}, {"S1 2AB", "S1 2AD", 3}, {"S1 2AB", "S1 3AB", 2}, {"S1 2AB", "S10 2AB", 1}, {"S1 2AB", "SE1 2AB", 0}, {"EC1A 1BB", "EC1A", 2}, {"", "", 0}, {"4011", "4012", 3}, {"4011", "4011", 4},
	}
	for _, test := range tests {
		if got := PostcodeDepth(ParsePostcode([]byte(test.a)), ParsePostcode([]byte(test.b))); got != test.want {
			t.Errorf("%s %s: depth %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestKilometres(t *testing.T) {
	// A degree of latitude on a sphere of 6371.0088 km is pi/180 of its radius.
	near(t, "a degree", Kilometres(-1.5, 53, -1.5, 54), 6371.0088*math.Pi/180)
	near(t, "no distance", Kilometres(1, 2, 1, 2), 0)
	near(t, "round the world", Kilometres(179.5, 0, -179.5, 0), 6371.0088*math.Pi/180)
}

func TestNumber(t *testing.T) {
	for in, want := range map[string]float64{"12": 12, "-1.5": -1.5, "1,234,567": 1234567, "1 000": 1000} {
		if got := Number([]byte(in)); got != want {
			t.Errorf("%q = %v, want %v", in, got, want)
		}
	}
	for _, in := range []string{"", "x", "inf", "12 km"} {
		if got := Number([]byte(in)); !math.IsNaN(got) {
			t.Errorf("%q = %v, want none", in, got)
		}
	}
}

func TestAddress(t *testing.T) {
	parse := func(s string) Address { return ParseAddress(Fold(nil, []byte(s))) }
	tests := []struct {
		a, b   string
		number bool
		words  float64
	}{
		{"10 High Street", "10 High St", true, 1},
		{"Unit 3, 10 Brightside Lane", "10 Brightside Ln.", true, 2 * 1.2 / (1.2 + 1.4)},
		{"Unit 3, Brightside Lane", "Unit 3 Brightside Lane", true, 1},
		{"10 Brightside Lane", "12 Brightside Lane", false, 1},
		{"10 Brightside Lane", "10 Station Road", true, 0},
		{"High Street", "Station Street", false, 0},
		{"Advanced Manufacturing Park, Wallis Way, Catcliffe", "Wallis Way", false, 2 * 1.2 / (1.2 + 4.4)},
	}
	for _, test := range tests {
		a, b := parse(test.a), parse(test.b)
		if same := a.Number != 0 && a.Number == b.Number; same != test.number {
			t.Errorf("%s / %s: same number %v", test.a, test.b, same)
		}
		near(t, test.a+" / "+test.b, AddressWords(&a, &b), test.words)
		near(t, test.b+" / "+test.a, AddressWords(&b, &a), test.words)
	}
	a, b, c := parse("Unit 3, 10 Brightside Lane"), parse("10, Brightside Ln"), parse("12 Brightside Lane")
	if a.Line() == 0 || a.Line() != b.Line() || a.Line() == c.Line() {
		t.Errorf("lines %d %d %d: the first two are one", a.Line(), b.Line(), c.Line())
	}
	if e := parse("  "); !e.Empty() || e.Line() != 0 {
		t.Error("an empty address is not empty")
	}
}

// TestMeasures_allocate: a comparison takes no memory.
func TestMeasures_allocate(t *testing.T) {
	x, y := []byte("advanced manufacturing"), []byte("advancd manufactruing")
	a, b := ParseAddress([]byte("10 high street")), ParseAddress([]byte("12 high street"))
	n := testing.AllocsPerRun(100, func() {
		JaroWinkler(x, y)
		Damerau(x, y)
		AddressWords(&a, &b)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkJaroWinkler(b *testing.B) {
	x, y := []byte("shackleford"), []byte("shackelford")
	for b.Loop() {
		JaroWinkler(x, y)
	}
}

func BenchmarkDamerau(b *testing.B) {
	x, y := []byte("shackleford"), []byte("shacjelford")
	for b.Loop() {
		Damerau(x, y)
	}
}
