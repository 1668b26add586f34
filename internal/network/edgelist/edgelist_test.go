package edgelist_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/network/edgelist"
)

func TestGuess(t *testing.T) {
	for _, c := range []struct {
		headers string
		want    string
	}{
		{"from,to,kind,weight,year", "from=0 to=1 kind=2 answer=3 year=4"},
		{"Source,Target,Type,Id,Label,Weight", "from=0 to=1 kind=2 answer=5"}, // as Gephi writes it
		{"Respondent,respondent_id,Named,Question,Strength", "from=0 from_id=1 to=2 kind=3 answer=4"},
		{"from_id,to_id,since,until,source-url", "from_id=0 to_id=1 year=2 end=3 page=4"},
		{"a,b,c", ""},
	} {
		var got []string
		for u, i := range edgelist.Guess(strings.Split(c.headers, ",")) {
			if i >= 0 {
				got = append(got, edgelist.UseOf[u].Key+"="+string(rune('0'+i)))
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s; want %s", c.headers, s, c.want)
		}
	}
	if f := edgelist.None().Fault(); f == "" {
		t.Error("no columns at all are no fault")
	}
}

func TestKindOf(t *testing.T) {
	for text, want := range map[string]string{
		"works_with": "works_with", "Works with": "works_with", "Partner in a project": "partner_in_project", "Whom do you trust?": "trusts",
		"Who is your main supplier?": "<supplies", "Who are your customers": "supplies", "q7": "", "": "", "MEMBER OF": "member_of",
	} {
		if got := edgelist.KindOf(text); got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
	}
}

// TestTies holds each way in which a line makes a tie or none against what is expected.
func TestTies(t *testing.T) {
	known := map[string]string{"Works": "works", "w": "works", "Hub": "hub", "College": "college"}
	c := edgelist.Guess(strings.Split("from,from_id,to,kind,answer,year,url", ","))
	lines := []string{
		"Works,,Hub,q1,,2020,",
		"Nobody,w,Hub,q1,,2020,https://example.org/2", // the id counts
		"Hub,,Works,supplier,3,2021,",
		"Hub,,College,,no,,", "Hub,,College,,0,,", "Hub,,,,,,", ",,,,,,", "Hub,,Stranger,,,,", "Hub,,Hub,,,,",
		"Hub,,College,,2.5,,",
	}
	var rows []edgelist.Row
	for i, l := range lines {
		rows = append(rows, c.Read(i+2, strings.Split(l, ",")))
	}
	ties, left := edgelist.Ties(rows, edgelist.Choices{Kinds: map[string]string{"q1": "works_with", "supplier": "<supplies"}, Usual: "linked", Page: "https://example.org/list",
		Org: func(text string) (string, string, bool) { id, ok := known[text]; return id, strings.ToUpper(id), ok }})
	var got []string
	ids := map[string]bool{}
	for _, tie := range ties {
		ids[tie.Cells[0]] = true
		got = append(got, strings.Join(tie.Cells[1:], "|"))
	}
	want := []string{
		"works|WORKS|hub|HUB|works_with|2020||https://example.org/list|",
		"works|WORKS|hub|HUB|works_with|2020||https://example.org/2|",
		"works|WORKS|hub|HUB|supplies|2021||https://example.org/list|3",
		"hub|HUB|college|COLLEGE|linked|||https://example.org/list|2.5",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if len(ids) != len(ties) {
		t.Errorf("ids %v are not different", ids)
	}
	var why []string
	for _, l := range left {
		why = append(why, strings.TrimSpace(string(rune('0'+l.Line))+" "+l.Why+" "+l.Text))
	}
	wantLeft := []string{"5 the answer names nobody no", "6 the answer names nobody 0", "7 names one organisation only Hub", "8 names no organisation",
		"9 no organisation on record was found for Stranger", ": ties an organisation to itself HUB"}
	if d := cmp.Diff(wantLeft, why); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	again, _ := edgelist.Ties(rows, edgelist.Choices{Usual: "linked", Page: "https://example.org/list", Org: func(text string) (string, string, bool) { id, ok := known[text]; return id, id, ok }})
	if again[3].Cells[0] != ties[3].Cells[0] {
		t.Error("the same line again has another id")
	}
}
