package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"milieu/internal/cash"
	"milieu/internal/chart"
	"milieu/internal/portfolio"
	"milieu/internal/portfolio/sequence"
	"milieu/internal/report"
	"milieu/internal/schedule"
)

// mostFunders is how many funders have a column of their own.
const mostFunders = 5

// years fills the table of spending: the funders that spend most, the rest together. All amounts of the table are in one
// unit; each year is rounded so that its cells add up, and the sums at its foot are those of what is shown.
func (p *SequencePage) years(seq sequence.Sequence) {
	order, named := spenders(seq)
	for _, i := range order[:named] {
		p.Funders = append(p.Funders, capital(sequence.FunderName(seq.Funders[i])))
	}
	if named < len(order) {
		p.Funders = append(p.Funders, fmt.Sprintf("%d others", len(order)-named))
	}
	unit := moneyUnit(seq.CostP)
	feet, all := make([]int64, len(p.Funders)), int64(0)
	for k, y := range seq.Years {
		if seq.Setting.From+k > seq.End {
			break
		}
		exact := make([]float64, len(p.Funders))
		for k, i := range order {
			exact[min(k, len(exact)-1)] += float64(y.SpendP[i]) / float64(unit)
		}
		row := SequenceYear{Name: portfolio.YearName(y.Year), Caveat: y.Caveat()}
		sum := int64(0)
		for k, v := range cash.Shown(exact) {
			row.By = append(row.By, amountOrNone(v, unit))
			feet[k] += v
			sum += v
		}
		all += sum
		row.Amount = report.Figure{Text: amountIn(sum, unit), Ref: seq.Ref("spend", strconv.Itoa(y.Year))}
		if !y.Known() {
			row.Amount.Text, row.Caveat = sequence.NotStated, y.Caveat()
		}
		if y.Capped {
			row.Cap, row.Over = chart.Money(y.CapP), y.AmountP > y.CapP
		}
		p.Years = append(p.Years, row)
	}
	p.Total = SequenceYear{Name: "All", Amount: report.Figure{Text: amountIn(all, unit), Ref: seq.Ref("cost")}}
	if n := seq.Unstated(); n > 0 {
		p.Total.Caveat = fmt.Sprintf("and %d of unknown cost", n)
		if n == len(seq.Rows) {
			p.Total.Amount.Text, p.Total.Caveat = sequence.NotStated, ""
		}
	}
	for _, v := range feet {
		p.Total.By = append(p.Total.By, amountOrNone(v, unit))
	}
}

// spenders orders the funders by what they spend, and says how many of them have a column of their own.
func spenders(seq sequence.Sequence) (order []int, named int) {
	sum := make([]int64, len(seq.Funders))
	for _, y := range seq.Years {
		for i, v := range y.SpendP {
			sum[i] += v
		}
	}
	order = make([]int, len(sum))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return sum[order[a]] > sum[order[b]] })
	if len(order) > mostFunders {
		return order, mostFunders - 1
	}
	return order, len(order)
}

// moneyUnit is the unit of a table of money that adds up to a total, in pence: thousands of pounds, or pounds where the
// whole is less than a million.
func moneyUnit(totalP int64) int64 {
	if totalP < 1_000_000_00 {
		return 100
	}
	return 1000_00
}

// amountIn writes whole units of money.
func amountIn(n, unit int64) string {
	if unit == 100 {
		return "£" + chart.Number(float64(n), 0)
	}
	return "£" + chart.Number(float64(n), 0) + "k"
}

func amountOrNone(n, unit int64) string {
	if n == 0 {
		return ""
	}
	return amountIn(n, unit)
}

// breachWords says what a broken rule is broken by.
func breachWords(b schedule.Breach) string {
	if b.Rule == schedule.TooMuch {
		return fmt.Sprintf("%s: it is %s more", capital(b.Says), chart.Money(b.By))
	}
	return fmt.Sprintf("%s: it is %s off", capital(b.Says), counted(int(b.By), "year", "years"))
}

