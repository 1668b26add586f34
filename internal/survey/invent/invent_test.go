package invent

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/survey"
)

const instrument = `
id = "test"
title = "A test"
[[section]]
id = "a"
title = "A"
  [[section.question]]
  id = "came"
  kind = "single"
  text = "Did you come here?"
  topic = "arrival"
  required = true
  option = [{id = "came", label = "We came"}, {id = "always", label = "We were always here"}]
  [[section.question]]
  id = "from"
  kind = "text"
  text = "From where?"
  show_if = {question = "came", any = ["came"]}
  [[section.question]]
  id = "why"
  kind = "rank"
  text = "Why here?"
  topic = "reason"
  most = 2
  option = [{id = "people", label = "People"}, {id = "cost", label = "Cost"}, {id = "roads", label = "Roads"}]
  [[section.question]]
  id = "stops"
  kind = "multi"
  text = "What stops you?"
  topic = "barrier"
  option = [{id = "skills", label = "Skills"}, {id = "money", label = "Money"}, {id = "none", label = "Nothing", alone = true}]
  [[section.question]]
  id = "points"
  kind = "budget"
  text = "Share 100 points"
  topic = "demand"
  option = [{id = "x", label = "X"}, {id = "y", label = "Y"}, {id = "z", label = "Z"}]
  [[section.question]]
  id = "glad"
  kind = "scale"
  text = "How glad?"
  min = 1
  max = 5
  [[section.question]]
  id = "jobs"
  kind = "number"
  text = "Employees?"
  prefill = "employees"
  min = 0
  max = 100000
  [[section.question]]
  id = "links"
  kind = "organisations"
  text = "With whom?"
  most = 3
  [[section.question]]
  id = "mail"
  kind = "text"
  text = "Whom may we ask?"
  topic = "contact"
`

