package stat

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"
)

// logitOracle is what oracle/predict/logit.py wrote with statsmodels, scikit-learn and numpy.
type logitOracle struct {
	X          [][]float64 `json:"x"`
	Y          []bool      `json:"y"`
	Groups     [][2]int32  `json:"groups"`
	Coef       []float64   `json:"coef"`
	SE         []float64   `json:"se"`
	LogLik     float64     `json:"llf"`
	Null       float64     `json:"llnull"`
	Dyadic     []float64   `json:"dyadic"`
	Ridge      float64     `json:"ridge"`
	Penalised  []float64   `json:"penalised"`
	AUC        float64     `json:"auc"`
	AP         float64     `json:"ap"`
	P          []float64   `json:"p"`
	flat       []float64
	fewColumns int
}

func readLogit(t *testing.T) logitOracle {
	t.Helper()
	text, err := os.ReadFile("testdata/logit.json")
	if err != nil {
		t.Fatal(err)
	}
	var o logitOracle
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	for _, row := range o.X {
		o.flat = append(o.flat, row...)
	}
	o.fewColumns = len(o.X[0])
	return o
}

func TestFitLogit_oracle(t *testing.T) {
	o := readLogit(t)
	fit, err := FitLogit(o.flat, o.fewColumns, o.Y, LogitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "coefficient", fit.Coef, o.Coef, 1e-8)
	nearAll(t, "standard error", fit.SE, o.SE, 1e-6)
	nearAll(t, "log-likelihood", []float64{fit.LogLik, fit.NullLik}, []float64{o.LogLik, o.Null}, 1e-9)
	robust, err := FitLogit(o.flat, o.fewColumns, o.Y, LogitOptions{Groups: o.Groups})
	if err != nil {
		t.Fatal(err)
	}
	var want []float64
	for j, se := range o.Dyadic {
		want = append(want, max(se, o.SE[j]))
	}
	nearAll(t, "dyadic standard error", robust.SE, want, 1e-6)
	if robust.SE[0] <= fit.SE[0] {
		t.Error("pairs with an organisation in common should make the constant less sure")
	}
	ridged, err := FitLogit(o.flat, o.fewColumns, o.Y, LogitOptions{Ridge: o.Ridge})
	if err != nil {
		t.Fatal(err)
	}
	nearAll(t, "penalised coefficient", ridged.Coef, o.Penalised, 1e-5)
}

func TestFitLogit_edges(t *testing.T) {
	// A column of 1 in all ones and 0 in all zeros has no highest likelihood; a penalty gives one.
	x, y := []float64{0, 0, 0, 1, 1, 1}, []bool{false, false, false, true, true, true}
	if fit, err := FitLogit(x, 1, y, LogitOptions{}); err == nil && !fit.Separate && fit.Coef[1] < 10 {
		t.Errorf("kinds that lie apart gave %v", fit.Coef)
	}
	if fit, err := FitLogit(x, 1, y, LogitOptions{Ridge: 1}); err != nil || !(fit.Coef[1] > 0 && fit.Coef[1] < 5) {
		t.Errorf("with a penalty: %v, %v", fit.Coef, err)
	}
	for name, bad := range map[string]func() error{
		"one kind": func() error {
			_, err := FitLogit(x, 1, make([]bool, 6), LogitOptions{})
			return err
		},
		"a column twice": func() error {
			_, err := FitLogit([]float64{0, 0, 1, 1, 0, 0, 1, 1}, 2, []bool{true, false, true, false}, LogitOptions{})
			return err
		},
		"not rows": func() error {
			_, err := FitLogit(x, 4, y, LogitOptions{})
			return err
		},
	} {
		if err := bad(); !errors.Is(err, ErrNoLogit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRanking_oracle(t *testing.T) {
	o := readLogit(t)
	auc, se := AUC(o.P, o.Y)
	nearAll(t, "AUC", []float64{auc}, []float64{o.AUC}, 1e-12)
	if !(se > 0 && se < 0.05) {
		t.Errorf("standard error of the AUC %v", se)
	}
	nearAll(t, "average precision", []float64{AveragePrecision(o.P, o.Y)}, []float64{o.AP}, 1e-9)
	rows, ones := 0, 0
	for _, b := range Calibration(o.P, o.Y, 10) {
		rows, ones = rows+b.Rows, ones+b.Ones
		if !(b.Lo <= b.Observed && b.Observed <= b.Hi) {
			t.Errorf("bin %+v", b)
		}
	}
	if rows != len(o.Y) {
		t.Errorf("%d rows in bins", rows)
	}
}

func TestPrecisionAt_ties(t *testing.T) {
	// Closed form: one hit above, then two of four that tie for the two places left, of which one is a hit: (1 + 2·1/4)/3.
	scores, y := []float64{5, 1, 1, 1, 1, 0}, []bool{true, false, true, false, false, true}
	nearAll(t, "precision", []float64{PrecisionAt(scores, y, 3), PrecisionAt(scores, y, 1), PrecisionAt(scores, y, 6)}, []float64{0.5, 1, 0.5}, 1e-15)
	if v := PrecisionAt(scores, y, 7); !math.IsNaN(v) {
		t.Errorf("more than there are: %v", v)
	}
	nearAll(t, "hits", Hits(scores, y, 3), []float64{1, 0.25, 0.25}, 1e-15)
	if auc, _ := AUC([]float64{1, 1, 1}, []bool{true, false, true}); auc != 0.5 {
		t.Errorf("AUC where all tie: %v", auc)
	}
	lo, hi := BootstrapHits(Hits(scores, y, 3), 0.9, 500, 1)
	again, _ := BootstrapHits(Hits(scores, y, 3), 0.9, 500, 1)
	if !(lo <= 0.5 && 0.5 <= hi) || lo != again {
		t.Errorf("bootstrap %v to %v, again %v", lo, hi, again)
	}
}
