package cli

import (
	"bytes"
	"io"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"milieu/internal/evidence"
)

// dialed is a connection to a running server.
func (s *served) dialed(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// raw sends bytes that no client of the library would, and gives all that comes back.
func (s *served) raw(t *testing.T, request string) string {
	t.Helper()
	c := s.dialed(t)
	defer c.Close()
	go func() { _, _ = io.WriteString(c, request) }() // the server may hang up in the middle
	answer, _ := io.ReadAll(c)                        // and then what came before counts
	return string(answer)
}

var ownerLine = regexp.MustCompile(`http://\S+(/enter/\S+)`)

// owner comes in by the link that the server prints, and gives the session's cookie.
func (s *served) owner(t *testing.T) *http.Cookie {
	t.Helper()
	for !ownerLine.MatchString(s.rest.String()) {
		if t.Context().Err() != nil {
			t.Fatal("no link was printed")
		}
		time.Sleep(time.Millisecond)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(s.url + ownerLine.FindStringSubmatch(s.rest.String())[1])
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if len(resp.Cookies()) != 1 {
		t.Fatalf("status %d, %v", resp.StatusCode, resp.Header)
	}
	return resp.Cookies()[0]
}

// TestAttack_server sends a running server what no browser sends. It goes on serving, and
// nothing outside of what it serves is read or written.
func TestAttack_server(t *testing.T) {
	ws := testPlace(t)
	temp, before := t.TempDir(), everyFile(t, ws.Dir)
	t.Setenv("TMPDIR", temp)
	s := startServer(t, ws, "127.0.0.1:0")
	defer s.end(t)
	t.Run("headers", func(t *testing.T) {
		// Just as much as the server reads: of more, it would hang up on the rest, and what
		// it said might be lost on a slow machine.
		const most = 64<<10 + 4096
		first, long := "GET / HTTP/1.1\r\nHost: x\r\n", strings.Repeat("a", most)
		for name, request := range map[string]string{"one long": first + "X: " + long, "many": first + strings.Repeat("X-A: b\r\n", most), "a long cookie": first + "Cookie: milieu=" + long, "a long address": "GET /" + long} {
			if got := s.raw(t, request[:most]); !strings.HasPrefix(got, "HTTP/1.1 431 ") {
				t.Errorf("%s: %.60q", name, got)
			}
		}
	})
	t.Run("paths", func(t *testing.T) { s.paths(t) })
	t.Run("requests", func(t *testing.T) { s.oddRequests(t) })
	t.Run("idle", func(t *testing.T) {
		for range 500 {
			c := s.dialed(t)
			defer c.Close()
		}
		if status, _, err := fetch(s.url + "/"); err != nil || status != http.StatusOK {
			t.Errorf("beside 500 connections that say nothing: %d, %v", status, err)
		}
	})
	t.Run("uploads", func(t *testing.T) { s.largeUpload(t, temp) })
	if now := everyFile(t, ws.Dir); !slices.Equal(before, now) {
		t.Errorf("the folder of the workspace holds %q, %q before", now, before)
	}
}

// everyFile lists what a workspace holds beside what the program itself keeps there.
func everyFile(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == evidence.Derived {
			return fs.SkipDir
		}
		out = append(out, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// paths climbs out of what is served, in every way of writing it.
func (s *served) paths(t *testing.T) {
	for _, up := range []string{"..", "%2e%2e", "..%2f", "..%5c", `..\`, "%252e%252e", "..%00", "%c0%ae%c0%ae", "....//"} {
		climb := strings.Repeat(up+"/", 10)
		for _, path := range []string{"/" + climb + "etc/passwd", "/assets/" + climb + "etc/passwd", "/assets/x/" + climb + "etc/passwd", "/api/v1/" + climb + "etc/passwd", "/api/v1/organisations/" + climb + "etc/passwd", "/api/v1/areas/" + up + "/" + up,
			"/sources/" + climb + "milieu.toml", "/" + up + "/milieu.toml", "/" + up + "/.milieu/workspace.db", "/tables/" + climb + "etc/passwd", "/join/" + climb, "http://" + up + "/etc/passwd", "file:///etc/passwd"} {
			got := s.raw(t, "GET "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
			status := strings.Split(got+"  ", " ")[1]
			location := regexp.MustCompile(`(?m)^Location: (\S*)`).FindStringSubmatch(got)
			switch {
			case strings.Contains(got, "root:") || strings.Contains(got, "[[source]]") || strings.Contains(got, "SQLite format"):
				t.Errorf("%s gives a file that is not served", path)
			case location != nil && (!strings.HasPrefix(location[1], "/") || strings.HasPrefix(location[1], "//")):
				t.Errorf("%s sends to %s", path, location[1])
			case status[0] != '4' && status[0] != '3':
				t.Errorf("%s: %.60q", path, got)
			}
		}
	}
}

// oddRequests are such as tools for attacks send: each is answered with a refusal, or as
// the ordinary request that it is, and one answer comes for one request.
func (s *served) oddRequests(t *testing.T) {
	smuggled := "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, c := range map[string]struct{ request, want string }{
		"no host":             {"GET / HTTP/1.1\r\n\r\n", "400"},
		"two hosts":           {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", "400"},
		"bad host":            {"GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", "400"},
		"rubbish":             {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"},
		"old":                 {"GET /\r\n\r\n", "400"},
		"version":             {"GET / HTTP/9.9\r\nHost: x\r\n\r\n", "505"},
		"space in a name":     {"GET / HTTP/1.1\r\nHost: x\r\nX A: b\r\nConnection: close\r\n\r\n", "400"},
		"line end in value":   {"GET / HTTP/1.1\r\nHost: x\r\nX-A: b\rSet-Cookie: c\r\nConnection: close\r\n\r\n", "400"},
		"two lengths":         {"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 30\r\nConnection: close\r\n\r\n" + smuggled, "400"},
		"negative length":     {"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\nConnection: close\r\n\r\n", "400"},
		"length and chunks":   {"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n" + smuggled, ""},
		"chunks named twice":  {"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nConnection: close\r\n\r\n0\r\n\r\n" + smuggled, "501"},
		"other encoding":      {"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", "501"},
		"chunk of no size":    {"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n\r\n", "401"},
		"trace":               {"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Secret: told\r\n\r\n", "405"},
		"connect":             {"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n", "404"},
		"made-up method":      {"FORGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "405"},
		"another site's page": {"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "200"},
		"upgrade":             {"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings, close\r\n\r\n", "200"},
		"method by a header":  {"GET /people/x/remove HTTP/1.1\r\nHost: x\r\nX-HTTP-Method-Override: POST\r\nConnection: close\r\n\r\n", "404"},
		"address by a header": {"GET /sign-in HTTP/1.1\r\nHost: x\r\nX-Original-URL: /people\r\nX-Rewrite-URL: /people\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n", "200"},
		"NUL":                 {"GET /\x00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "400"},
	} {
		got := s.raw(t, c.request)
		if status := strings.Split(got+"  ", " ")[1]; status != c.want && c.want != "" || strings.HasPrefix(status, "500") {
			t.Errorf("%s: %.80q, want %s", name, got, c.want)
		}
		if n := strings.Count(got, "HTTP/1.1 "); n > 1 || strings.Contains(got, "evil.example") || strings.Contains(got, "X-Secret: told") {
			t.Errorf("%s: %d answers, or one that repeats what it was told:\n%.600s", name, n, got)
		}
	}
}

// largeUpload brings a table of 3 MB: nothing of it stays in the folder of temporary files.
func (s *served) largeUpload(t *testing.T, temp string) {
	cookie := s.owner(t)
	for _, name := range []string{"../../../large.csv", `..\..\large.csv`} {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		p, err := m.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(p, "id,name,source_url,notes\nnew-works,New,https://example.org/,\""+strings.Repeat("word ", 600_000)+"\"\n") // a buffer takes everything
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/tables/organisations/import", &body)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(cookie)
		r.Header.Set("Content-Type", m.FormDataContentType())
		client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		resp, err := client.Do(r)
		if err != nil || resp.StatusCode != http.StatusSeeOther {
			t.Fatalf("%v, %v", resp, err)
		}
		resp.Body.Close()
	}
	left, err := filepath.Glob(filepath.Join(temp, "multipart-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%v stays in the folder of temporary files, %v", left, err)
	}
}
