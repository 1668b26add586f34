package result

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"milieu/internal/survey"
	"milieu/internal/survey/frame"
)

const oneQuestion = `
id = "one"
title = "One"
[[section]]
id = "a"
title = "A"
[[section.question]]
id = "grow"
kind = "single"
text = "Do you mean to grow?"
option = [{ id = "yes", label = "Yes" }, { id = "no", label = "No" }]
`

// twoStrata is 100 and 50 firms of which 20 each answered; of those, 16 and 6 said yes, and in the first stratum 5 more did not know.
func twoStrata(t *testing.T) Input {
	in := Input{SurveyID: "s", Level: survey.Confidential, Instruments: map[int]survey.Instrument{1: mustParse(t, oneQuestion)},
		Groupings:    []frame.Grouping{{Key: "size", Label: "Size", Categories: []frame.Category{{Key: "small", Label: "Small"}, {Key: "large", Label: "Large"}}}},
		Strata:       []string{"s", "l"},
		StrataLabels: map[string]string{"s": "Small firms", "l": "Large firms"},
		Cells:        []Cell{{"s", map[string]string{"size": "small"}, 100}, {"l", map[string]string{"size": "large"}, 50}},
		Drawn:        map[string]int{"s": 50, "l": 40}}
	add := func(n int, stratum, size string, a survey.Answer) {
		for range n {
			in.Rows = append(in.Rows, Row{Stratum: stratum, Groups: map[string]string{"size": size}, N: 1, Answers: survey.Answers{"grow": a}})
		}
	}
	yes, no := survey.Answer{State: survey.Answered, Choices: []string{"yes"}}, survey.Answer{State: survey.Answered, Choices: []string{"no"}}
	add(14, "s", "small", yes)
	add(6, "s", "small", no)
	add(5, "s", "small", survey.Answer{State: survey.DoesntKnow})
	add(6, "l", "large", yes)
	add(14, "l", "large", no)
	return in
}

// TestReckon_weights holds a share against the sum by hand: of the small, 25 answers stand for 100 firms, 4 each; of the large, 20
// for 50, 2.5 each; not knowing is no answer. (14·4 + 6·2.5) / (20·4 + 20·2.5) = 71/130.
func TestReckon_weights(t *testing.T) {
	r, err := Reckon(twoStrata(t))
	if err != nil {
		t.Fatal(err)
	}
	q, _ := r.Question("grow")
	yes, _ := q.Whole.Item(Share, "yes")
	if want := round(71.0/130, 2); yes.Value != want || yes.N != 40 || yes.count != 20 {
		t.Errorf("share %+v, want %v of 40 answers", yes, want)
	}
	if !(yes.Lower < 71.0/130-0.1 && yes.Upper > 71.0/130+0.1 && yes.Lower > 0.35 && yes.Upper < 0.72) {
		t.Errorf("interval %v to %v", yes.Lower, yes.Upper)
	}
	if got := q.Whole.States[0]; got.State != survey.DoesntKnow || got.Count.N != 5 || q.Whole.Base.N != 40 {
		t.Errorf("states %+v, base %+v", q.Whole.States, q.Whole.Base)
	}
	// Half of each stratum answered, and 40 of 45 of these this question: 0.44 are heard. 0.55 of them at least, and with all others
	// at most.
	if yes.Step != 0.01 || yes.Worst != 0.24 || yes.Best != 0.8 {
		t.Errorf("bounds %v to %v in steps of %v", yes.Worst, yes.Best, yes.Step)
	}
	small, _ := q.By["size"][0].Item(Share, "yes")
	if small.Value != 0.7 || small.N != 20 {
		t.Errorf("small firms %+v, want 0.7 of 20", small)
	}
	want := []Response{{"s", "Small firms", 100, 50, Count{N: 25}, 0.5}, {"l", "Large firms", 50, 40, Count{N: 20}, 0.5}}
	if diff := cmp.Diff(want, r.Response); diff != "" {
		t.Error(diff)
	}
	if r.Hidden != 0 || r.Weighting.Kish < 1 || r.Weighting.Effective > 45 || !r.Weighting.Converged {
		t.Errorf("hidden %d, weighting %+v", r.Hidden, r.Weighting)
	}
	if w := want71(q); w != "" {
		t.Error(w)
	}
}

