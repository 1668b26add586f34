package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/survey"
)

// What a question shows of an answer is what its form sends back: nothing changes by looking at it.
func TestAnswerFields_roundTrip(t *testing.T) {
	in, err := survey.Parse([]byte(everyKind))
	if err != nil {
		t.Fatal(err)
	}
	given := survey.Answers{
		"staff": {State: survey.Answered, Number: 12.5}, "called": {State: survey.Answered, Text: "Firm & Sons\nLtd"}, "came": {State: survey.Answered, Choices: []string{"other"}, Other: "By merger"},
		"why": {State: survey.Answered, Choices: []string{"people", "rent"}}, "happy": {State: survey.Answered, Number: 0}, "first": {State: survey.Answered, Choices: []string{"cafe", "bus"}},
		"money": {State: survey.Answered, Points: []survey.Point{{Option: "bus", Points: 33.5}, {Option: "lab", Points: 66.5}}},
		"buys":  {State: survey.Answered, Orgs: []survey.Named{{OrgID: "acme", Name: "Acme Ltd"}, {Name: "Nobody"}}}, "words": {State: survey.Answered, Text: "<b>&"}, "where": {State: survey.NotApply},
	}
	for _, q := range in.Questions() {
		for _, a := range []survey.Answer{given[q.ID], {State: survey.DoesntKnow}, {State: survey.Refused}, {State: survey.NotApply}, {State: survey.Blank}} {
			got, fault := readAnswer(q, answerFields(q.ID, a), a)
			if diff := cmp.Diff(a, got); diff != "" || fault != "" {
				t.Errorf("%s: %s%s", q.ID, fault, diff)
			}
		}
	}
}

// The register's value stands in an empty field with its source, and beside an answer that differs.
func TestQuestionView_known(t *testing.T) {
	q := survey.Question{ID: "staff", Kind: survey.Number, Prefill: "employees", Help: "Head count", Max: 50}
	for name, c := range map[string]struct {
		answer      survey.Answer
		value, says string
	}{
		"nothing said yet": {survey.Answer{}, "12", "Filled in from: Accounts. Change it if it is wrong."},
		"left as it is":    {survey.Answer{State: survey.Answered, Number: 12}, "12", "Filled in from: Accounts. Change it if it is wrong."},
		"changed":          {survey.Answer{State: survey.Answered, Number: 14}, "14", "On record: 12 (Accounts)."},
		"taken out":        {survey.Answer{State: survey.Blank}, "", "On record: 12 (Accounts)."},
		"refused":          {survey.Answer{State: survey.Refused}, "", "On record: 12 (Accounts)."},
	} {
		v := questionView(q, c.answer, "12", "Accounts")
		if v.Value("") != c.value || v.KnownSays() != c.says {
			t.Errorf("%s: %q, %q", name, v.Value(""), v.KnownSays())
		}
	}
	v := questionView(q, survey.Answer{}, "12", "Accounts")
	v.Fault, v.Typed = "No", url.Values{"staff": {"many"}}
	if v.Value("") != "many" || v.DescribedBy() != "q-staff-help q-staff-hint q-staff-known q-staff-fault" {
		t.Errorf("%q described by %q", v.Value(""), v.DescribedBy())
	}
	if plain := questionView(survey.Question{ID: "x", Kind: survey.Text}, survey.Answer{}, "12", "Accounts"); plain.KnownSays() != "" || plain.Value("") != "" {
		t.Error("a question that asks for no fact is filled in")
	}
}

// There is room for the names that were given and for more, up to what the question takes.
func TestQuestionView_rows(t *testing.T) {
	many := survey.Answer{State: survey.Answered}
	for range 7 {
		many.Orgs = append(many.Orgs, survey.Named{Name: "X"})
	}
	for _, c := range []struct {
		most   int
		answer survey.Answer
		want   int
	}{{0, survey.Answer{}, 5}, {3, survey.Answer{}, 3}, {0, many, 9}, {7, many, 7}} {
		v := questionView(survey.Question{ID: "o", Kind: survey.Organisations, Most: c.most}, c.answer, "", "")
		if got := len(v.Orgs()); got != c.want {
			t.Errorf("most %d: %d rows, want %d", c.most, got, c.want)
		}
	}
}

func TestConditionWords(t *testing.T) {
	in, err := survey.Parse([]byte(strings.Replace(everyKind, "any = [\"yes\"]", "any = [\"yes\", \"other\"]\nnot = true", 1)))
	if err != nil {
		t.Fatal(err)
	}
	q, _ := in.Find("why")
	if got, want := conditionWords(in, q.ShowIf), "Asked where “Did the firm come here from elsewhere?” is answered by anything but “Yes” or “Other”"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := routeOf(q.ShowIf); got != "!came yes other" {
		t.Errorf("route %q", got)
	}
}
