package web

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// twelvePlaces is the employment of twelve areas in two camps of industries over three years: the
// first, Steelton, lacks castings, which its camp has, and loses tools.
func twelvePlaces() string {
	var b strings.Builder
	b.WriteString("DATE,GEOGRAPHY_NAME,GEOGRAPHY_CODE,INDUSTRY_NAME,INDUSTRY_CODE,COUNT\n")
	camps := [2][]string{{"tools", "castings", "bearings", "presses", "springs"}, {"software", "design", "printing", "advertising", "film"}}
	for year := 2019; year <= 2021; year++ {
		for a := range 12 {
			name, code := fmt.Sprintf("Place %d", a+1), fmt.Sprintf("UKX%c", 'A'+a)
			if a == 0 {
				name = "Steelton"
			}
			for camp, industries := range camps {
				for i, industry := range industries {
					jobs := 100 + 10*((a*7+i*3)%5)
					if camp == a/6 {
						jobs *= 20
					}
					switch {
					case a == 0 && industry == "castings":
						jobs = 100
					case a == 0 && industry == "tools" && year == 2021:
						jobs = 700
					}
					fmt.Fprintf(&b, "%d,%s,%s,Manufacture of %s,%d%d000,%d\n", year, name, code, industry, camp+1, i, jobs)
				}
			}
		}
	}
	return b.String()
}

func growthSite(t *testing.T, jobs string) *Server {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"milieu.toml": `name = "Steelton"
[focus]
area = "Steelton"
[[source]]
id = "employment"
type = "employment-cells"
path = "jobs.csv"
licence = "test"
retrieved = "2024-01-01"
`, "jobs.csv": jobs} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := serveDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestGrowthPages(t *testing.T) {
	s := growthSite(t, twelvePlaces())
	for path, wants := range map[string][]string{
		"/growth":                                  {"Steelton does, and not there yet: castings", "/why?ref=potential%2Fukxa%2F11000%2F2021", "From end to end", "Tools", "/similar/ukxa", "12 areas"},
		"/growth/place-9":                          {"Place 9", "Sum of the years"},
		"/growth/ukxa?from=2020&year=2021":         {"2020 to 2021"},
		"/growth/ukxa?from=2021":                   {"One year only"},
		"/similar/ukxa":                            {"Most like Steelton", "Among the nearest 5", "/why?ref=similar%2Fukxa%2FUKX"},
		"/growth/ukxa?format=csv":                  {"share_of_draws_on_shortlist", "Steelton,2021,SIC2007,11000"},
		"/growth/ukxa?table=shift&format=csv":      {"regional_lo", "Steelton,2019,2021,SIC2007,10000"},
		"/growth/ukxa?table=complexity&format=csv": {"correlation_with_diversity"},
		"/similar/ukxa?format=csv":                 {"hellinger"},
	} {
		body := page(t, s, path)
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
		if len(body) > pageWeight {
			t.Errorf("%s weighs %d bytes", path, len(body))
		}
		if strings.Contains(body, "NaN") || strings.Contains(body, "Inf") {
			t.Errorf("%s shows what is not a number", path)
		}
	}
	for path, want := range map[string]int{"/growth/nowhere": 404, "/similar/nowhere": 404, "/growth/ukxa?year=1066": 404, "/growth/ukxa?year=x": 400, "/growth/ukxa?from=2021&year=2020": 400, "/growth?area=ukxa&year=2020": 303, "/growth/ukxa?table=x&format=csv": 400} {
		if status, _, _ := get(t, s, path); status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
}

var whyRef = regexp.MustCompile(`/why\?ref=[^"]+`)

// Every figure of the pages opens its source.
func TestGrowthPages_why(t *testing.T) {
	s := growthSite(t, twelvePlaces())
	for _, path := range []string{"/growth", "/similar/ukxa"} {
		seen := map[string]bool{}
		for _, ref := range whyRef.FindAllString(page(t, s, path), -1) {
			ref = strings.ReplaceAll(ref, "&amp;", "&")
			if seen[ref] {
				continue
			}
			seen[ref] = true
			if status, body, _ := get(t, s, ref); status != http.StatusOK || !strings.Contains(body, "jobs.csv") && !strings.Contains(ref, "%2Fall%2F") {
				t.Errorf("%s: status %d", ref, status)
			}
		}
		if len(seen) == 0 {
			t.Errorf("%s shows no figure", path)
		}
	}
}

// The bundled example has two areas, of which one holds the other.
func TestGrowthPages_few(t *testing.T) {
	s := demoSite(t)
	for _, path := range []string{"/growth", "/growth/south-yorkshire", "/similar/south-yorkshire"} {
		if body := page(t, s, path); !strings.Contains(body, "Not enough areas to compare") || !strings.Contains(body, "employment-cells") {
			t.Errorf("%s does not say what to do", path)
		}
	}
}

// Where the most diverse areas stand at one end, areas are ranked and industries have a complexity.
func TestGrowthPages_complexity(t *testing.T) {
	var b strings.Builder
	b.WriteString("DATE,GEOGRAPHY_NAME,GEOGRAPHY_CODE,INDUSTRY_NAME,INDUSTRY_CODE,COUNT\n")
	for a := range 14 {
		name := fmt.Sprintf("Place %d", a+1)
		if a == 6 {
			name = "Steelton"
		}
		for i := range 14 {
			jobs := 4000
			if i > a { // the higher the industry, the fewer the areas that have it
				jobs = 10
			}
			fmt.Fprintf(&b, "2021,%s,UKX%c,Manufacture of good %d,%d,%d\n", name, 'A'+a, i, 10000+i*100, jobs+(a*i)%7)
		}
	}
	body := page(t, growthSite(t, b.String()), "/growth")
	for _, want := range []string{"on the index of economic complexity", "/why?ref=complexity%2Fukxg%2F2021"} {
		if !strings.Contains(body, want) {
			t.Errorf("/growth does not say %q", want)
		}
	}
	if strings.Contains(body, "NaN") {
		t.Error("/growth shows what is not a number")
	}
}
