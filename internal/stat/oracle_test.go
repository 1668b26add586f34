package stat

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
)

// oracle is what oracle/stat/kernel.py wrote with PySAL, ecomplexity, lifelines and numpy.
type oracle struct {
	Tables []struct {
		Cells     [][]float64 `json:"cells"`
		ECI       []float64   `json:"eci"`
		PCI       []float64   `json:"pci"`
		Proximity [][]float64 `json:"proximity"`
		Density   [][]float64 `json:"density_with_diagonal"`
	} `json:"tables"`
	Shares []struct {
		Values       []float64 `json:"values"`
		TheilT       float64   `json:"theil_t"`
		Gini         float64   `json:"gini"`
		AtkinsonHalf float64   `json:"atkinson_half"`
		AtkinsonOne  float64   `json:"atkinson_one"`
	} `json:"shares"`
	Peer     [][]float64 `json:"ecomplexity_eci"`
	Survival struct {
		Times []float64 `json:"times"`
		Ended []bool    `json:"ended"`
		At    []float64 `json:"at"`
		Share []float64 `json:"share"`
		Lo    []float64 `json:"lo"`
		Hi    []float64 `json:"hi"`
	} `json:"survival"`
}

func readOracle(t *testing.T) oracle {
	t.Helper()
	text, err := os.ReadFile("testdata/oracle.json")
	if err != nil {
		t.Fatal(err)
	}
	var o oracle
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestOracle_complexity(t *testing.T) {
	o := readOracle(t)
	for k, c := range o.Tables {
		var cells []Cell
		for r, row := range c.Cells {
			for i, v := range row {
				cells = append(cells, Cell{fmt.Sprintf("R%02d", r), fmt.Sprintf("I%02d", i), v})
			}
		}
		table, err := NewTable(cells, None)
		if err != nil {
			t.Fatal(err)
		}
		p := table.Present(ByValue)
		got, err := p.Complexity()
		if err != nil {
			t.Errorf("table %d: %v", k, err)
			continue
		}
		nearAll(t, fmt.Sprintf("regions of table %d", k), got.Region, c.ECI, 1e-9)
		nearAll(t, fmt.Sprintf("industries of table %d", k), got.Industry, c.PCI, 1e-9)
		if k < len(o.Peer) {
			nearAll(t, fmt.Sprintf("ecomplexity on table %d", k), got.Region, o.Peer[k], 1e-6)
		}
		phi := p.Proximity()
		for i, row := range c.Proximity {
			for j, v := range row {
				if i != j && math.Abs(phi.At(i, j)-v) > 1e-12 {
					t.Errorf("table %d: proximity of %d and %d is %v, want %v", k, i, j, phi.At(i, j), v)
				}
			}
		}
		for r, row := range p.Density(phi, true) {
			nearAll(t, "density", row, c.Density[r], 1e-9)
		}
	}
}

func TestOracle_inequality(t *testing.T) {
	for _, c := range readOracle(t).Shares {
		got, err := Inequalities(c.Values)
		if err != nil {
			t.Fatal(err)
		}
		nearAll(t, fmt.Sprint(len(c.Values), " values"), []float64{got.TheilT, got.Gini, got.AtkinsonHalf, got.AtkinsonOne}, []float64{c.TheilT, c.Gini, c.AtkinsonHalf, c.AtkinsonOne}, 1e-9)
	}
}

func TestOracle_survival(t *testing.T) {
	s := readOracle(t).Survival
	var lives []Life
	for i, time := range s.Times {
		lives = append(lives, Life{time, s.Ended[i]})
	}
	got, err := KaplanMeier(lives, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	var at, share, lo, hi []float64
	for _, g := range got {
		if g.Share.Value == 0 { // lifelines says [0, 0], R nothing; nothing is known
			break
		}
		at, share, lo, hi = append(at, g.Time), append(share, g.Share.Value), append(lo, g.Share.Lo), append(hi, g.Share.Hi)
	}
	n := len(at)
	nearAll(t, "times", at, s.At[:n], 1e-9)
	nearAll(t, "shares", share, s.Share[:n], 1e-9)
	nearAll(t, "lower", lo, s.Lo[:n], 1e-9)
	nearAll(t, "upper", hi, s.Hi[:n], 1e-9)
}