// moves says what the moved bars change against the sequence without them.
func (p *SequencePage) moves(seq sequence.Sequence, typed url.Values) {
	if len(seq.Ask.Starts) == 0 {
		return
	}
	m := SequenceMoves{Clear: sequencePath(sequence.Unmoved(seq.Ask), seq.Setting)}
	if id, year, ok := strings.Cut(typed.Get("last"), ":"); ok {
		if y, err := strconv.Atoi(year); err == nil && (y == 0 || y >= seq.Setting.From && y <= seq.Setting.Last()) {
			m.Undo = sequencePath(seq.Ask.WithStart(id, y), seq.Setting)
		}
	}
	for _, r := range seq.Rows {
		if !r.Moved {
			continue
		}
		text := fmt.Sprintf("%s begins in %d by hand", r.Name, r.From)
		if seq.Free != nil && seq.Free.From[r.ID] != r.From {
			text += fmt.Sprintf("; the rules would have it in %d", seq.Free.From[r.ID])
		}
		m.Effect = append(m.Effect, text)
	}
	for _, st := range seq.Ask.Starts {
		if !slices.ContainsFunc(seq.Rows, func(r sequence.Row) bool { return r.ID == st.ID }) {
			m.Effect = append(m.Effect, fmt.Sprintf("%s was set to begin in %d, but is not among these", st.ID, st.Year))
		}
	}
	if seq.Free != nil {
		m.Effect = append(m.Effect, effectWords(seq)...)
	}
	p.Moves = &m
}

func effectWords(seq sequence.Sequence) []string {
	var out []string
	switch d := seq.Value - seq.Free.Value; {
	case math.Abs(d) < 0.0005:
		out = append(out, "The value stays the same")
	case seq.Free.Value != 0:
		out = append(out, fmt.Sprintf("The value is %s instead of %s (%s %%)", chart.Number(seq.Value, 3), chart.Number(seq.Free.Value, 3), chart.Signed(100*d/math.Abs(seq.Free.Value), 1)))
	default:
		out = append(out, fmt.Sprintf("The value is %s instead of 0", chart.Number(seq.Value, 3)))
	}
	if seq.End != seq.Free.End {
		out = append(out, fmt.Sprintf("All ends with %s instead of %s", portfolio.YearName(seq.End), portfolio.YearName(seq.Free.End)))
	}
	var others []string
	for _, r := range seq.Rows {
		if !r.Moved && !r.UnderWay && seq.Free.From[r.ID] != r.From {
			others = append(others, fmt.Sprintf("%s from %d to %d", r.Name, seq.Free.From[r.ID], r.From))
		}
	}
	if len(others) > 0 {
		out = append(out, "To keep the rules these move too: "+strings.Join(others, "; "))
	}
	return out
}

func sequenceCSV(w http.ResponseWriter, seq sequence.Sequence) error {
	header := []string{"place", "id", "name", "first_year", "last_year", "can_wait_years", "moved", "cost_gbp", "waits_for", "notes", "source_url", "file", "line"}
	for _, y := range seq.Years {
		header = append(header, "spend_"+strconv.Itoa(y.Year)+"_gbp")
	}
	var rows [][]string
	add := func(place string, r sequence.Row) {
		first, last := "", ""
		if r.From != 0 {
			first, last = strconv.Itoa(r.From), strconv.Itoa(r.To)
		}
		row := []string{place, r.ID, r.Name, first, last, strconv.Itoa(r.Slack), strconv.FormatBool(r.Moved), poundsKnown(!r.Uncosted() && r.SpendP != nil, r.CostP), strings.Join(r.After, ";"), strings.Join(append(append([]string{}, r.Waits...), r.Notes...), "; "), r.SourceURL, r.Record.File, strconv.Itoa(r.Record.Line)}
		for k := range seq.Years {
			cell := ""
			if k < len(r.SpendP) && !r.Uncosted() {
				cell = pencePounds(r.SpendP[k])
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	for _, r := range seq.Rows {
		place := "to begin"
		if r.UnderWay {
			place = "under way"
		}
		add(place, r)
	}
	for _, r := range seq.Past {
		add("years over", r)
	}
	return writeCSV(w, "sequence", header, rows)
}

// pencePounds writes pence as pounds with all their digits.
func pencePounds(p int64) string { return strconv.FormatFloat(float64(p)/100, 'f', 2, 64) }
