package xlsform

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"milieu/internal/survey"
)

// maker builds an instrument from the rows of a form.
type maker struct {
	in       survey.Instrument
	problems []Problem
	language string                       // of the columns that are read, "" for those without a language
	lists    map[string][]survey.Option   // by list_name
	options  map[string]map[string]string // by list_name and name: id of the option
	ids      map[string]string            // name in the form: id of the question
	listOf   map[string]string            // id of the question: list_name
	list     string                       // of the question at hand
	seen     map[string]bool              // ids of questions
	sections map[string]bool
	rowOf    map[string]int
	groups   []group // that are open, the outermost first
	open     bool    // the last section takes questions
}

// group is a begin_group that has not ended.
type group struct {
	line   int
	repeat bool
	cond   survey.Condition
}

func newMaker(b book) *maker {
	m := &maker{lists: map[string][]survey.Option{}, options: map[string]map[string]string{}, ids: map[string]string{}, listOf: map[string]string{}, seen: map[string]bool{}, sections: map[string]bool{}, rowOf: map[string]int{}}
	settings := map[string]string{}
	if len(b.settings) > 0 {
		settings = b.settings[0].cells
	}
	m.language = languageOf(b.survey, strings.ToLower(settings["default_language"]))
	m.in.Title = settings["form_title"]
	if m.in.Title == "" {
		m.in.Title = "Imported form"
	}
	id := settings["form_id"]
	if id == "" {
		id = m.in.Title
	}
	m.in.ID = slug(id, "f", 60, map[string]bool{})
	m.in.Language = languageCode(m.language)
	m.readLists(b.choices)
	return m
}

// languageOf is the language whose labels are read: the form's own, else that of the labels without one, else the first.
func languageOf(rows []row, own string) string {
	found := map[string]bool{}
	var first []string
	for _, r := range rows {
		for name := range r.cells {
			if rest, ok := strings.CutPrefix(name, "label"); ok {
				language := strings.TrimPrefix(rest, "::")
				if !found[language] {
					found[language] = true
					first = append(first, language)
				}
			}
		}
	}
	slices.Sort(first) // of several the choice must not hang on the order of a map; "" comes first
	switch {
	case own != "" && found[own] || len(first) == 0:
		return own
	default:
		return first[0]
	}
}

// languageCode is the BCP 47 code of a language that is written as "English (en)".
func languageCode(s string) string {
	if _, rest, ok := strings.Cut(s, "("); ok {
		if code, _, ok := strings.Cut(rest, ")"); ok && len(code) >= 2 && len(code) <= 8 {
			return strings.TrimSpace(code)
		}
	}
	return "en"
}

func (m *maker) add(sheet string, line int, format string, args ...any) {
	m.problems = append(m.problems, Problem{sheet, line, fmt.Sprintf(format, args...)})
}

// text is a cell in the form's language.
func (m *maker) text(r row, name string) string {
	if t := r.cells[name+"::"+m.language]; m.language != "" && t != "" {
		return t
	}
	return r.cells[name]
}

// label is a text that is not longer than an instrument takes.
func (m *maker) label(sheet string, r row, name string) string {
	t := m.text(r, name)
	if strings.Contains(t, "${") {
		m.add(sheet, r.line, "the %s repeats an earlier answer (${…}), which is shown as it stands here", name)
	}
	if utf8.RuneCountInString(t) > mostLabel {
		m.add(sheet, r.line, "the %s is longer than %d characters and was cut", name, mostLabel)
		t = strings.TrimSpace(string([]rune(t)[:mostLabel-1])) + "…"
	}
	return t
}

// readLists reads the choices by their list.
func (m *maker) readLists(rows []row) {
	seen := map[string]map[string]bool{}
	for _, r := range rows {
		list, name := r.cells["list_name"], r.cells["name"]
		if name == "" {
			name = r.cells["value"]
		}
		label := m.label("choices", r, "label")
		switch {
		case list == "" && name == "":
			continue
		case list == "" || name == "":
			m.add("choices", r.line, "a choice needs list_name and name; the row was left out")
			continue
		case label == "":
			label = name
		}
		if seen[list] == nil {
			seen[list], m.options[list] = map[string]bool{}, map[string]string{}
		}
		if m.options[list][name] != "" {
			m.add("choices", r.line, "the choice %q stands in the list %q twice; the row was left out", name, list)
			continue
		}
		id := slug(name, "", 100, seen[list])
		m.options[list][name] = id
		m.lists[list] = append(m.lists[list], survey.Option{ID: id, Label: label})
	}
}

// row takes one row of the sheet survey.
func (m *maker) row(r row) {
	kind := strings.Join(strings.Fields(strings.ToLower(r.cells["type"])), " ")
	switch strings.ReplaceAll(kind, "_", " ") {
	case "":
		if r.cells["name"] != "" || m.text(r, "label") != "" {
			m.add("survey", r.line, "the row has no type and was left out")
		}
	case "begin group", "begin repeat":
		m.begin(r, strings.HasSuffix(kind, "repeat"))
	case "end group", "end repeat":
		m.end(r)
	default:
		m.question(r, r.cells["type"])
	}
}