// want71 says what is wrong with the places: yes and no are not told apart by their intervals.
func want71(q Question) string {
	for _, i := range q.Whole.Items {
		if i.RankLow != 1 || i.RankHigh != 2 {
			return fmt.Sprintf("%s has places %d to %d; there is too little to tell them apart", i.Option, i.RankLow, i.RankHigh)
		}
	}
	return ""
}

// TestReckon_order gives the same report whatever the order of the answers, and with the same input the same bytes.
func TestReckon_order(t *testing.T) {
	in := made(t, 3, 200, 0.5)
	want, err := Reckon(in)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 1))
		in.Rows = slices.Clone(in.Rows)
		rng.Shuffle(len(in.Rows), func(i, j int) { in.Rows[i], in.Rows[j] = in.Rows[j], in.Rows[i] })
		got, err := Reckon(in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Part{}, Estimate{})); diff != "" {
			t.Fatal(diff)
		}
	}
	if _, err := json.Marshal(want); err != nil {
		t.Error(err) // no number is infinite or not a number
	}
}

// TestReckon_rule finds no figure that the rule forbids: fewer answers than the threshold behind it, or fewer that said it.
func TestReckon_rule(t *testing.T) {
	for seed := range uint64(30) {
		in := made(t, 500+seed, int(seed)*12, 0.6)
		in.Threshold = 5 + int(seed%4)
		r, err := Reckon(in)
		if err != nil {
			t.Fatal(seed, err)
		}
		small := func(n int) bool { return n > 0 && n < in.Threshold }
		for _, row := range r.Table()[1:] {
			var n int
			fmt.Sscan(row[13], &n)
			left := row[7] == string(survey.Blank) || row[7] == string(survey.NotAsked)
			if small(n) && !left || row[18] == "1" && strings.Join(row[9:18], "") != "" {
				t.Errorf("seed %d: %v", seed, row)
			}
			var value, lower, upper float64
			if row[9] != "" {
				fmt.Sscan(row[9]+" "+row[10]+" "+row[11], &value, &lower, &upper)
			}
			if lower > value || value > upper {
				t.Errorf("seed %d: interval of %v", seed, row)
			}
		}
	}
}

// TestReckon_small says nothing of a handful of answers, and does not fail on none.
func TestReckon_small(t *testing.T) {
	for _, n := range []int{0, 1, 4} {
		in := made(t, 1, 60, 0.5)
		in.Rows = in.Rows[:n]
		r, err := Reckon(in)
		if err != nil {
			t.Fatal(n, err)
		}
		if r.Answers.Hidden != (n > 0) || len(r.Response) > 0 || len(r.Breakdowns) > 0 || r.Weighting.Effective > 0 {
			t.Errorf("%d answers: %+v %+v %+v", n, r.Answers, r.Response, r.Weighting)
		}
		for _, q := range r.Questions {
			for _, i := range q.Whole.Items {
				if i.Value != 0 || i.N != 0 || i.Hidden != (n > 0) {
					t.Errorf("%d answers, %s: %+v", n, q.ID, i)
				}
			}
		}
		if len(r.Method()) < 5 {
			t.Error(r.Method())
		}
	}
}

// TestReckon_withoutFrame reckons answers that stand for nobody but themselves.
func TestReckon_withoutFrame(t *testing.T) {
	in := twoStrata(t)
	in.Cells, in.Groupings, in.Drawn = nil, nil, nil
	for i := range in.Rows {
		in.Rows[i].Stratum, in.Rows[i].Groups = "", nil
	}
	r, err := Reckon(in)
	if err != nil {
		t.Fatal(err)
	}
	q, _ := r.Question("grow")
	if yes, _ := q.Whole.Item(Share, "yes"); yes.Value != 0.5 || yes.Best != 0 || r.Frame != 0 {
		t.Errorf("%+v, frame %d", yes, r.Frame)
	}
	if !strings.Contains(r.Method()[0], "no frame") {
		t.Error(r.Method()[0])
	}
}

