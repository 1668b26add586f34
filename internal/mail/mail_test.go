package mail_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"

	"milieu/internal/mail"
	"milieu/internal/mail/mailtest"
)

func post(t *testing.T, c mail.Config) *mail.Post {
	t.Helper()
	p, err := mail.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSend(t *testing.T) {
	for name, o := range map[string]mailtest.Options{"starttls": {}, "tls": {Implicit: true}, "none": {Plain: true}, "drops": {Drops: true}} {
		t.Run(name, func(t *testing.T) {
			s, c := mailtest.New(t, o)
			signed := name == "starttls" || name == "tls"
			if signed {
				c.User, c.Password = "us", "secret"
			}
			p := post(t, c)
			for range 2 {
				if err := p.Send(t.Context(), mail.Message{To: "ann@firm.example", ToName: "Ann Müller, Jr.", Subject: "Drehbänke und Fräsen – ten minutes", Body: "Dear Ann,\n.\nyours, " + strings.Repeat("é", 100) + "\n"}); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.Close(); err != nil && !o.Drops {
				t.Error(err)
			}
			taken := s.Taken()
			if len(taken) != 2 || !strings.Contains(taken[0].To, "<ann@firm.example>") || !strings.Contains(taken[0].From, "<team@place.example>") {
				t.Fatalf("the server has %+v", taken)
			}
			if o.Drops && s.Sessions() != 2 {
				t.Errorf("%d sessions", s.Sessions())
			}
			if got, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Auth(), "PLAIN ")); signed && string(got) != "\x00us\x00secret" {
				t.Errorf("signed in as %q", got)
			}
			readable(t, taken[0].Text)
		})
	}
}

func readable(t *testing.T, text string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Drehbänke und Fräsen – ten minutes" {
		t.Errorf("subject %q, %v", subject, err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || to[0].Name != "Ann Müller, Jr." || m.Header.Get("Date") != "Fri, 27 Nov 2026 09:00:00 +0000" {
		t.Errorf("to %v, %v, date %q", to, err, m.Header.Get("Date"))
	}
	got, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || string(got) != "Dear Ann,\r\n.\r\nyours, "+strings.Repeat("é", 100)+"\r\n" {
		t.Errorf("body %q, %v", got, err)
	}
}

// An address that the server refuses is told, and the next one is sent on the same connection.
func TestSend_refused(t *testing.T) {
	s, c := mailtest.New(t, mailtest.Options{})
	p := post(t, c)
	err := p.Send(t.Context(), mail.Message{To: "x@refuse.example", Subject: "s", Body: "a secret link"})
	if err == nil || !strings.Contains(err.Error(), "no such mailbox") || strings.Contains(err.Error(), "secret") {
		t.Errorf("refused: %v", err)
	}
	if err := p.Send(t.Context(), mail.Message{To: "ann@firm.example", Subject: "s", Body: "b"}); err != nil {
		t.Error(err)
	}
	if len(s.Taken()) != 1 || s.Sessions() != 1 {
		t.Errorf("%d messages in %d sessions", len(s.Taken()), s.Sessions())
	}
}

// Nothing that is written by people can become a header, a second address or a command.
func TestSend_injection(t *testing.T) {
	s, c := mailtest.New(t, mailtest.Options{})
	p := post(t, c)
	for _, m := range []mail.Message{
		{To: "ann@firm.example\r\nBcc: all@firm.example", Subject: "s"},
		{To: "ann@firm.example, ben@firm.example", Subject: "s"},
		{To: "Ann <ann@firm.example>", Subject: "s"},
		{To: "ann@firm.example>\r\nRCPT TO:<x@y.example", Subject: "s"},
		{To: "ann@firm.example", Subject: "s\r\nBcc: all@firm.example"},
		{To: "ann@firm.example", ToName: "Ann\nBcc: all@firm.example", Subject: "s"},
		{To: "", Subject: "s"},
	} {
		if err := p.Send(t.Context(), m); err == nil {
			t.Errorf("%+v was sent", m)
		}
	}
	if err := p.Send(t.Context(), mail.Message{To: "ann@firm.example", ToName: `Ann" <x@y.example>`, Subject: "s", Body: "Bcc: all@firm.example\r\n.\r\nMAIL FROM:<x@y.example>\r\n"}); err != nil {
		t.Fatal(err)
	}
	if len(s.Taken()) != 1 {
		t.Fatalf("%d messages", len(s.Taken()))
	}
	m, err := netmail.ReadMessage(strings.NewReader(s.Taken()[0].Text))
	if err != nil {
		t.Fatal(err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != "ann@firm.example" || m.Header.Get("Bcc") != "" {
		t.Errorf("to %v, bcc %q, %v", to, m.Header.Get("Bcc"), err)
	}
}

func TestConfig(t *testing.T) {
	good := mail.Config{Host: "mail.example", From: "a@b.example"}
	for want, c := range map[string]mail.Config{
		"no mail server": {}, "no address": {Host: "h", From: "nobody"}, "this machine only": {Host: "mail.example", From: "a@b.example", TLS: mail.None},
		"it is starttls": {Host: "h", From: "a@b.example", TLS: "ssl"}, "MILIEU_SMTP_PASSWORD": {Host: "h", From: "a@b.example", User: "u"}, "mail.port": {Host: "h", From: "a@b.example", Port: -1},
	} {
		if _, err := mail.Open(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	if _, err := mail.Open(mail.Config{}); !errors.Is(err, mail.ErrNotSet) {
		t.Error(err)
	}
}

// A server that offers no STARTTLS, or another's certificate, gets nothing; nor does anybody after the caller has gone.
func TestSend_notSecure(t *testing.T) {
	s, c := mailtest.New(t, mailtest.Options{Plain: true})
	c.TLS = mail.StartTLS
	if err := post(t, c).Send(t.Context(), mail.Message{To: "ann@firm.example", Subject: "s"}); err == nil || !strings.Contains(err.Error(), "STARTTLS") {
		t.Errorf("in the clear: %v", err)
	}
	other, c2 := mailtest.New(t, mailtest.Options{})
	c2.Roots = x509.NewCertPool()
	if err := post(t, c2).Send(t.Context(), mail.Message{To: "ann@firm.example", Subject: "s"}); err == nil {
		t.Error("a certificate of nobody was taken")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, c3 := mailtest.New(t, mailtest.Options{})
	if err := post(t, c3).Send(ctx, mail.Message{To: "ann@firm.example", Subject: "s"}); err == nil {
		t.Error("sent for a caller who has gone")
	}
	if n := len(s.Taken()) + len(other.Taken()); n > 0 {
		t.Errorf("%d messages were sent", n)
	}
}

func ExampleConfig_Check() {
	fmt.Println(mail.Config{Host: "mail.place.example", From: "The Place <team@place.example>", User: "team"}.Check())
	// Output: mail.user is set and no password: give it in MILIEU_SMTP_PASSWORD
}
