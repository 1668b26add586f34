// Package mailtest is an SMTP server for tests of what sends mail: it keeps what it is given, and delivers nothing.
package mailtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"milieu/internal/mail"
)

// Options say how the server behaves.
type Options struct {
	Implicit bool // TLS from the first byte
	Plain    bool // offers no STARTTLS
	Drops    bool // closes the connection after each message
}

// Server takes messages on this machine. It refuses addresses of refuse.example.
type Server struct {
	Options
	listener net.Listener
	secure   *tls.Config

	mu       sync.Mutex
	taken    []Message
	sessions int
	auth     string
}

// Message is what the server was given: the arguments of MAIL and RCPT, and the text as it came.
type Message struct{ From, To, Text string }

// Taken are the messages so far.
func (s *Server) Taken() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.taken)
}

// Sessions is how many connections there were.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Auth is the last argument of AUTH.
func (s *Server) Auth() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.auth
}

// New starts a server that ends with the test, and gives the settings by which it is reached.
func New(t testing.TB, o Options) (*Server, mail.Config) {
	t.Helper()
	cert, roots := certificate(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Options: o, listener: l, secure: &tls.Config{Certificates: []tls.Certificate{cert}}}
	go s.serve()
	t.Cleanup(func() { _ = l.Close() })
	c := mail.Config{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "The Place <team@place.example>", Roots: roots,
		Now: func() time.Time { return time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC) }}
	switch {
	case o.Implicit:
		c.TLS = mail.TLS
	case o.Plain:
		c.TLS = mail.None
	}
	return s, c
}

func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Unix(0, 0), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

func (s *Server) serve() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.sessions++
		s.mu.Unlock()
		go s.session(conn)
	}
}

func (s *Server) session(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	secured := s.Implicit
	if s.Implicit {
		conn = tls.Server(conn, s.secure)
	}
	r := bufio.NewReader(conn)
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 test ready")
	var one Message
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-test")
			if !s.Plain && !secured {
				say("250-STARTTLS")
			}
			say("250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go on")
			conn, secured = tls.Server(conn, s.secure), true
			r = bufio.NewReader(conn)
		case "AUTH":
			s.mu.Lock()
			s.auth = rest
			s.mu.Unlock()
			say("235 welcome")
		case "MAIL":
			one = Message{From: rest}
			say("250 ok")
		case "RCPT":
			if strings.Contains(rest, "@refuse.example") {
				say("550 no such mailbox")
				continue
			}
			one.To = rest
			say("250 ok")
		case "DATA":
			say("354 go on")
			one.Text = body(r)
			s.keep(one)
			say("250 taken")
			if s.Drops {
				return
			}
		case "RSET":
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("500 what?")
		}
	}
}

func (s *Server) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = append(s.taken, m)
}

func body(r *bufio.Reader) string {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return b.String()
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}
