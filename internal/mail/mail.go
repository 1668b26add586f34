// Package mail sends plain messages through one SMTP server (RFC 5321), over TLS from the start or by STARTTLS. It builds the message so
// that nothing of a name, an address or a subject can become a header, and it keeps nothing: no copy of a message, no log.
// What is written to whom is for those who call it to know.
package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"net/smtp"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// How the connection is secured.
const (
	StartTLS = "starttls" // plain at first, then TLS; port 587
	TLS      = "tls"      // TLS from the first byte; port 465
	None     = "none"     // not at all: to a server on this machine only
)

// Config says where the server is and as whom to send.
type Config struct {
	Host     string
	Port     int    // 0: 465 with TLS, 587 with StartTLS, 25 with None
	From     string // address, with a name where there is one: The place <team@place.example>
	User     string // "" signs in as nobody
	Password string
	TLS      string // StartTLS where it is empty

	Roots *x509.CertPool   // nil: those of the system
	Now   func() time.Time // for the date of a message; nil: the clock
}

// ErrNotSet says that no server is named.
var ErrNotSet = errors.New("no mail server is set: write [mail] with host and from into milieu.toml, or take the mail-merge file")

// Check says what is wrong with the settings before anything is sent.
func (c Config) Check() error {
	if c.Host == "" {
		return ErrNotSet
	}
	if _, err := netmail.ParseAddress(c.From); err != nil {
		return fmt.Errorf("mail.from %q is no address: write it as Name <name@place.example>", c.From)
	}
	switch c.TLS {
	case "", StartTLS, TLS:
	case None:
		if !local(c.Host) {
			return fmt.Errorf("mail.tls = %q sends messages and links in the clear, and is taken for a server on this machine only", None)
		}
	default:
		return fmt.Errorf("mail.tls is %q: it is %s, %s or %s", c.TLS, StartTLS, TLS, None)
	}
	if c.Port < 0 || c.Port > 65535 {
		return fmt.Errorf("mail.port is %d", c.Port)
	}
	if c.User != "" && c.Password == "" {
		return errors.New("mail.user is set and no password: give it in MILIEU_SMTP_PASSWORD")
	}
	return nil
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (c Config) port() int {
	switch {
	case c.Port != 0:
		return c.Port
	case c.TLS == TLS:
		return 465
	case c.TLS == None:
		return 25
	}
	return 587
}

// Message is what is sent to one address.
type Message struct {
	To      string // address
	ToName  string // may be empty
	Subject string
	Body    string // lines of text
}

// Timeouts of the connection and of one command.
const (
	dialTimeout    = 15 * time.Second
	commandTimeout = 60 * time.Second
)

// Post is a connection to the server, made when the first message is sent and made again when it is lost. It is for one caller at a time.
type Post struct {
	config Config
	conn   net.Conn
	client *smtp.Client
}

// Open checks the settings. It connects to nothing yet.
func Open(c Config) (*Post, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Post{config: c}, nil
}

// Send sends a message. The error holds the server's words and none of the message. A connection that was lost since the last
// message is made again once.
func (p *Post) Send(ctx context.Context, m Message) error {
	from, to, text, err := p.config.build(m)
	if err != nil {
		return err
	}
	fresh := p.client == nil
	err = p.send(ctx, from, to, text)
	if err != nil && !fresh && !refused(err) && ctx.Err() == nil {
		p.drop()
		err = p.send(ctx, from, to, text)
	}
	if err == nil {
		return nil
	}
	if refused(err) && p.client != nil && p.client.Reset() == nil {
		return fmt.Errorf("the mail server did not take it: %w", err)
	}
	p.drop()
	return fmt.Errorf("mail server %s: %w", p.config.Host, err)
}

// refused says that the server answered, and said no.
func refused(err error) bool {
	var e *textproto.Error
	return errors.As(err, &e) && e.Code != 421 // 421: it closes the connection
}

func (p *Post) send(ctx context.Context, from, to string, text []byte) error {
	if err := p.connect(ctx); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = p.conn.SetDeadline(time.Unix(1, 0)) }) // ends whatever waits
	defer stop()
	if err := p.conn.SetDeadline(time.Now().Add(commandTimeout)); err != nil {
		return err
	}
	if err := p.client.Mail(from); err != nil {
		return err
	}
	if err := p.client.Rcpt(to); err != nil {
		return err
	}
	w, err := p.client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