func parsed(t *testing.T) survey.Instrument {
	t.Helper()
	in, err := survey.Parse([]byte(instrument))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func model(t *testing.T, change string) Model {
	t.Helper()
	m, err := ParseModel([]byte("[response]\nrate = 0.6\nbegin = 0.3\nrefuse = 0.2\n" + change))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func firms(n int) []Firm {
	var out []Firm
	for i := range n {
		size := []string{"small", "large"}[i%2]
		out = append(out, Firm{Key: fmt.Sprintf("f%04d", i), Stratum: size, Groups: map[string]string{"size": size}, Employees: i})
	}
	return out
}

func replies(t *testing.T, f []Firm, m Model, seed uint64) []Reply {
	t.Helper()
	out, err := Replies(parsed(t), f, m, seed)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The same seed gives the same replies, another one others, and neither the order nor the number of firms matters to a firm.
func TestReplies_seed(t *testing.T) {
	m, _, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	all := replies(t, firms(60), m, 7)
	if diff := cmp.Diff(all, replies(t, firms(60), m, 7)); diff != "" {
		t.Errorf("the same seed gave something else:\n%s", diff)
	}
	if cmp.Equal(all, replies(t, firms(60), m, 8)) {
		t.Error("another seed gave the same replies")
	}
	if diff := cmp.Diff(all[:20], replies(t, firms(20), m, 7)); diff != "" {
		t.Errorf("firms answer otherwise when fewer are asked:\n%s", diff)
	}
}

// Whatever is made up fits the question, follows the routing, and names neither a person nor a firm that could exist.
func TestReplies_fit(t *testing.T) {
	in := parsed(t)
	m, _, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	got := map[Outcome]int{}
	for _, r := range replies(t, firms(400), m, 3) {
		got[r.Outcome]++
		if (r.Answers != nil) != (r.Outcome == Done || r.Outcome == Begun) {
			t.Fatalf("firm %d is %s and has %d answers", r.Firm, r.Outcome, len(r.Answers))
		}
		if r.Outcome != Done {
			continue
		}
		if diff := cmp.Diff(in.Settle(r.Answers), r.Answers); diff != "" {
			t.Fatalf("firm %d is not settled:\n%s", r.Firm, diff)
		}
		for _, q := range in.Questions() {
			a := r.Answers[q.ID]
			if a.State == survey.NotAsked {
				continue
			}
			if err := q.Check(a); err != nil {
				t.Fatalf("firm %d, %s: %v", r.Firm, q.ID, err)
			}
			for _, o := range a.Orgs {
				if o.OrgID != "" || !strings.HasPrefix(o.Name, "Invented") {
					t.Fatalf("an organisation is named that could exist: %+v", o)
				}
			}
			if a.Text != "" && !strings.HasPrefix(a.Text, InventedWords) {
				t.Fatalf("%s: words that do not say that they are invented: %q", q.ID, a.Text)
			}
		}
		if came := r.Answers["came"]; came.State == survey.Answered && came.Choices[0] == "always" && r.Answers["from"].State != survey.NotAsked {
			t.Fatal("a firm that was always here was asked from where it came")
		}
		if r.Answers["mail"].State == survey.Answered {
			t.Fatal("a person was made up")
		}
	}
	for _, o := range []Outcome{Done, Begun, Refused, Silent} {
		if got[o] == 0 {
			t.Errorf("no firm of 400 is %s", o)
		}
	}
}

// share is how many of those of a group that answered the question did what is asked for.
func share(list []Reply, f []Firm, size, question string, did func(survey.Answer) bool) (float64, int) {
	n, yes := 0, 0
	for _, r := range list {
		if r.Outcome != Done || size != "" && f[r.Firm].Groups["size"] != size {
			continue
		}
		if a := r.Answers[question]; a.State == survey.Answered {
			n++
			if did(a) {
				yes++
			}
		}
	}
	return float64(yes) / float64(n), n
}

// What the model states comes out. A liking of 1.5 above two options of 0 is the share exp(1.5)/(exp(1.5)+2) = 0.691 of first
// places (multinomial logit), 0.25 where the group likes it 1.9 less (exp(-0.4)/(exp(-0.4)+2) = 0.251). Tolerances are four
// standard errors.
func TestReplies_model(t *testing.T) {
	m := model(t, `[spread]
firm = 1
[[prefer]]
topic = "reason"
options = ["people", "cost", "roads"]
by = [1.5, 0, 0]
[[shift]]
topic = "reason"
option = "people"
group = "size"
category = "large"
by = -1.9
[[response.shift]]
group = "size"
category = "large"
by = -1`)
	f := firms(4000)
	list := replies(t, f, m, 11)
	first := func(a survey.Answer) bool { return a.Choices[0] == "people" }
	for size, want := range map[string]float64{"small": 0.691, "large": 0.251} {
		got, n := share(list, f, size, "why", first)
		if math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/float64(n)) {
			t.Errorf("%s firms rank people first in %.3f of %d answers, want %.3f", size, got, n, want)
		}
	}
	// Rate 0.6, and logistic(log(0.6/0.4) - 1) = 0.3556 of large firms.
	done := map[string]float64{}
	for _, r := range list {
		if r.Outcome == Done {
			done[f[r.Firm].Groups["size"]] += 1.0 / 2000
		}
	}
	for size, want := range map[string]float64{"small": 0.6, "large": 0.3556} {
		if math.Abs(done[size]-want) > 4*math.Sqrt(want*(1-want)/2000) {
			t.Errorf("%.3f of %s firms answered, want %.3f", done[size], size, want)
		}
	}
}

func TestParseModel_faults(t *testing.T) {
	for text, want := range map[string]string{
		"[response]\nrate = 2":                              "share between 0 and 1",
		"[response]\nrate = 0.5\nrat = 1":                   `no key "response.rat"`,
		"[response]\nrate = 0.5\nbegin = 0.9\nrefuse = 0.2": "sum to more than 1",
		"[response]\nrate = 0.5\n[[prefer]]\ntopic = \"reason\"\noptions = [\"a\"]\nby = []":  "1 options and 0 likings",
		"[response]\nrate = 0.5\n[[words]]\ntopic = \"reason\"\ntext = [\"We love it here\"]": "begins with",
		"[response]\nrate = 0.5\n[[number]]\ntopic = \"reason\"\nmedian = 0\nspread = 1":      "median is above 0",
		"[response]\nrate =": "line 2",
	} {
		_, err := ParseModel([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gave %v, want %q", text, err, want)
		}
	}
}
