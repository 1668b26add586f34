package xlsform

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"milieu/internal/survey"
)

// recorded are types by which a device notes things of its own accord.
var recorded = []string{"start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit", "start-geopoint", "background-audio", "background-geopoint"}

// kind reads the type of a question with what hangs on it; false where it cannot be asked, which is named.
func (m *maker) kind(r row, words []string) (survey.Question, bool) {
	var q survey.Question
	list := ""
	if len(words) > 1 {
		list = words[1]
	}
	switch t := strings.ToLower(words[0]); t {
	case "text", "string":
		q.Kind = survey.Text
	case "integer", "int", "decimal":
		q.Kind = survey.Number
	case "note":
		q.Kind = survey.Note
	case "range":
		return q, m.scale(r, &q)
	case "select_one", "select1":
		q.Kind = survey.Single
		return q, m.choices(r, &q, list, words)
	case "select_multiple", "select":
		q.Kind = survey.Multi
		return q, m.choices(r, &q, list, words)
	case "rank":
		q.Kind = survey.Rank
		return q, m.choices(r, &q, list, words)
	default:
		if slices.Contains(recorded, t) {
			m.add("survey", r.line, "%s is left out: nothing is recorded of the device or the time of who answers", t)
		} else {
			m.add("survey", r.line, "questions of type %s cannot be asked here; the row was left out", t)
		}
		return q, false
	}
	return q, true
}

// choices takes the options of a list over.
func (m *maker) choices(r row, q *survey.Question, list string, words []string) bool {
	options := m.lists[list]
	if len(options) < 2 {
		m.add("survey", r.line, "the list %q has %d choices in the sheet choices, and a question needs two; the row was left out", list, len(options))
		return false
	}
	q.Options = slices.Clone(options)
	m.list = list
	q.Other = q.Kind != survey.Rank && len(words) > 2 && strings.EqualFold(words[len(words)-1], "or_other")
	if q.Other { // a choice of that name is what the other option is
		q.Options = slices.DeleteFunc(q.Options, func(o survey.Option) bool { return o.ID == survey.OtherOption })
	}
	return true
}

var parameter = regexp.MustCompile(`(\w+)\s*=\s*([-0-9.]+)`)

// scale reads a range: whole steps make a scale, anything else a number with bounds.
func (m *maker) scale(r row, q *survey.Question) bool {
	p := map[string]string{"start": "0", "end": "10", "step": "1"}
	for _, f := range parameter.FindAllStringSubmatch(r.cells["parameters"], -1) {
		p[strings.ToLower(f[1])] = f[2]
	}
	start, ok1 := whole(p["start"])
	end, ok2 := whole(p["end"])
	step, ok3 := whole(p["step"])
	if ok1 && ok2 && ok3 && step == 1 && end > start && end-start < mostSteps {
		q.Kind, q.Min, q.Max = survey.Scale, float64(start), float64(end)
		return true
	}
	lo, err1 := strconv.ParseFloat(p["start"], 64)
	hi, err2 := strconv.ParseFloat(p["end"], 64)
	if err1 != nil || err2 != nil || lo >= hi {
		m.add("survey", r.line, "the range from %s to %s cannot be read; the row was left out", p["start"], p["end"])
		return false
	}
	m.add("survey", r.line, "a range from %s to %s in steps of %s has no scale here; a number is asked for", p["start"], p["end"], p["step"])
	q.Kind, q.Min, q.Max = survey.Number, lo, hi
	return true
}

var bound = regexp.MustCompile(`^\.\s*(<=|>=|<|>)\s*(-?[0-9]+(?:\.[0-9]+)?)$`)

// andWord parts conditions that all hold.
var andWord = regexp.MustCompile(`(?i)\s+and\s+`)

// constraint takes the bounds of a number over, and how many may be chosen; anything else is named.
func (m *maker) constraint(r row, q *survey.Question) {
	text := r.cells["constraint"]
	if text == "" || q.Kind == survey.Scale {
		return
	}
	if n := mostSelected.FindStringSubmatch(strings.ReplaceAll(text, " ", "")); n != nil && q.Kind == survey.Multi {
		q.Most, _ = strconv.Atoi(n[2])
		if n[1] == "<" {
			q.Most--
		}
		return
	}
	lo, hi := math.Inf(-1), math.Inf(1)
	isWhole := strings.EqualFold(r.cells["type"], "integer") || strings.EqualFold(r.cells["type"], "int")
	for _, part := range andWord.Split(strings.Trim(strings.TrimSpace(text), "()"), -1) {
		f := bound.FindStringSubmatch(strings.Trim(strings.TrimSpace(part), "()"))
		if f == nil || q.Kind != survey.Number || len(f[1]) == 1 && !isWhole {
			m.add("survey", r.line, "the constraint %q is left out: a number can be held between two bounds, and the choices of select_multiple counted, no more", text)
			return
		}
		v, _ := strconv.ParseFloat(f[2], 64)
		switch f[1] {
		case ">=":
			lo = v
		case ">":
			lo = math.Floor(v) + 1
		case "<=":
			hi = v
		case "<":
			hi = math.Ceil(v) - 1
		}
	}
	if math.IsInf(lo, 0) || math.IsInf(hi, 0) || lo >= hi {
		m.add("survey", r.line, "the constraint %q is left out: a number needs a lower and an upper bound", text)
		return
	}
	q.Min, q.Max = lo, hi
}