// TestReckon_versions counts answers to an older version only where the question was the same.
func TestReckon_versions(t *testing.T) {
	in := twoStrata(t)
	in.Instruments[2] = mustParse(t, strings.Replace(oneQuestion, "mean to grow", "expect to grow", 1))
	for i := range in.Rows {
		if i%2 == 0 {
			in.Rows[i].N = 2
		}
	}
	r, err := Reckon(in)
	if err != nil {
		t.Fatal(err)
	}
	q, _ := r.Question("grow")
	if q.SameSince != 2 || q.Whole.Base.N+q.Whole.States[0].Count.N > 23 || q.Whole.States[unaskedState].Count.N != 22 {
		t.Errorf("since %d, base %+v, states %+v", q.SameSince, q.Whole.Base, q.Whole.States)
	}
	in.Instruments[2] = mustParse(t, oneQuestion)
	r, err = Reckon(in)
	if err != nil {
		t.Fatal(err)
	}
	if q, _ = r.Question("grow"); q.SameSince != 1 || q.Whole.Base.N != 40 {
		t.Errorf("since %d, base %+v", q.SameSince, q.Whole.Base)
	}
}

func TestReckon_faults(t *testing.T) {
	for name, spoil := range map[string]func(*Input){
		"no questionnaire": func(in *Input) { in.Instruments = nil },
		"no such stratum":  func(in *Input) { in.Rows[0].Stratum = "x" },
		"no such version":  func(in *Input) { in.Rows[0].N = 9 },
	} {
		in := twoStrata(t)
		spoil(&in)
		if _, err := Reckon(in); err == nil || !strings.Contains(err.Error(), "survey s") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestReckon_anonymous breaks down by what the strata tell alone.
func TestReckon_anonymous(t *testing.T) {
	in := made(t, 2, 400, 0.5)
	in.Level = survey.Anonymous
	for i, r := range in.Rows {
		in.Rows[i].Groups = GroupsOf(in.Cells, r.Stratum)
	}
	r, err := Reckon(in)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, b := range r.Breakdowns {
		keys = append(keys, b.Key)
	}
	if want := []string{"size", "area", Arrival}; !slices.Equal(keys, want) {
		t.Errorf("breakdowns %v, want %v: strata are sizes by areas", keys, want)
	}
	table, err := AnswerTable(in)
	if err != nil {
		t.Fatal(err)
	}
	if head := strings.Join(table[0], " "); strings.Contains(head, "group.") || len(table) != len(in.Rows)+1 {
		t.Errorf("%d rows, header %s", len(table), head)
	}
	head := table[0]
	for _, gone := range []string{"instrument", "jobs"} {
		if slices.Contains(head, gone) {
			t.Errorf("column %s is there: %v", gone, head)
		}
	}
	words := slices.Index(head, "words")
	if words < slices.Index(head, "stay") || !slices.Contains(head, "jobs.state") {
		t.Fatalf("words stand at %d of %v", words, head)
	}
	first := func(row []string) []string { return row[:words-1] }
	if !slices.IsSortedFunc(table[1:], func(a, b []string) int { return slices.Compare(first(a), first(b)) }) {
		t.Error("the order of the answers tells something")
	}
	for i := 2; i < len(table); i++ {
		if a, b := table[i-1][words], table[i][words]; b != "" && a > b {
			t.Errorf("words %q before %q: their order tells something", a, b)
		}
	}
}

// TestTable_files holds the files together: every column and measure is in the code book, invented answers are called so in every
// row, and the answers of a confidential survey carry their groups.
func TestTable_files(t *testing.T) {
	in := made(t, 2, 300, 0.5)
	in.Invented = true
	r, err := Reckon(in)
	if err != nil {
		t.Fatal(err)
	}
	book := map[string]string{}
	for _, row := range r.CodeBook(in.Instruments[1])[1:] {
		book[row[0]+" "+row[1]] = row[4]
	}
	table := r.Table()
	for _, c := range table[0] {
		if book["results "+c] == "" {
			t.Errorf("column %s has no meaning", c)
		}
	}
	for _, row := range table[1:] {
		if book["results measure = "+row[6]] == "" || !strings.HasPrefix(row[19], "Invented answers") || len(row) != len(table[0]) {
			t.Fatalf("row %v", row)
		}
	}
	answers, err := AnswerTable(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range answers[0] {
		if key, _, _ := strings.Cut(c, "."); book["answers "+c] == "" && key != "group" {
			t.Errorf("column %s of the answers has no meaning", c)
		}
	}
	if !slices.Contains(answers[0], "group.size") || !strings.HasPrefix(answers[1][len(answers[1])-1], "Invented") || len(answers[1]) != len(answers[0]) {
		t.Error(answers[0], answers[1])
	}
}

// TestCompare sets two waves side by side where the question is the same.
func TestCompare(t *testing.T) {
	in := twoStrata(t)
	in.Rows = slices.Concat(in.Rows, in.Rows, in.Rows)
	in.Cells[0].Firms, in.Cells[1].Firms, in.Drawn = 300, 150, map[string]int{"s": 150, "l": 120}
	before, err := Reckon(in)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range in.Rows {
		if a := r.Answers["grow"]; a.State == survey.Answered && i%2 > 0 {
			in.Rows[i].Answers = survey.Answers{"grow": {State: survey.Answered, Choices: []string{"yes"}}}
		}
	}
	after, err := Reckon(in)
	if err != nil {
		t.Fatal(err)
	}
	got := Compare(before, after)
	if len(got) != 1 || len(got[0].Changes) != 2 {
		t.Fatalf("%+v", got)
	}
	c := got[0].Changes[0]
	if c.Option != "yes" || c.Verdict != Higher || math.Abs(c.Difference-(c.After.Value-c.Before.Value)) > 1e-9 || c.Lower <= 0 || c.Upper >= 1 {
		t.Errorf("%+v", c)
	}
	if got := Compare(before, before)[0].Changes[0]; got.Verdict != Same || got.Difference != 0 {
		t.Errorf("%+v", got)
	}
	in.Instruments[1] = mustParse(t, strings.Replace(oneQuestion, "mean to", "hope to", 1))
	if other, err := Reckon(in); err != nil || len(Compare(before, other)) != 0 {
		t.Error("a question in other words is compared", err)
	}
}

func TestPooled(t *testing.T) {
	in := twoStrata(t)
	in.Cells = append(in.Cells, Cell{"s", map[string]string{"size": "tiny"}, 30}, Cell{"s", map[string]string{"size": "huge"}, 3})
	s, err := newSample(in, rule{threshold: 5})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range s.raked(make([]string, len(s.rows))) {
		if m.Name == "size" && !cmp.Equal(m.Totals, map[string]float64{"small": 100, Together: 83}) {
			t.Errorf("sizes are raked to %v: tiny and huge have no answers, large has the fewest of the others", m.Totals)
		}
	}
}

// TestWeighting_leftOut leaves margins out that would change weights too much, and says so.
func TestWeighting_leftOut(t *testing.T) {
	in := twoStrata(t)
	in.Groupings = append(in.Groupings, frame.Grouping{Key: "area", Label: "Area", Categories: []frame.Category{{Key: "n", Label: "North"}, {Key: "s", Label: "South"}}})
	// Six of the answers are from the south, where all but a few firms are.
	in.Cells = []Cell{{"s", map[string]string{"size": "small", "area": "n"}, 4}, {"s", map[string]string{"size": "small", "area": "s"}, 96},
		{"l", map[string]string{"size": "large", "area": "n"}, 2}, {"l", map[string]string{"size": "large", "area": "s"}, 48}}
	for i, r := range in.Rows {
		area := "n"
		if i%7 == 0 {
			area = "s"
		}
		in.Rows[i].Groups = map[string]string{"size": r.Groups["size"], "area": area}
	}
	r, err := Reckon(in)
	if err != nil {
		t.Fatal(err)
	}
	w := r.Weighting
	if !slices.Equal(w.Margins, []string{"Size"}) || !slices.Equal(w.LeftOut, []string{"Area"}) || !w.Converged || w.Lowest != 1 || w.Highest != 1 {
		t.Errorf("%+v", w)
	}
	if !strings.Contains(strings.Join(r.Method(), " "), "not raked to Area") {
		t.Error(r.Method())
	}
}