// connect makes the connection where there is none, secures it and signs in.
func (p *Post) connect(ctx context.Context) error {
	if p.client != nil {
		return nil
	}
	c := p.config
	secure := &tls.Config{ServerName: c.Host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}
	dialer := &net.Dialer{Timeout: dialTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(c.Host, strconv.Itoa(c.port())))
	if err != nil {
		return err
	}
	if err := conn.SetDeadline(time.Now().Add(commandTimeout)); err != nil {
		_ = conn.Close()
		return err
	}
	if c.TLS == TLS {
		conn = tls.Client(conn, secure)
	}
	client, err := smtp.NewClient(conn, c.Host)
	if err != nil {
		_ = conn.Close()
		return err
	}
	if err := c.greet(client, secure); err != nil {
		_ = client.Close()
		return err
	}
	p.conn, p.client = conn, client
	return nil
}

func (c Config) greet(client *smtp.Client, secure *tls.Config) error {
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return err
	}
	if err := client.Hello(domainOf(from.Address)); err != nil {
		return err
	}
	if c.TLS == "" || c.TLS == StartTLS {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return errors.New("the server offers no STARTTLS; nothing was sent")
		}
		if err := client.StartTLS(secure); err != nil {
			return err
		}
	}
	if c.User == "" {
		return nil
	}
	return client.Auth(smtp.PlainAuth("", c.User, c.Password, c.Host))
}

func (p *Post) drop() {
	if p.client != nil {
		_ = p.client.Close() // it is lost already, or of no more use
	}
	p.client, p.conn = nil, nil
}

// Close ends the connection in good order.
func (p *Post) Close() error {
	if p.client == nil {
		return nil
	}
	_ = p.conn.SetDeadline(time.Now().Add(commandTimeout))
	err := p.client.Quit()
	p.drop()
	return err
}

// build checks a message and writes it (RFC 5322, body quoted-printable).
func (c Config) build(m Message) (from, to string, text []byte, err error) {
	sender, err := netmail.ParseAddress(c.From)
	if err != nil {
		return "", "", nil, fmt.Errorf("mail.from %q is no address", c.From)
	}
	recipient, err := netmail.ParseAddress(m.To)
	if err != nil || recipient.Name != "" || broken(m.To) {
		return "", "", nil, errors.New("the address is none that can be written to")
	}
	if broken(m.Subject) || broken(m.ToName) {
		return "", "", nil, errors.New("a subject or a name holds a line break")
	}
	recipient.Name = m.ToName
	var id [16]byte
	_, _ = rand.Read(id[:]) // it never fails: the program ends where there is no chance to be had
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", sender.String()},
		{"To", recipient.String()},
		{"Subject", mime.QEncoding.Encode("utf-8", m.Subject)},
		{"Date", c.Now().Format(time.RFC1123Z)},
		{"Message-ID", "<" + hex.EncodeToString(id[:]) + "@" + domainOf(sender.Address) + ">"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	q := quotedprintable.NewWriter(&b)
	body := strings.ReplaceAll(strings.ReplaceAll(m.Body, "\r\n", "\n"), "\n", "\r\n")
	if _, err := q.Write([]byte(body)); err != nil {
		return "", "", nil, err
	}
	if err := q.Close(); err != nil {
		return "", "", nil, err
	}
	return sender.Address, recipient.Address, b.Bytes(), nil
}

// broken says that a text could end a header, or is none.
func broken(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' })
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}
