package xlsform

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milieu/internal/survey"
)

// workbook writes sheets of texts as the smallest XLSX that there is.
func workbook(t testing.TB, sheets map[string][][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name, text string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?>` + text)); err != nil {
			t.Fatal(err)
		}
	}
	names := make([]string, 0, len(sheets))
	for name := range sheets {
		names = append(names, name)
	}
	slices.Sort(names)
	var list, relations strings.Builder
	for k, name := range names {
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" r:id="r%d"/>`, name, k+1, k+1)
		fmt.Fprintf(&relations, `<Relationship Id="r%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/s%d.xml"/>`, k+1, k+1)
		var rows strings.Builder
		for i, cells := range sheets[name] {
			fmt.Fprintf(&rows, `<row r="%d">`, i+1)
			for c, text := range cells {
				if text != "" {
					fmt.Fprintf(&rows, `<c r="%c%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, 'A'+c, i+1, html.EscapeString(text))
				}
			}
			rows.WriteString(`</row>`)
		}
		put(fmt.Sprintf("xl/worksheets/s%d.xml", k+1), `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+rows.String()+`</sheetData></worksheet>`)
	}
	put("xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`+list.String()+`</sheets></workbook>`)
	put("xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+relations.String()+`</Relationships>`)
	put("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var surveyHeader = []string{"type", "name", "label::English (en)", "label::Deutsch (de)", "hint", "required", "relevant", "constraint", "parameters"}

func read(t *testing.T, rows ...[]string) (survey.Instrument, []string) {
	t.Helper()
	in, problems, err := Read(workbook(t, map[string][][]string{
		"survey": append([][]string{surveyHeader}, rows...),
		"choices": {{"list name", "name", "label::English (en)", "label::Deutsch (de)"}, {"yn", "yes", "Yes", "Ja"}, {"yn", "no", "No", "Nein"},
			{"why", "A", "Skills", "Wissen"}, {"why", "B", "Rents", "Mieten"}, {"why", "other", "Other", "Anderes"}, {"one", "x", "X", "X"}},
		"settings": {{"form_title", "form_id", "default_language"}, {"Firms here", "Firms 2026", "English (en)"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, p := range problems {
		said = append(said, p.String())
	}
	return in, said
}

func TestRead(t *testing.T) {
	in, problems := read(t,
		[]string{"begin group", "about", "About you", "Über Sie"},
		[]string{"integer", "staff", "How many?", "Wie viele?", "On 1 March", "yes", "", ". >= 0 and . <= 500"},
		[]string{"select_one yn", "came", "Did you move here?", "", "", "true()"},
		[]string{"select_multiple why or_other", "reasons", "Why?", "", "", "", "${came} = 'yes'", "count-selected(.) <= 2"},
		[]string{"end group"},
		[]string{"begin_group", "more", "", "", "", "", "selected(${reasons}, 'A') or selected(${reasons}, 'B')"},
		[]string{"note", "n1", "Almost done."},
		[]string{"range", "nps", "Would you recommend it?", "", "", "", "", "", "start=0 end=10 step=1"},
		[]string{"rank why", "order", "Which first?"},
		[]string{"begin group", "inner", "", "", "", "", "not(selected(${reasons}, 'A'))"},
		[]string{"text", "Free Words", "Anything else?"},
		[]string{"decimal", "area", "Floor space", "", "", "", "${came} != 'no'"},
		[]string{"end group"},
		[]string{"end_group"},
	)
	if len(problems) != 1 || !strings.Contains(problems[0], "row 13: the condition of the group in row 11 is left out") {
		t.Errorf("problems: %q", problems)
	}
	yn := []survey.Option{{ID: "yes", Label: "Yes"}, {ID: "no", Label: "No"}}
	why := []survey.Option{{ID: "a", Label: "Skills"}, {ID: "b", Label: "Rents"}}
	want := survey.Instrument{ID: "firms_2026", Title: "Firms here", Language: "en", Sections: []survey.Section{
		{ID: "about", Title: "About you", Questions: []survey.Question{
			{ID: "staff", Kind: survey.Number, Text: "How many?", Help: "On 1 March", Required: true, Max: 500},
			{ID: "came", Kind: survey.Single, Text: "Did you move here?", Required: true, Options: yn},
			{ID: "reasons", Kind: survey.Multi, Text: "Why?", Other: true, Options: why, Most: 2, ShowIf: survey.Condition{Question: "came", Any: []string{"yes"}}},
		}},
		{ID: "more", Title: "more", ShowIf: survey.Condition{Question: "reasons", Any: []string{"a", "b"}}, Questions: []survey.Question{
			{ID: "n1", Kind: survey.Note, Text: "Almost done."},
			{ID: "nps", Kind: survey.Scale, Text: "Would you recommend it?", Max: 10},
			{ID: "order", Kind: survey.Rank, Text: "Which first?", Options: append(slices.Clone(why), survey.Option{ID: "other", Label: "Other"})},
			{ID: "free_words", Kind: survey.Text, Text: "Anything else?", ShowIf: survey.Condition{Question: "reasons", Any: []string{"a"}, Not: true}},
			{ID: "area", Kind: survey.Number, Text: "Floor space", ShowIf: survey.Condition{Question: "came", Any: []string{"no"}, Not: true}},
		}},
	}}
	if diff := cmp.Diff(want, in); diff != "" {
		t.Errorf("the instrument differs (-want +got):\n%s", diff)
	}
	text, err := in.TOML()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := survey.Parse(text); err != nil {
		t.Errorf("what was read cannot be published: %v", err)
	}
}

// Each row that cannot be taken over as it is says so; the others are read.
func TestRead_problems(t *testing.T) {
	fine := []string{"text", "ok", "Fine?"}
	for name, c := range map[string]struct {
		row  []string
		says string
	}{
		"a day":             {[]string{"date", "d", "When?"}, "row 3: questions of type date cannot be asked here"},
		"a device":          {[]string{"deviceid", "d"}, "row 3: deviceid is left out: nothing is recorded of the device"},
		"a place":           {[]string{"geopoint", "d", "Where?"}, "row 3: questions of type geopoint"},
		"a list of one":     {[]string{"select_one one", "d", "Which?"}, `row 3: the list "one" has 1 choices`},
		"no list":           {[]string{"select_one nowhere", "d", "Which?"}, `row 3: the list "nowhere" has 0 choices`},
		"a one-sided bound": {[]string{"integer", "d", "How many?", "", "", "", "", ". > 0"}, `row 3: the constraint ". > 0" is left out: a number needs a lower and an upper bound`},
		"a pattern":         {[]string{"text", "d", "Code?", "", "", "", "", "regex(., '[0-9]+')"}, "row 3: the constraint"},
		"a sum":             {[]string{"text", "d", "And?", "", "", "", "${ok} > 3"}, "row 3: the condition"},
		"a later question":  {[]string{"text", "d", "And?", "", "", "", "${later} = 'yes'"}, `there is no question "later" before it`},
		"words":             {[]string{"text", "d", "And?", "", "", "", "${ok} = 'yes'"}, `the question "ok" has no choices`},
		"required at times": {[]string{"text", "d", "And?", "", "", "${ok} = 'x'"}, "was made optional"},
		"no label":          {[]string{"text", "d"}, `the question "d" has no label`},
		"an insertion":      {[]string{"text", "d", "Why ${ok}?"}, "repeats an earlier answer"},
		"a long label":      {[]string{"text", "d", strings.Repeat("word ", 200)}, "longer than 500 characters"},
		"a long range":      {[]string{"range", "d", "How much?", "", "", "", "", "", "start=0 end=100 step=5"}, "a number is asked for"},
		"a repeat":          {[]string{"begin_repeat", "d", "Sites"}, "row 3: questions cannot be repeated here"},
		"an open group":     {[]string{"begin_group", "d", "Sites"}, "row 3: the group that begins here does not end"},
		"an end too many":   {[]string{"end_group"}, "row 3: a group ends here that did not begin"},
		"no type":           {[]string{"", "d", "And?"}, "row 3: the row has no type"},
	} {
		in, problems := read(t, fine, c.row)
		if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, c.says) }) {
			t.Errorf("%s: no problem says %q: %q", name, c.says, problems)
		}
		if _, ok := in.Find("ok"); !ok {
			t.Errorf("%s: the row that is fine is lost", name)
		}
	}
}

// Conditions that are no list of choices of one question are left out and named, never guessed.
func TestRead_relevant(t *testing.T) {
	for relevant, want := range map[string]survey.Condition{
		"${came}='yes'":                                            {Question: "came", Any: []string{"yes"}},
		`( ${came} = "yes" )`:                                      {Question: "came", Any: []string{"yes"}},
		"selected( ${why} , 'A')":                                  {Question: "why", Any: []string{"a"}},
		"not(selected(${why}, 'A'))":                               {Question: "why", Any: []string{"a"}, Not: true},
		"(${why} = 'A') or (${why} = 'B')":                         {Question: "why", Any: []string{"a", "b"}},
		"${why} != 'A' and ${why} != 'B'":                          {Question: "why", Any: []string{"a", "b"}, Not: true},
		"true()":                                                   {},
		"${why} = 'A' and ${why} = 'B'":                            {}, // both at once: an instrument cannot say it
		"${why} != 'A' or ${why} != 'B'":                           {},
		"${came} = 'yes' or ${why} = 'A'":                          {},
		"${came} = 'maybe'":                                        {},
		"selected(${why}, 'A') and not(selected(${why}, 'B'))":     {},
		"not(selected(${why}, 'A')":                                {},
		"count-selected(${why}) > 1":                               {},
		"${came} = 'yes' or (${came} = 'no' and ${why} != 'A')":    {},
		"not(${came} = 'yes')":                                     {},
		"${came} = 'yes' Or ${came} = 'no'":                        {Question: "came", Any: []string{"yes", "no"}},
		"${came} = 'yes' or ${came} = 'no' or ${came} = 'nothing'": {},
	} {
		in, problems := read(t, []string{"select_one yn", "came", "Came?"}, []string{"select_multiple why", "why", "Why?"}, []string{"text", "d", "And?", "", "", "", relevant})
		q, _ := in.Find("d")
		if diff := cmp.Diff(want, q.ShowIf); diff != "" {
			t.Errorf("%s: %s", relevant, diff)
		}
		if named := len(problems) > 0; named != (want.Question == "" && relevant != "true()") {
			t.Errorf("%s: problems %q", relevant, problems)
		}
	}
}

func TestRead_noForm(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"empty":        {nil, "empty"},
		"text":         {[]byte("type,name,label\n"), "no workbook"},
		"other sheets": {workbook(t, map[string][][]string{"people": {{"a"}}}), `no sheet "survey"`},
		"no rows":      {workbook(t, map[string][][]string{"survey": {surveyHeader}}), "no rows"},
		"no type":      {workbook(t, map[string][][]string{"survey": {{"a", "b"}, {"1", "2"}}}), "no column type"},
		"no questions": {workbook(t, map[string][][]string{"survey": {surveyHeader, {"start", "s"}}}), "no question that can be asked"},
		"too large":    {make([]byte, MostBytes+1), "more than 4 MB"},
	} {
		if _, _, err := Read(c.data); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Without settings, with labels that have no language, and with ids that cannot be ours.
func TestRead_bare(t *testing.T) {
	in, problems, err := Read(workbook(t, map[string][][]string{
		"survey":  {{"Type", "Name", "Label"}, {"select_one L 1", "1st?", "First?"}, {"select_one L", "L", "Second?"}, {"text", "", "Third?"}, {"text", "l", "Fourth?"}},
		"choices": {{"list_name", "name", "label"}, {"L", "1", "One"}, {"L", "2", ""}, {"L", "2", "Twice"}, {"", "3", "Lost"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, q := range in.Questions() {
		ids = append(ids, q.ID)
	}
	if want := []string{"q1st", "l", "third", "l_2"}; !slices.Equal(ids, want) || in.Sections[0].Title != "Questions" || in.ID != "imported_form" {
		t.Errorf("ids %q of %q, want %q", ids, in.ID, want)
	}
	if len(problems) != 3 || problems[1].Sheet != "choices" || problems[1].Row != 4 {
		t.Errorf("problems: %v", problems)
	}
	if q, _ := in.Find("l"); q.Options[1].Label != "2" {
		t.Errorf("options: %v", q.Options)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("select_one L", "a", "Label", "${a} = 'x' or ${a} = 'y'", ". >= 1 and . < 9", "start=1 end=5")
	f.Add("range", "", "", "not(selected(${a}, 'x'))", "count-selected(.) < 3", "step=0.5")
	f.Add("begin_group", "é", "\x00", "((", ")", "=")
	f.Fuzz(func(t *testing.T, kind, name, label, relevant, constraint, parameters string) {
		b := book{survey: []row{{2, map[string]string{"type": "select_one L", "name": "a", "label": "A?"}},
			{3, byName([]string{"type", "name", "label", "relevant", "constraint", "parameters"}, []string{kind, name, label, relevant, constraint, parameters})}},
			choices: []row{{2, map[string]string{"list_name": "L", "name": "x"}}, {3, map[string]string{"list_name": "L", "name": "y", "label": label}}}}
		m := newMaker(b)
		for _, r := range b.survey {
			m.row(r)
		}
		m.finish()
		text, err := m.in.TOML()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := survey.Parse(text); err != nil && len(m.problems) == 0 {
			t.Fatalf("%v, and no problem says so", err)
		}
	})
}

// testdata/firms.xlsx was written by openpyxl 3.1, so with shared texts as spreadsheet programs write them, and is a form that
// pyxform 4.5.0, the reference for XLSForm, converts.
func TestRead_file(t *testing.T) {
	data, err := os.ReadFile("testdata/firms.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	in, problems, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprintf("%s %d", p.Sheet, p.Row))
	}
	if want := []string{"survey 2", "survey 3", "survey 13", "survey 14"}; !slices.Equal(got, want) {
		t.Errorf("problems in %q, want %q: %v", got, want, problems)
	}
	if n := len(in.Questions()); n != 6 || in.Title != "Firms of the district" || in.Language != "en" || in.Sections[0].Questions[0].Text != "How many people work here?" {
		t.Errorf("%d questions of %q in %q", n, in.Title, in.Language)
	}
}
