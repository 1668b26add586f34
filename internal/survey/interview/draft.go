package interview

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"milieu/internal/store"
	"milieu/internal/typed"
)

// Draft is an interview as a device sends it to be kept: all of it, each time.
type Draft struct {
	Key     string // made where the form was opened, of the device's own; the same however often it is sent
	Version int64  // that the device last had from the server; 0 while the server has nothing
	Content
}

// Content is what is kept of an interview.
type Content struct {
	SurveyID string // whose questions are asked, "" for notes alone; never changes after the first time
	OrgID    string // of the register, "" where the firm is not in it
	OrgName  string
	Day      string // 2026-03-01
	Who      string // who was talked to, and who asked
	Consent  Consent
	Notes    string
	Typed    Typed // what stands in the fields of the survey's questions, whether it can be taken or not
}

// Typed is what stands in the fields of a form, by the name of the field.
type Typed map[string][]string

// clean leaves out empty fields, so that the same form is the same text.
func (t Typed) clean() Typed {
	out := Typed{}
	for name, values := range t {
		values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
		for i, v := range values {
			values[i] = store.Storable(v)
		}
		if len(values) > 0 {
			out[store.Storable(name)] = values
		}
	}
	return out
}

func (t Typed) equal(o Typed) bool {
	return maps.EqualFunc(t, o, func(a, b []string) bool { return slices.Equal(a, b) })
}

// Equal says that both hold the same.
func (c Content) Equal(o Content) bool {
	return c.SurveyID == o.SurveyID && c.OrgID == o.OrgID && c.OrgName == o.OrgName && c.Day == o.Day && c.Who == o.Who && c.Consent == o.Consent && c.Notes == o.Notes && c.Typed.equal(o.Typed)
}

// check cleans a draft and says what of it cannot be kept. Answers to questions are judged when the interview is
// finished: until then whatever was typed is kept as it was typed.
func (d Draft) check(now time.Time) (Draft, error) {
	f := typed.Faults{}
	if d.Key == "" || len(d.Key) > mostKey || typed.Clean(d.Key) != d.Key {
		f.Add("", "the form cannot be read: open it again from the list of interviews, what you typed is kept on this device")
	}
	if d.OrgName = f.Text("organisation", d.OrgName, MostName); d.OrgName == "" {
		f.Add("organisation", "is missing: say which firm was talked to")
	}
	if len(d.OrgID) > mostID || len(d.SurveyID) > mostID {
		f.Add("organisation", "is not one of the register")
	}
	today := now.UTC().Format(time.DateOnly)
	if d.Day = f.Day("day", d.Day); d.Day == "" {
		d.Day = today
	}
	// A day ahead is today somewhere on earth.
	if t, err := time.Parse(time.DateOnly, d.Day); err == nil && t.After(now.UTC().Add(24*time.Hour)) {
		f.Add("day", "has not come yet: an interview is one that has been held")
	}
	d.Who = f.Text("people", d.Who, MostWords)
	d.Notes = f.Text("notes", d.Notes, MostNotes)
	d.Consent = d.Consent.check(f, d.Day)
	d.Typed = d.Typed.clean()
	if text, err := d.Typed.encode(); err != nil || len(text) > mostTyped {
		f.Add("", "the answers to the questions are longer than %d bytes in all: shorten the longest", mostTyped)
	}
	return d, f.Err()
}

func (t Typed) encode() (string, error) {
	if len(t) == 0 {
		return "", nil
	}
	text, err := json.Marshal(t) // names in order, so that the same is the same text
	if err != nil {
		return "", fmt.Errorf("answers of an interview: %w", err)
	}
	return string(text), nil
}

func decodeTyped(text string) (Typed, error) {
	t := Typed{}
	if text == "" {
		return t, nil
	}
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return nil, fmt.Errorf("answers of an interview: %w", err)
	}
	return t, nil
}
