package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"milieu/internal/bizcase"
	"milieu/internal/bizcase/markup"
	"milieu/internal/report"
	"milieu/internal/typed"
)

// take puts a form into a case. What is wrong is told by the name of the field in the form; rows in which nothing was written
// are left out, so that the rows of the form and those of the case need not have the same numbers.
func (f partForm) take(part string, c bizcase.Content) (bizcase.Content, typed.Faults) {
	faults := typed.Faults{}
	spec := specOf(part)
	for _, s := range spec.fields {
		if s.needed && f.fields[s.name] == "" {
			faults.Add(fieldName(-1, s.name), "is needed")
		}
	}
	var rows []map[string]string
	for k, row := range f.rows {
		if blank(spec, row) {
			continue
		}
		for _, s := range spec.rows {
			if s.needed && strings.TrimSpace(row[s.name]) == "" {
				faults.Add(fieldName(k, s.name), "is needed")
			}
		}
		if by := row["by"]; part == partGoals && !isYearOrDay(by) {
			faults.Add(fieldName(k, "by"), "is neither a year nor a day: write it as 2030 or 2030-03-31")
		}
		rows = append(rows, row)
	}
	c = withRows(part, f, rows, c)
	if err := c.Check(); err != nil && len(faults) == 0 {
		faults.Add("", "%s", err)
	}
	return c, faults
}

func isYearOrDay(s string) bool {
	for _, form := range []string{"2006", time.DateOnly} {
		if _, err := time.Parse(form, s); err == nil {
			return true
		}
	}
	return s == ""
}

// withRows is the case with a part written anew.
func withRows(part string, f partForm, rows []map[string]string, c bizcase.Content) bizcase.Content {
	switch part {
	case partSettings:
		c.Title, c.Subtitle, c.Owner, c.Stage, c.Plan = f.fields["title"], f.fields["subtitle"], f.fields["owner"], bizcase.Stage(f.fields["stage"]), planSettings(f.fields["plan"])
		c.Sections = orderedSections(rows, c.Sections)
	case partVision:
		c.Vision = trimText(f.fields["text"])
	case partGoals:
		c.Goals = nil
		for _, r := range rows {
			c.Goals = append(c.Goals, bizcase.Goal{Name: r["name"], Baseline: trimText(r["baseline"]), Target: trimText(r["target"]), By: r["by"], Owner: r["owner"], Evidence: trimText(r["evidence"])})
		}
	case partLogic:
		c.Logic = stepsOf(rows)
	case partMessages:
		c.Messages = nil
		for _, r := range rows {
			c.Messages = append(c.Messages, bizcase.Message{Audience: r["audience"], Text: trimText(r["text"]), Evidence: trimText(r["evidence"])})
		}
	case partClaims:
		c.Claims = nil
		for _, r := range rows {
			c.Claims = append(c.Claims, bizcase.Claim{Text: trimText(r["text"]), Grade: r["grade"], For: trimText(r["for"]), Against: trimText(r["against"])})
		}
	default:
		c.Sections = slices.Clone(c.Sections)
		for k := range c.Sections {
			if s := &c.Sections[k]; s.ID == part {
				usual := bizcase.PartOf(part)
				s.Title, s.Question, s.Text = unless(f.fields["title"], usual.Title), unless(f.fields["question"], usual.Question), strings.TrimRight(f.fields["text"], " \t\n")
			}
		}
	}
	return c
}

// unless is what was written, nothing where it is the usual.
func unless(s, usual string) string {
	if s == usual {
		return ""
	}
	return s
}

func trimText(s string) string { return strings.Trim(s, " \t\n") }

// planSettings takes the settings out of an address of the plan; what is no address is taken as settings.
func planSettings(address string) string {
	address = strings.TrimSpace(address)
	if _, query, ok := strings.Cut(address, "?"); ok {
		address = query
	}
	address, _, _ = strings.Cut(address, "#")
	v, err := url.ParseQuery(address)
	if err != nil || strings.HasPrefix(address, "/") {
		return strings.TrimPrefix(address, "/plan") // told as settings that cannot be read
	}
	return v.Encode()
}

// orderedSections are the sections in the order of the rows; one that is new has no text yet.
func orderedSections(rows []map[string]string, before []bizcase.Section) []bizcase.Section {
	taken := map[string]bool{}
	for id := range casePartLabels {
		taken[id] = true
	}
	for _, s := range before {
		taken[s.ID] = true
	}
	var out []bizcase.Section
	for _, r := range rows {
		k := slices.IndexFunc(before, func(s bizcase.Section) bool { return s.ID == r["id"] })
		var s bizcase.Section
		if k >= 0 {
			s = before[k]
		} else {
			s = bizcase.Section{ID: usualID(r["title"], taken)}
			taken[s.ID] = true
		}
		s.Title = unless(r["title"], bizcase.PartOf(s.ID).Title)
		out = append(out, s)
	}
	return out
}

// usualID is the id of the usual section of a heading, else one made of the heading.
func usualID(title string, taken map[string]bool) string {
	for _, p := range bizcase.Parts {
		if strings.EqualFold(p.Title, title) && !taken[p.ID] {
			return p.ID
		}
	}
	return idFrom(title, "section", taken)
}

// stepsOf are the steps of the logic model; a new one gets an id made of its words, and what leads nowhere any more is left out.
func stepsOf(rows []map[string]string) []bizcase.Step {
	taken := map[string]bool{}
	for _, r := range rows {
		taken[r["id"]] = true
	}
	var out []bizcase.Step
	for _, r := range rows {
		id := r["id"]
		if id == "" {
			id = idFrom(plainWords(r["text"]), "step", taken)
			taken[id] = true
		}
		s := bizcase.Step{ID: id, Kind: r["kind"], Text: trimText(r["text"]), Assumes: trimText(r["assumes"])}
		for _, to := range strings.Split(r["to"], ",") {
			if to != "" && to != id && taken[to] && !slices.Contains(s.To, to) {
				s.To = append(s.To, to)
			}
		}
		out = append(out, s)
	}
	return out
}

// plainWords are the words of a text without its insertions.
func plainWords(text string) string {
	var b strings.Builder
	blocks, _ := markup.Parse(text)
	for _, block := range blocks {
		for _, s := range block.Spans {
			b.WriteString(s.Words)
		}
	}
	return b.String()
}

// readSeen is what every insertion of a figure came to when somebody last read it: what was read before stays, what is new is taken
// as read by who wrote it, and what no text holds any more is forgotten.
func readSeen(before map[string]string, bound map[string]report.Figure) map[string]string {
	out := map[string]string{}
	for source, f := range bound {
		was, seen := before[source]
		if !seen {
			was = f.Plain()
		}
		out[source] = was
	}
	return out
}
