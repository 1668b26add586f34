package interview

import (
	"slices"

	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Permission is how far words may be quoted.
type Permission string

// The permissions, from the most closed to the most open.
const (
	NotQuoted Permission = "none"
	Anonymous Permission = "anonymous" // without the firm's name or anything that tells who said it
	Named     Permission = "named"     // with the firm's name
)

// Permissions are all permissions from the most closed to the most open, with what they mean.
var Permissions = []struct {
	Permission     Permission
	Label, Meaning string
}{
	{NotQuoted, "Not to be published", "The words stay with the team and count in the coding only."},
	{Anonymous, "Quoted without a name", "The words may be shown to everybody, without the firm or the person."},
	{Named, "Quoted with the firm’s name", "The words may be shown to everybody, with the name of the firm."},
}

func (p Permission) rank() int {
	return slices.IndexFunc(Permissions, func(x struct {
		Permission     Permission
		Label, Meaning string
	}) bool {
		return x.Permission == p
	})
}

// Known says that it is one of Permissions.
func (p Permission) Known() bool { return p.rank() >= 0 }

// Label says in a few words what it allows.
func (p Permission) Label() string {
	if i := p.rank(); i >= 0 {
		return Permissions[i].Label
	}
	return string(p)
}

// Within is the stricter of two permissions; one that is not known allows nothing.
func (p Permission) Within(other Permission) Permission {
	return Permissions[max(0, min(p.rank(), other.rank()))].Permission
}

// Consent is what the person who was interviewed agreed to, before anything was kept.
type Consent struct {
	Kept    bool       `json:"kept"` // notes of the conversation may be kept by the team
	By      string     `json:"by"`   // who agreed and how, in words: "Ada Smith, works manager, in the room"
	At      string     `json:"at"`   // day
	Quotes  Permission `json:"quotes"`
	Contact bool       `json:"contact,omitempty"` // may be asked again
	Named   bool       `json:"named,omitempty"`   // answers to an attributable survey may be shown with the firm's name
	Ties    bool       `json:"ties,omitempty"`    // organisations named in those answers may enter the network
}

// Answers is the consent as a survey knows it.
func (c Consent) Answers() survey.Consent {
	return survey.Consent{Named: c.Named, Ties: c.Ties, Contact: c.Contact, By: c.By, At: c.At}
}

func (c Consent) check(f typed.Faults, day string) Consent {
	if !c.Kept {
		f.Add("consent", "is missing: nothing is kept before somebody of the firm has agreed to it")
	}
	if c.By = f.Text("agreed", c.By, MostWords); c.By == "" {
		f.Add("agreed", "is missing: say who agreed, and how")
	}
	if c.At = f.Day("consent day", c.At); c.At == "" {
		c.At = day
	}
	if c.Quotes == "" {
		c.Quotes = NotQuoted
	}
	if !c.Quotes.Known() {
		f.Add("quotes", "is not one of the choices: say whether words may be quoted")
	}
	return c
}
