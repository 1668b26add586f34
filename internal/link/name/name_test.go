package name

import (
	"math"
	"strings"
	"testing"
)

// TestCompare_ordinaryWord holds apart names that share one ordinary word: six pairs which another tool scored
// between 0.85 and 0.98 (METHODS, entity resolution, trap 5), and the hard negatives of trap 6.
func TestCompare_ordinaryWord(t *testing.T) {
	for _, p := range [][2]string{
		{"Bank of the West", "Bank of the East"}, {"Central Park", "Valley Media"}, {"Royal Bank", "Royal Mail"},
		{"Union Pacific", "Union Carbide"}, {"North Star", "South Star"}, {"Standard Bank", "Standard Life"},
		{"Central Park", "Central Media"}, {"Fund VII", "Fund VIII"}, {"Alpha Fund 7 LP", "Alpha Fund VIII LP"}, {"Grange Phase 1 Ltd", "Grange Phase 2 Ltd"},
		{"Bank of Boston", "Bank of South Bend"}, {"University of York", "New York University"}, {"Acme Nederland B.V.", "Acme N.V."},
		{"Acme Holdings Limited", "Acme Limited"}, {"Acme (UK) Limited", "Acme Limited"}, {"Spotify AB", "Spotify Ltd"}, {"JB Autos Ltd", "AB Autos Ltd"},
		{"Hertfordshire County Council", "Herefordshire County Council"}, {"Edward Jones", "Edwards Vacuum"}, {"第三中学校", "第四中学校"},
	} {
		a, b := Parse(p[0]), Parse(p[1])
		if r := Shipped().Explain(&a, &b); r.Score >= Same {
			t.Errorf("%q and %q: %.2f, %s", p[0], p[1], r.Score, r.Why)
		}
	}
}

func TestCompare_same(t *testing.T) {
	for _, p := range [][2]string{
		{"ROLLS-ROYCE PLC", "Rolls Royce Public Limited Company"}, {"Smith & Sons Ltd.", "SMITH AND SONS LIMITED"}, {"Defence, Ministry of", "Ministry of Defence"},
		{"Acme Co., Ltd", "Acme"}, {"E.ON SE", "EON"}, {"Three M", "3M Company"}, {"Fund VII", "Fund 7"}, {"First Direct", "1st Direct"}, {"Twentyfour Seven", "24 7"},
		{"Müller GmbH", "Mueller Gesellschaft mit beschränkter Haftung"}, {"Газпром", "Gazprom"}, {"トヨタ自動車株式会社", "Toyota Motor Corporation"}, {"华为技术有限公司", "Huawei Technologies Co., Ltd."},
		{"Univ. of Leeds", "University of Leeds"}, {"Leeds University", "The University of Leeds"}, {"Natl Inst. of Hlth", "National Institute of Health"},
		{"Advanced Manufacturing Research Centre (AMRC)", "AMRC"}, {"British Broadcasting Corporation", "BBC"}, {"E & S Restoration Ltd T/A Rainbow", "Rainbow"},
		{"BARNSLEY ARCADE COMPANY LIMITED(THE)", "The Barnsley Arcade Company Ltd"}, {"G.W.FORD & SON LIMITED", "G W Ford and Son Ltd"}, {"Wilson Bros. Ltd", "Wilson Brothers"},
		{"Sheffeild Enginering Services", "Sheffield Engineering Service"}, {"Cam6o Ltd", "Cam60 Ltd"}, {"أرامكو السعودية", "Saudi Aramco"},
	} {
		a, b := Parse(p[0]), Parse(p[1])
		if r := Shipped().Explain(&a, &b); r.Score < Same {
			t.Errorf("%q and %q: %.2f, %s; read as %v and %v", p[0], p[1], r.Score, r.Why, a.Words(), b.Words())
		}
	}
}

func TestParse_words(t *testing.T) {
	for _, c := range []struct{ name, words string }{
		{"The Three Bears & Co. Limited", "3 bears"},
		{"Beauty Spa Ltd", "beauty spa"},
		{"Acme S.p.A.", "acme"},
		{"Acme Fund VII LP", "acme fund vii"},
		{"Alpha, Beta und Söhne GmbH & Co. KG", "alpha beta und son"},
		{"", ""},
		{"Limited", "limited"},
	} {
		n := Parse(c.name)
		if got := strings.Join(n.Words(), " "); got != c.words {
			t.Errorf("%q is read as %q, want %q", c.name, got, c.words)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		most int
		want int
	}{{"steel", "steel", 2, 0}, {"steel", "steal", 2, 1}, {"steel", "setel", 2, 1}, {"steel", "stee", 2, 1}, {"steel", "iron", 2, 3}, {"kitten", "sitting", 3, 3}, {"", "ab", 2, 2}} {
		if got := distance(c.a, c.b, c.most); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestExplain(t *testing.T) {
	a, b := Parse("Tata Steel Fund VII"), Parse("Tata Steal Fund VIII")
	r := Shipped().Explain(&a, &b)
	for _, want := range []string{"agree: tata", "in one only", "the numbers differ"} {
		if !strings.Contains(r.Why, want) {
			t.Errorf("%q lacks %q", r.Why, want)
		}
	}
	if q := Shipped().Compare(&a, &b); q.Score != r.Score || q.Bits != r.Bits {
		t.Errorf("explained %v, compared %v", r, q)
	}
}

// FuzzCompare wants no panic, a score between 0 and 1, the same from both sides, and 1 for a name with itself.
func FuzzCompare(f *testing.F) {
	for _, s := range []string{"Rolls-Royce plc", "第一 (株) t/a X / Y", "a.b.c.", "THE THE the", "3M & Co (UK)", "\xff\xfe", "s.p.a. spa", "Fund VII", "formerly", "()[]", strings.Repeat("of ", 400)} {
		f.Add(s, "Acme Holdings Ltd")
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, s, u string) {
		a, b := Parse(s), Parse(u)
		r, q := Shipped().Compare(&a, &b), Shipped().Compare(&b, &a)
		if math.Abs(r.Score-q.Score) > 1e-12 || r.Score < 0 || r.Score > 1 || r.Bits < 0 || math.IsNaN(r.Score) {
			t.Errorf("%q and %q: %v one way, %v the other", s, u, r, q)
		}
		if self := Shipped().Compare(&a, &a); !a.Empty() && self.Score != 1 {
			t.Errorf("%q with itself: %v", s, self)
		}
		a.RareWords(2)
		a.RarePairs(3)
		a.Squeezed(6)
		a.Sounds(1)
		a.Acronyms()
	})
}
