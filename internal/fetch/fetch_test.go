package fetch

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestClient(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "other") }))
	defer other.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/agent", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.UserAgent()) })
	mux.HandleFunc("/near", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/agent", http.StatusFound) })
	mux.HandleFunc("/far", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) })
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/just", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, strings.Repeat("x", 100)) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, strings.Repeat("x", 101)) })
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		for range 101 {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(5 * time.Second):
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	client := Client(Options{Timeout: 300 * time.Millisecond, MaxBytes: 100})

	cases := []struct{ path, body, fault string }{
		{"/agent", "milieu", ""},
		{"/near", "milieu", ""},
		{"/far", "", "was not asked for"},
		{"/round", "", "redirects more than 5 times"},
		{"/just", strings.Repeat("x", 100), ""},
		{"/large", "", "larger than is taken"},
		{"/stream", "", "larger than is taken"},
		{"/slow", "", "exceeded"},
	}
	for _, c := range cases {
		t.Run(c.path[1:], func(t *testing.T) {
			text, err := read(client, server.URL+c.path)
			if c.fault == "" && (err != nil || text != c.body) {
				t.Errorf("got %q, %v; want %q", text, err, c.body)
			}
			if c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)) {
				t.Errorf("got %q, %v; want an error with %q", text, err, c.fault)
			}
		})
	}
	if _, err := read(client, server.URL+"/stream"); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}

func read(c *http.Client, address string) (string, error) {
	resp, err := c.Get(address)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

func TestClient_onlyPrivate(t *testing.T) {
	if _, err := Client(Options{}).Get("http://example.org/"); err == nil || !strings.Contains(err.Error(), "only https") {
		t.Errorf("plain HTTP to another machine: %v", err)
	}
}

func TestPrivate(t *testing.T) {
	cases := map[string]bool{
		"https://id.example.org":  true,
		"http://id.example.org":   false,
		"http://127.0.0.1:8080/x": true,
		"http://[::1]/":           true,
		"http://localhost:1":      true,
		"http://localhost.evil/":  false,
		"http://10.0.0.1/":        false,
		"ftp://127.0.0.1/":        false,
		"https:///x":              false,
		"file:///etc/passwd":      false,
	}
	for text, want := range cases {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Private(u); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
