package fieldwork

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/mail"
	"milieu/internal/mail/mailtest"
	"milieu/internal/store/storetest"
	"milieu/internal/survey"
)

// The mail-merge file has a line a firm with a link that works, and no cell that a spreadsheet would run.
func TestMerge(t *testing.T) {
	b, who := newBook(t, storetest.Open(t), "w")
	editor := who[auth.Editor]
	id := asked(t, b, editor, Survey{Title: "Firms", Level: survey.Anonymous, KeepUntil: "2027-01-01", Contact: "The team, 0114 000"}, 10)
	units, err := b.Units(ctx, editor, id, UnitFilter{})
	must(t, err)
	must(t, b.SetContact(ctx, editor, id, units[0].ID, units[0].Version, "", "=HYPERLINK(1)"))
	s, err := b.Survey(ctx, editor, id)
	must(t, err)
	var file bytes.Buffer
	m, err := NewMerge(&file, "https://place.example/", s, testInstrument(t))
	must(t, err)
	round, err := b.Links(ctx, editor, id, Invite, m)
	must(t, err)
	must(t, m.Flush())
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.String(), "\ufeff"))).ReadAll()
	must(t, err)
	if round.Sent != 10 || len(rows) != 11 {
		t.Fatalf("%d sent, %d rows", round.Sent, len(rows))
	}
	for _, r := range rows[1:] {
		secret, ok := strings.CutPrefix(r[4], "https://place.example/answer/")
		if _, err := b.Enter(ctx, secret); err != nil || !ok {
			t.Errorf("link %q: %v", r[4], err)
		}
		for _, want := range []string{r[4], survey.Anonymous.Meaning(), "2027-01-01", KeepMeaning, "0114 000"} {
			if !strings.Contains(r[6], want) {
				t.Errorf("the letter does not say %q:\n%s", want, r[6])
			}
		}
		if strings.HasPrefix(r[2], "=") {
			t.Errorf("a formula: %q", r[2])
		}
	}
}

// Letters of a round differ in the firm's name and link alone, also in a reminder, which says that nobody knows who has answered.
func TestWrite_same(t *testing.T) {
	s := Survey{Title: "Firms", Level: survey.Anonymous, About: "About it"}
	in := survey.Instrument{Minutes: 9}
	one := s.Write(in, Addressee{Name: "Firm A", Reminder: true}, "LINK-A")
	other := s.Write(in, Addressee{Name: "Firm B", Reminder: true}, "LINK-B")
	same := strings.NewReplacer("Firm A", "Firm", "Firm B", "Firm", "LINK-A", "LINK", "LINK-B", "LINK")
	if same.Replace(one.Body) != same.Replace(other.Body) || !strings.Contains(one.Body, "if you have answered already, thank you") || !strings.Contains(one.Body, "9 minutes") {
		t.Errorf("%s\n---\n%s", one.Body, other.Body)
	}
}

// Letters go by mail, each with its own link, to those who have an address; a mailbox that is refused leaves the firm unasked.
func TestLetters(t *testing.T) {
	b, who := newBook(t, storetest.Open(t), "w")
	editor := who[auth.Editor]
	for _, level := range []survey.Level{survey.Anonymous, survey.Confidential} {
		id := asked(t, b, editor, Survey{Title: "Firms: what helps?", Level: level, Contact: "The team"}, 12)
		var rows []ContactRow
		for i := range 11 {
			rows = append(rows, ContactRow{Line: i, OrgID: fmt.Sprintf("org-0-%03d", i), Email: fmt.Sprintf("firm%d@firm.example", i), Contact: "Zoë Smith"})
		}
		rows[10].Email = "gone@refuse.example"
		_, err := b.ImportContacts(ctx, editor, id, rows)
		must(t, err)
		s, err := b.Survey(ctx, editor, id)
		must(t, err)
		server, config := mailtest.New(t, mailtest.Options{})
		post, err := mail.Open(config)
		must(t, err)
		round, err := b.Links(ctx, editor, id, Invite, Letters{Post: post, Base: "https://place.example", Survey: s, Instrument: testInstrument(t)})
		must(t, err)
		must(t, post.Close())
		if round.Sent != 10 || len(round.Unsent) != 2 || server.Sessions() != 1 {
			t.Errorf("%s: %+v in %d sessions", level, round, server.Sessions())
		}
		links := map[string]bool{}
		for _, m := range server.Taken() {
			text, err := netmail.ReadMessage(strings.NewReader(m.Text))
			must(t, err)
			body, err := io.ReadAll(quotedprintable.NewReader(text.Body))
			must(t, err)
			_, rest, _ := strings.Cut(string(body), "https://place.example/answer/")
			secret := rest[:min(26, len(rest))]
			if _, err := b.Enter(ctx, secret); err != nil || !strings.Contains(string(body), "Dear Zoë Smith") || !strings.Contains(string(body), level.Meaning()) {
				t.Errorf("%s: %v\n%s", level, err, body)
			}
			links[secret] = true
			if headers, _, _ := strings.Cut(m.Text, "\r\n\r\n"); strings.Contains(headers, secret) {
				t.Error("the link stands in a header")
			}
		}
		if len(links) != 10 {
			t.Errorf("%s: %d links in 10 letters", level, len(links))
		}
		for _, u := range round.Unsent {
			if strings.Contains(u.Reason, "answer/") {
				t.Errorf("a reason holds a link: %s", u.Reason)
			}
		}
		p, err := b.Progress(ctx, editor, id)
		if err != nil || p.Total.Sent != 10 || p.Total.Links != 10 {
			t.Errorf("%s: %+v, %v", level, p.Total, err)
		}
	}
}
