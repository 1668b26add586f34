package predict

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"milieu/internal/lake"
	"milieu/internal/network"
)

// bookInputs are the tables that [network.Read] reads.
var bookInputs = []string{"network_tie", "network_node", "network_org", "network_theme", "sector", "meeting", "attendance"}

// Stages make the tables network_model (the model of expected ties, its fit and its calibration) and network_prediction (how well
// ties of held-out years were foretold, and which new ties are likely next). Both are empty where there are too few ties.
func Stages() []lake.Stage {
	return []lake.Stage{
		{Name: "network_model", Inputs: bookInputs, Grain: "one row a term, measure of fit or bin of the model of expected ties", Key: []string{"part", "position"}, Version: "2", Run: makeModel},
		{Name: "network_prediction", Inputs: []string{"participation", "network_record", "network_org"}, Grain: "one row a figure on how well ties are foretold, or a pair likely to tie next",
			Key: []string{"part", "which", "position"}, Version: "3", Run: makePrediction},
	}
}

const (
	modelColumns      = "part VARCHAR, position BIGINT, key VARCHAR, label VARCHAR, value DOUBLE, se DOUBLE, lo DOUBLE, hi DOUBLE, pairs BIGINT, ties BIGINT"
	predictionColumns = "part VARCHAR, which VARCHAR, position BIGINT, key VARCHAR, label VARCHAR, other VARCHAR, value DOUBLE, lo DOUBLE, hi DOUBLE, k BIGINT"
)

func makeModel(ctx context.Context, w lake.Work) error {
	b, err := network.Read(ctx, w.DB)
	if err != nil {
		return err
	}
	m, err := FitExpected(FromBook(b))
	if err != nil && !errors.Is(err, ErrTooFew) {
		return err
	}
	return writeTable(ctx, w, modelColumns, m.rows())
}

// FromBook is the organisations and the pairs with a tie of a book.
func FromBook(b *network.Book) ([]Trait, [][2]int32) {
	nodes := make([]Trait, b.Len())
	for v := range nodes {
		nodes[v] = TraitOf(b.Node(v))
	}
	var tied [][2]int32
	for _, l := range b.Links() {
		if b.Kind(l).Family == network.FamilyTie {
			tied = append(tied, [2]int32{l.A, l.B})
		}
	}
	return nodes, tied
}

// rows are the model as it is kept.
func (m Model) rows() [][]string {
	if !m.Found() {
		return nil
	}
	var out [][]string
	for i, t := range m.Terms {
		label := t.Label
		if t.Key == termConstant {
			label = m.Baseline
		}
		out = append(out, []string{"term", strconv.Itoa(i), t.Key, label, num(t.Coefficient), num(t.SE), num(t.Lo), num(t.Hi), "", ""})
	}
	f := m.Fit
	for i, v := range []struct {
		key   string
		value float64
	}{{"nodes", float64(f.Nodes)}, {"unplaced", float64(f.Unplaced)}, {"pairs", f.Pairs}, {"fitted", float64(f.Fitted)}, {"ties", float64(f.Ties)}, {"rate", f.Rate},
		{"log_likelihood", f.LogLik}, {"null_log_likelihood", f.NullLik}, {"mcfadden", f.McFadden}, {"auc", f.AUC}} {
		se := ""
		if v.key == "auc" {
			se = num(f.AUCSE)
		}
		out = append(out, []string{"fit", strconv.Itoa(i), v.key, "", num(v.value), se, "", "", "", ""})
	}
	for i, c := range f.Calibration {
		out = append(out, []string{"calibration", strconv.Itoa(i), "bin", num(c.Expected), num(c.Observed), "", num(c.Lo), num(c.Hi), strconv.Itoa(c.Rows), strconv.Itoa(c.Ones)})
	}
	return out
}

func one(v bool) int {
	if v {
		return 1
	}
	return 0
}

func num(v float64) string {
	if v != v { // not a number: the field stays empty
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func makePrediction(ctx context.Context, w lake.Work) error {
	in, ids, err := readInput(ctx, w.DB)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, which := range []Which{New, Every} {
		more, err := predictionRows(in, ids, which)
		if err != nil && !errors.Is(err, ErrTooFew) {
			return err
		}
		rows = append(rows, more...)
	}
	return writeTable(ctx, w, predictionColumns, rows)
}

// predictionRows judge on the last two years of the input and predict the two after it.
func predictionRows(in Input, ids []string, which Which) ([][]string, error) {
	_, last := in.years()
	now := float64(int(last)) + 1
	q, err := Judge(in, now-lagYears, which)
	if err != nil {
		return nil, err
	}
	out := q.rows()
	if which == Every {
		return out, nil
	}
	p, err := Learn(in, now, New)
	if err != nil {
		return out, nil
	}
	for i, t := range p.Terms {
		lo, hi := expInterval(t.Value, t.SE)
		out = append(out, []string{"term", which.String(), strconv.Itoa(i), t.Key, t.Text, "", num(t.OddsRatio), num(lo), num(hi), ""})
	}
	for i, l := range p.Top(PastAt(in, now), 50) {
		out = append(out, []string{"pair", which.String(), strconv.Itoa(i), ids[l.A], "", ids[l.B], num(l.Probability), "", "", ""})
	}
	return out, nil
}

func (q Quality) rows() [][]string {
	var out [][]string
	add := func(part, key, label string, v, lo, hi float64, k string) {
		out = append(out, []string{part, q.For.String(), strconv.Itoa(len(out)), key, label, "", num(v), num(lo), num(hi), k})
	}
	for _, v := range []struct {
		key   string
		value float64
	}{{"at", q.At}, {"to", q.To}, {"nodes", float64(q.Nodes)}, {"pairs", float64(q.Pairs)}, {"ties", float64(q.Ties)}, {"learnt_from", q.Learnt.From}, {"learnt_to", q.Learnt.To},
		{"learnt_ties", float64(q.Learnt.Ties)}, {"chance", q.Expected}, {"narrow", float64(one(q.Narrow))}} {
		add("run", v.key, "", v.value, nan, nan, "")
	}
	for _, r := range q.Results {
		lo, hi := nan, nan
		if r.SE > 0 {
			lo, hi = max(0, r.AUC-float64(z95*r.SE)), min(1, r.AUC+float64(z95*r.SE))
		}
		add("result", r.Key, r.Text, r.AUC, lo, hi, "0")
		for i, p := range r.Precision {
			add("result", r.Key, r.Text, p, r.Lo[i], r.Hi[i], strconv.Itoa(Cuts[i]))
		}
	}
	return out
}

// writeTable makes the stage's table of rows of text; columns are names and types.
func writeTable(ctx context.Context, w lake.Work, columns string, rows [][]string) error {
	text := filepath.Join(w.Dir, "rows.txt")
	f, err := os.Create(text)
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	for _, r := range rows {
		fmt.Fprintln(out, strings.Join(r, "\x1f"))
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	var names, typed []string
	for c := range strings.SplitSeq(columns, ", ") {
		name, kind, _ := strings.Cut(c, " ")
		names, typed = append(names, name), append(typed, lake.Literal(name)+": "+lake.Literal(kind))
	}
	query := "select " + strings.Join(names, ", ") + " from read_csv(" + lake.Literal(text) + ", header = false, auto_detect = false, delim = '\x1f', quote = '', escape = '', nullstr = '', columns = {" + strings.Join(typed, ", ") + "})"
	if err := w.DB.Copy(ctx, query, filepath.Join(w.Dir, lake.TableFile)); err != nil {
		return err
	}
	return os.Remove(text)
}
