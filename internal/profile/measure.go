package profile

import (
	"strings"

	"milieu/internal/org"
	"milieu/internal/stat"
)

// Measure is one figure by which areas are compared.
type Measure struct {
	Key      string  `json:"key"`
	Label    string  `json:"label"`
	Unit     string  `json:"unit"` // "" for a number, "%" for a share (Value is then in per cent)
	Decimals int     `json:"decimals"`
	Value    float64 `json:"value"`
	Lo       float64 `json:"lo"`
	Hi       float64 `json:"hi"`
	Known    bool    `json:"known"`    // Value means something
	Interval bool    `json:"interval"` // Lo and Hi do
}

// Window is how many years, the latest included, count as the last ones.
const Window = 5

// Measures are the figures of an area by which it is compared with others, in the same order for
// every area. The nation gives the latest year and the shares that the Hachman index holds it
// against.
func Measures(a, nation Answer) []Measure {
	young := nation.Latest() - Window + 1
	dated := a.Organisations - a.NoYear
	out := []Measure{
		count("organisations", "Organisations", a.Organisations),
		ratio("density", "Organisations per km²", float64(a.Organisations), a.Km2, 1),
		count("known", "Organisations whose employees are on record", a.Known),
		count("employees", "Employees stated in accounts", int(a.Employees)),
		ratio("employees_density", "Employees stated in accounts per km²", float64(a.Employees), a.Km2, 1),
		ratio("size", "Employees for each organisation that states them", float64(a.Employees), float64(a.Known), 1),
		share("young", "Founded in the last five years", a.Since(young), dated),
		share("grew", "Grew, of those that state employees of both years", a.Growth.Grew, a.Growth.Organisations),
		{Key: "growth", Label: "Employees, this year's accounts against last year's", Unit: "%", Decimals: 1, Value: 100 * a.Growth.Change, Lo: 100 * a.Growth.Lo, Hi: 100 * a.Growth.Hi,
			Known: a.Growth.Defined, Interval: a.Growth.Defined},
	}
	out = append(out, diversity(a, nation)...)
	base := a.base(LevelSection).Organisations
	for _, s := range org.SICSections {
		out = append(out, share("section-"+s.Letter, s.Label, a.Find(LevelSection, s.Letter).Organisations, base))
	}
	return out
}

func count(key, label string, n int) Measure {
	return Measure{Key: key, Label: label, Value: float64(n), Known: true}
}

func ratio(key, label string, n, of float64, decimals int) Measure {
	m := Measure{Key: key, Label: label, Decimals: decimals, Known: of > 0}
	if m.Known {
		m.Value = n / of
	}
	return m
}

func share(key, label string, k, n int) Measure {
	m := Measure{Key: key, Label: label, Unit: "%", Decimals: 1, Known: n > 0, Interval: n > 0}
	if n > 0 {
		iv := stat.WilsonInterval(k, n, confidence)
		m.Value, m.Lo, m.Hi = 100*float64(k)/float64(n), 100*iv.Lo, 100*iv.Hi
	}
	return m
}

// diversity holds the divisions of an area against those of the nation.
func diversity(a, nation Answer) []Measure {
	var cells []stat.Cell
	for _, c := range a.Divisions {
		cells = append(cells, stat.Cell{Region: "area", Industry: c.Code, Value: float64(c.Organisations)})
	}
	for _, c := range nation.Divisions {
		cells = append(cells, stat.Cell{Region: "rest", Industry: c.Code, Value: float64(max(0, c.Organisations-a.Find(LevelDivision, c.Code).Organisations))})
	}
	var s stat.Specialisation
	if t, err := stat.NewTable(cells, stat.None); err == nil {
		for _, of := range t.Specialisations() {
			if of.Region == "area" {
				s = of
			}
		}
	}
	return []Measure{
		{Key: "entropy", Label: "Diversity of industries (entropy of divisions, bits)", Decimals: 2, Value: s.EntropyBits, Known: s.Defined},
		{Key: "hhi", Label: "Concentration on few industries (Herfindahl-Hirschman index of divisions)", Decimals: 3, Value: s.HHI, Known: s.Defined},
		{Key: "hachman", Label: "Likeness to the nation (Hachman index of divisions)", Decimals: 2, Value: s.Hachman, Known: s.Defined},
	}
}

// Table holds measures of several areas side by side.
type Table struct {
	Areas []Named `json:"areas"` // Code: reference of the area
	Rows  []Row   `json:"rows"`
}

// Row is one measure of each area in the order of the table.
type Row struct {
	Key      string    `json:"key"`
	Label    string    `json:"label"`
	Unit     string    `json:"unit"`
	Decimals int       `json:"decimals"`
	Cells    []Measure `json:"cells"`
}

// MostCompared is how many areas can be compared at once, beside the nation.
const MostCompared = 10

// Compare puts the measures of areas side by side, with the nation last. Sections that none of the
// areas has are left out.
func Compare(areas []Named, answers []Answer, nation Answer) Table {
	t := Table{Areas: append(append([]Named{}, areas...), Named{NationArea, "The whole release"})}
	all := append(append([]Answer{}, answers...), nation)
	for k, a := range all {
		for i, m := range Measures(a, nation) {
			if k == 0 {
				t.Rows = append(t.Rows, Row{Key: m.Key, Label: m.Label, Unit: m.Unit, Decimals: m.Decimals})
			}
			t.Rows[i].Cells = append(t.Rows[i].Cells, m)
		}
	}
	kept := t.Rows[:0]
	for _, r := range t.Rows {
		some := !strings.HasPrefix(r.Key, "section-")
		for _, c := range r.Cells {
			some = some || c.Value > 0
		}
		if some {
			kept = append(kept, r)
		}
	}
	t.Rows = kept
	return t
}