func (m *maker) begin(r row, repeat bool) {
	if repeat {
		m.add("survey", r.line, "questions cannot be repeated here; those of this repeat are asked once")
	}
	cond := m.relevant(r)
	if len(m.groups) == 0 {
		m.section(m.label("survey", r, "label"), r.cells["name"], r.line)
		m.in.Sections[len(m.in.Sections)-1].ShowIf = cond
		m.in.Sections[len(m.in.Sections)-1].Intro = m.text(r, "hint")
		cond = survey.Condition{} // the section holds it
	}
	m.groups = append(m.groups, group{r.line, repeat, cond})
}

func (m *maker) end(r row) {
	if len(m.groups) == 0 {
		m.add("survey", r.line, "a group ends here that did not begin; the row was left out")
		return
	}
	m.groups = m.groups[:len(m.groups)-1]
	if len(m.groups) == 0 {
		m.open = false
	}
}

// section begins a page of questions.
func (m *maker) section(title, name string, line int) {
	if title == "" {
		title = strings.TrimSpace(strings.NewReplacer("_", " ", "-", " ").Replace(name))
	}
	if title == "" {
		title = "Questions"
		if n := len(m.in.Sections); n > 0 {
			title = fmt.Sprintf("Questions %d", n+1)
		}
	}
	id := slug(name, "s", 60, m.sections)
	m.rowOf[fmt.Sprintf("section %q", id)] = line
	m.in.Sections = append(m.in.Sections, survey.Section{ID: id, Title: title})
	m.open = true
}

func (m *maker) question(r row, kind string) {
	m.list = ""
	q, ok := m.kind(r, strings.Fields(kind))
	if !ok {
		return
	}
	name := r.cells["name"]
	q.Text = m.label("survey", r, "label")
	if q.Text == "" {
		m.add("survey", r.line, "the question %q has no label, so its name is asked", name)
		q.Text = strings.ReplaceAll(name, "_", " ")
	}
	if name == "" {
		m.add("survey", r.line, "the question has no name; one was made from its label")
		name = q.Text
	}
	q.ID = slug(name, "q", 60, m.seen)
	m.ids[name], m.listOf[q.ID] = q.ID, m.list
	m.rowOf[fmt.Sprintf("question %q", q.ID)] = r.line
	q.Help = m.label("survey", r, "hint")
	q.Required = q.Kind != survey.Note && m.yes(r, "required")
	q.ShowIf = m.allOf(r, m.relevant(r))
	m.constraint(r, &q)
	m.leftOut(r)
	if !m.open {
		m.section("", "", r.line)
	}
	last := len(m.in.Sections) - 1
	m.in.Sections[last].Questions = append(m.in.Sections[last].Questions, q)
}

// unused are columns that change what is asked and that an instrument does not have.
var unused = []struct{ column, what string }{
	{"default", "the default %q is not filled in: an answer that was not given would count as one"}, {"calculation", "the calculation %q is left out"}, {"choice_filter", "the choice_filter %q is left out: all choices are offered"},
	{"readonly", "readonly (%s) is left out"}, {"read_only", "read_only (%s) is left out"}, {"trigger", "the trigger %q is left out"}, {"repeat_count", "repeat_count (%s) is left out"}, {"media::image", "the picture %q is left out"}, {"image", "the picture %q is left out"}, {"media::audio", "the recording %q is left out"}, {"media::video", "the film %q is left out"},
}

func (m *maker) leftOut(r row) {
	for _, u := range unused {
		if v := r.cells[u.column]; v != "" && !(strings.HasPrefix(u.column, "read") && isNo(v)) {
			m.add("survey", r.line, u.what, v)
		}
	}
}

// yes reads a cell that says yes or no.
func (m *maker) yes(r row, column string) bool {
	v := strings.ToLower(r.cells[column])
	switch v {
	case "yes", "true", "true()", "1":
		return true
	}
	if !isNo(v) {
		m.add("survey", r.line, "%s is %q, which hangs on other answers; the question was made optional", column, v)
	}
	return false
}

func isNo(v string) bool {
	return slices.Contains([]string{"", "no", "false", "false()", "0"}, strings.ToLower(v))
}

// finish closes what stands open, takes out pages without questions and asks the survey package for what is still wrong.
func (m *maker) finish() {
	for _, g := range m.groups {
		m.add("survey", g.line, "the group that begins here does not end; it was ended with the form")
	}
	m.in.Sections = slices.DeleteFunc(m.in.Sections, func(s survey.Section) bool { return len(s.Questions) == 0 })
	text, err := m.in.TOML()
	if err != nil {
		m.add("survey", 0, "%v", err)
		return
	}
	var pe *survey.ParseError
	if _, err := survey.Parse(text); errors.As(err, &pe) {
		for _, f := range pe.Faults {
			m.add("survey", m.rowOf[f.Where], "%s", strings.TrimPrefix(f.Where+": "+f.What, ": "))
		}
	}
	slices.SortStableFunc(m.problems, func(a, b Problem) int {
		if a.Sheet != b.Sheet {
			return -strings.Compare(a.Sheet, b.Sheet) // survey, settings, choices
		}
		return a.Row - b.Row
	})
}

// whole reads a number that a parameter of a range gives.
func whole(s string) (int, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return int(f), err == nil && f == float64(int(f))
}
