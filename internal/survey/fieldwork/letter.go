package fieldwork

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"milieu/internal/mail"
	"milieu/internal/survey"
	"milieu/internal/typed"
)

// Letter is what is written to a firm with its link.
type Letter struct{ Subject, Body string }

// Write is the letter to a firm. Every firm of a survey is written the same but for its name and its link, and a reminder of an anonymous
// survey says that nobody knows who has answered.
func (s Survey) Write(in survey.Instrument, to Addressee, link string) Letter {
	var b strings.Builder
	dear := orElse(typed.Line(to.Contact), typed.Line(to.Name))
	fmt.Fprintf(&b, "Dear %s,\n\n", dear)
	if to.Reminder {
		b.WriteString(reminding(s.Level))
	}
	if s.About != "" {
		fmt.Fprintf(&b, "%s\n\n", s.About)
	}
	minutes := ""
	if in.Minutes > 0 {
		minutes = fmt.Sprintf(" It takes about %d minutes, and you can leave and come back.", in.Minutes)
	}
	fmt.Fprintf(&b, "We would like to hear from %s.%s This link is for your firm; nobody needs an account:\n\n%s\n\n%s\n", typed.Line(to.Name), minutes, link, s.Level.Meaning())
	if s.KeepUntil != "" {
		fmt.Fprintf(&b, "Answers are kept until %s. %s\n", s.KeepUntil, KeepMeaning)
	}
	b.WriteString("If you do not want to answer, the same page lets you say so.\n")
	if s.Contact != "" {
		fmt.Fprintf(&b, "\n%s\n", s.Contact)
	}
	subject := typed.Line(s.Title)
	if to.Reminder {
		subject = "Reminder: " + subject
	}
	return Letter{subject, b.String()}
}

func reminding(level survey.Level) string {
	if level == survey.Anonymous {
		return "We wrote to you before. Nobody can see which firms have answered, so this goes to all of them: if you have answered already, thank you, and please leave this link alone.\n\n"
	}
	return "We wrote to you before and have not had your answers yet.\n\n"
}

// Address is the address of a link, under that at which people reach the program.
func Address(base, secret string) string { return strings.TrimRight(base, "/") + "/answer/" + secret }

// Letters sends links by mail.
type Letters struct {
	Post       *mail.Post
	Base       string // address at which people reach the program
	Survey     Survey
	Instrument survey.Instrument
}

// Reaches says that the firm has an address.
func (l Letters) Reaches(to Addressee) bool { return to.Email != "" }

// Send writes to the firm.
func (l Letters) Send(ctx context.Context, to Addressee, secret string) error {
	if to.Email == "" {
		return ErrNoAddress
	}
	letter := l.Survey.Write(l.Instrument, to, Address(l.Base, secret))
	return l.Post.Send(ctx, mail.Message{To: to.Email, ToName: typed.Line(to.Contact), Subject: letter.Subject, Body: letter.Body})
}

// Merge writes links into a file for mail merge: CSV with a line a firm, UTF-8 with a mark at its beginning so that spreadsheets read it right.
// It is the only place where firm and link of an anonymous survey stand together: send the letters and delete it.
type Merge struct {
	base       string
	csv        *csv.Writer
	survey     Survey
	instrument survey.Instrument
}

// NewMerge begins such a file.
func NewMerge(w io.Writer, base string, s Survey, in survey.Instrument) (*Merge, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	m := &Merge{base, csv.NewWriter(w), s, in}
	return m, m.csv.Write([]string{"organisation_id", "organisation", "contact", "email", "link", "subject", "text"})
}

// Send writes a line. Cells that a spreadsheet would take for a formula get an apostrophe before them.
func (m *Merge) Send(_ context.Context, to Addressee, secret string) error {
	link := Address(m.base, secret)
	letter := m.survey.Write(m.instrument, to, link)
	return m.csv.Write([]string{plain(to.OrgID), plain(to.Name), plain(to.Contact), plain(to.Email), link, plain(letter.Subject), letter.Body})
}

// Flush ends the file.
func (m *Merge) Flush() error {
	m.csv.Flush()
	return m.csv.Error()
}

func plain(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