var mostSelected = regexp.MustCompile(`^count-selected\(\.\)(<=|<)([0-9]+)$`)

var (
	selected = regexp.MustCompile(`^(not\s*\(\s*)?selected\s*\(\s*\$\{\s*([^}]+?)\s*\}\s*,\s*['"]([^'"]*)['"]\s*\)(\s*\))?$`)
	equals   = regexp.MustCompile(`^\$\{\s*([^}]+?)\s*\}\s*(=|!=)\s*['"]?([^'"]*?)['"]?$`)
	orWord   = regexp.MustCompile(`(?i)\s+or\s+`)
)

// term is one comparison of a condition.
type term struct {
	question, option string
	not              bool
}

func readTerm(s string) (term, bool) {
	s = strings.TrimSpace(s)
	if f := selected.FindStringSubmatch(s); f != nil && (f[1] == "") == (f[4] == "") {
		return term{f[2], f[3], f[1] != ""}, true
	}
	if f := equals.FindStringSubmatch(s); f != nil {
		return term{f[1], f[3], f[2] == "!="}, true
	}
	return term{}, false
}

// relevant reads on what a row hangs, where it is one question of which some options are chosen, or none of some are. In XLSForm
// "not" also holds where the question was not asked; here it does not.
func (m *maker) relevant(r row) survey.Condition {
	text := strings.TrimSpace(r.cells["relevant"])
	if text == "" || text == "true()" {
		return survey.Condition{}
	}
	no := func(why string) survey.Condition {
		m.add("survey", r.line, "the condition %q is left out, so this is asked of everybody: %s", text, why)
		return survey.Condition{}
	}
	parts, all := orWord.Split(unwrap(text), -1), false
	if len(parts) == 1 {
		parts, all = andWord.Split(unwrap(text), -1), true
	}
	var cond survey.Condition
	for k, part := range parts {
		t, ok := readTerm(unwrap(part))
		switch {
		case !ok:
			return no("it is none that compares one earlier question with its choices")
		case len(parts) > 1 && t.not != all:
			return no("several choices can be joined by or, and several that are not chosen by and")
		}
		id, option, why := m.refer(t)
		switch {
		case why != "":
			return no(why)
		case k > 0 && id != cond.Question:
			return no("it hangs on more than one question")
		}
		cond.Question, cond.Not = id, t.not
		cond.Any = append(cond.Any, option)
	}
	return cond
}

// unwrap takes one pair of brackets off that holds all of the text.
func unwrap(s string) string {
	s = strings.TrimSpace(s)
	if !strings.HasPrefix(s, "(") || !strings.HasSuffix(s, ")") {
		return s
	}
	depth := 0
	for i, c := range s {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 && i < len(s)-1 {
			return s
		}
	}
	return unwrap(s[1 : len(s)-1])
}

// refer finds the question and the option that a comparison names.
func (m *maker) refer(t term) (question, option, why string) {
	id, ok := m.ids[t.question]
	if !ok {
		return "", "", "there is no question " + strconv.Quote(t.question) + " before it"
	}
	q, _ := m.in.Find(id)
	if q.Kind != survey.Single && q.Kind != survey.Multi {
		return "", "", "the question " + strconv.Quote(t.question) + " has no choices"
	}
	if o, ok := q.Option(m.options[m.listOf[id]][t.option]); ok {
		return id, o.ID, ""
	}
	if o, ok := q.Option(t.option); ok { // the other option, which is in no list
		return id, o.ID, ""
	}
	return "", "", strconv.Quote(t.option) + " is no choice of " + strconv.Quote(t.question)
}

// allOf joins the condition of a question with those of the groups around it that are no sections of their own. An instrument
// has one condition a question.
func (m *maker) allOf(r row, own survey.Condition) survey.Condition {
	cond := own
	for _, g := range m.groups {
		switch {
		case g.cond.Question == "":
		case cond.Question == "":
			cond = g.cond
		default:
			m.add("survey", r.line, "the condition of the group in row %d is left out: the question has one of its own", g.line)
		}
	}
	return cond
}
