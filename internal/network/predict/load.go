package predict

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"milieu/internal/lake"
	"milieu/internal/stat"
)

const modelQuery = `select part, key, coalesce(label, ''), value, coalesce(se, 0), coalesce(lo, 0), coalesce(hi, 0), coalesce(pairs, 0), coalesce(ties, 0) from network_model order by part, position`

// Load reads the model of expected ties of a release. found is false where the release has too few ties for one.
func Load(ctx context.Context, q lake.Querier) (m Model, found bool, err error) {
	rows, err := q.QueryContext(ctx, modelQuery)
	if err != nil {
		return m, false, fmt.Errorf("model of expected ties: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var part, key, label string
		var value, se, lo, hi float64
		var pairs, ties int
		if err := rows.Scan(&part, &key, &label, &value, &se, &lo, &hi, &pairs, &ties); err != nil {
			return m, false, fmt.Errorf("model of expected ties: %w", err)
		}
		switch part {
		case "term":
			if key == termConstant {
				m.Baseline, label = label, "Constant"
			}
			m.Terms = append(m.Terms, Term{Key: key, Label: label, Coefficient: value, SE: se, OddsRatio: math.Exp(value), Lo: lo, Hi: hi})
		case "fit":
			m.Fit.set(key, value, se)
		case "calibration":
			var expected float64
			if _, err := fmt.Sscan(label, &expected); err != nil {
				return m, false, fmt.Errorf("model of expected ties: bin %q: %w", label, err)
			}
			m.Fit.Calibration = append(m.Fit.Calibration, stat.CalibrationBin{Rows: pairs, Ones: ties, Expected: expected, Observed: value, Lo: lo, Hi: hi})
		}
	}
	if err := rows.Err(); err != nil {
		return m, false, fmt.Errorf("model of expected ties: %w", err)
	}
	return m.ready(), m.Found(), nil
}

func (f *Fit) set(key string, value, se float64) {
	switch key {
	case "nodes":
		f.Nodes = int(value)
	case "unplaced":
		f.Unplaced = int(value)
	case "pairs":
		f.Pairs = value
	case "fitted":
		f.Fitted = int(value)
	case "ties":
		f.Ties = int(value)
	case "rate":
		f.Rate = value
	case "log_likelihood":
		f.LogLik = value
	case "null_log_likelihood":
		f.NullLik = value
	case "mcfadden":
		f.McFadden = value
	case "auc":
		f.AUC, f.AUCSE = value, se
	}
}

// Named is a pair likely to tie, by id.
type Named struct {
	A, B        string
	Probability float64 // in the two years after the newest evidence
}

// Effect is a term of the predictor as an odds ratio for one standard deviation of its feature.
type Effect struct {
	Key, Text         string
	OddsRatio, Lo, Hi float64
}

// Judged is what a release says on how well its own last two years could be foretold.
type Judged struct {
	Quality // without the predictor; Expected is the precision by chance
}

// Predictions is what the table network_prediction holds.
type Predictions struct {
	New, Every Judged
	Effects    []Effect
	Likely     []Named
}

// Found says that the pairs of the kind could be judged.
func (j Judged) Found() bool { return len(j.Results) > 0 }

const predictionQuery = `select part, which, key, coalesce(label, ''), coalesce(other, ''), value, lo, hi, coalesce(k, 0) from network_prediction order by part, which, position`

// LoadPredictions reads how well ties are foretold and which are likely next; both may be empty.
func LoadPredictions(ctx context.Context, q lake.Querier) (Predictions, error) {
	p := Predictions{New: Judged{Quality{For: New}}, Every: Judged{Quality{For: Every}}}
	rows, err := q.QueryContext(ctx, predictionQuery)
	if err != nil {
		return p, fmt.Errorf("predicted ties: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var part, which, key, label, other string
		var value, lo, hi sql.NullFloat64
		var k int
		if err := rows.Scan(&part, &which, &key, &label, &other, &value, &lo, &hi, &k); err != nil {
			return p, fmt.Errorf("predicted ties: %w", err)
		}
		of := &p.New
		if which == Every.String() {
			of = &p.Every
		}
		switch part {
		case "run":
			of.set(key, value.Float64)
		case "result":
			of.see(key, label, orNaN(value), orNaN(lo), orNaN(hi), k)
		case "term":
			p.Effects = append(p.Effects, Effect{key, label, value.Float64, lo.Float64, hi.Float64})
		case "pair":
			p.Likely = append(p.Likely, Named{key, other, value.Float64})
		}
	}
	return p, rows.Err()
}

func orNaN(v sql.NullFloat64) float64 {
	if !v.Valid {
		return nan
	}
	return v.Float64
}

func (q *Quality) set(key string, value float64) {
	switch key {
	case "at":
		q.At = value
	case "to":
		q.To = value
	case "nodes":
		q.Nodes = int(value)
	case "pairs":
		q.Pairs = int(value)
	case "ties":
		q.Ties = int(value)
	case "learnt_from":
		q.Learnt.From = value
	case "learnt_to":
		q.Learnt.To = value
	case "learnt_ties":
		q.Learnt.Ties = int(value)
	case "narrow":
		q.Narrow = value == 1
	case "chance":
		q.Expected = value
	}
}

// see takes one figure of a method; k 0 is its AUC and stands first.
func (q *Quality) see(key, label string, value, lo, hi float64, k int) {
	if k == 0 {
		r := Result{Key: key, Text: label, AUC: value}
		if hi == hi {
			r.SE = (hi - lo) / 2 / z95
		}
		q.Results = append(q.Results, r)
		return
	}
	if len(q.Results) > 0 {
		r := &q.Results[len(q.Results)-1]
		r.Precision, r.Lo, r.Hi = append(r.Precision, value), append(r.Lo, lo), append(r.Hi, hi)
	}
}
