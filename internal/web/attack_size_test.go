package web

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/decision"
	"milieu/internal/sector"
	"milieu/internal/sheet"
)

// mostOf is how much the form of an address may bring, in bytes.
func mostOf(pattern string) int {
	switch {
	case pattern == "/tables/{table}/import", pattern == "/network/import":
		return sheet.MostBytes + 1<<20
	case pattern == "/imports/{id}", pattern == "/network/import/{id}":
		return 4 << 20
	case strings.HasPrefix(pattern, "/sign-"), strings.HasPrefix(pattern, "/join"), strings.HasPrefix(pattern, "/account"), strings.HasPrefix(pattern, "/people"):
		return signMost
	case voiceMost[pattern] > 0:
		return voiceMost[pattern]
	case pattern == "/interviews":
		return interviewMost
	case pattern == "/sectors/{id}/keep":
		return 4 * sector.MaxText
	}
	return formMost
}

// filler is a body of n bytes that is not held in memory.
type filler struct{ n, read int }

func (f *filler) Read(p []byte) (int, error) {
	if f.n == 0 {
		return 0, io.EOF
	}
	n := min(len(p), f.n)
	for i := range n {
		p[i] = 'a'
	}
	f.n -= n
	f.read += n
	return n, nil
}

// TestAttack_largeForms sends every form with more than it may bring, in each way of
// writing forms. It is refused with words, changes nothing, and is not read on.
func TestAttack_largeForms(t *testing.T) {
	w := teamSite(t)
	for _, d := range deeds() {
		w.renew(d.role)
		l, most := d.write(w), mostOf(d.pattern)
		before := w.kept()
		for kind, begin := range map[string]string{
			"application/x-www-form-urlencoded": l.fields.Encode() + "&x=",
			"multipart/form-data; boundary=y":   "--y\r\nContent-Disposition: form-data; name=\"x\"; filename=\"x\"\r\n\r\n",
		} {
			rest := &filler{n: 4 * most}
			r := w.request(d.role, http.MethodPost, l.path, nil)
			r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(begin), rest)), -1 // it does not say how much it brings
			r.Header.Set("Content-Type", kind)
			rec := w.do(r)
			unit := fmt.Sprintf("more than %d MB", most>>20)
			if most < 1<<20 {
				unit = fmt.Sprintf("more than %d kB", most>>10)
			}
			w.says(rec, http.StatusRequestEntityTooLarge, unit, "which is the most that is taken here")
			if rest.read > most+1<<20 {
				t.Errorf("%s as %s: %d bytes were read, the most is %d", d.pattern, kind, rest.read, most)
			}
		}
		w.same(before, d.pattern)
	}
}

// Whoever may not send a form is not read at all.
func TestAttack_largeFormsOfVisitors(t *testing.T) {
	w := teamSite(t)
	for _, d := range deeds() {
		if d.role == auth.Nobody || d.pattern == "/sign-out" {
			continue
		}
		rest := &filler{n: 1 << 20}
		r := w.request(auth.Nobody, http.MethodPost, samplePath(d.pattern), nil)
		r.Body, r.ContentLength = io.NopCloser(rest), -1
		if rec := w.do(r); refused(rec) != "sign in" || rest.read > 0 {
			t.Errorf("%s: status %d, %d bytes were read", d.pattern, rec.Code, rest.read)
		}
	}
	// Nor is anything that comes along with a GET.
	rest := &filler{n: 1 << 20}
	r := w.request(auth.Owner, http.MethodGet, "/decisions", nil)
	r.Body = io.NopCloser(rest)
	if rec := w.do(r); rec.Code != http.StatusOK || rest.read > 0 {
		t.Errorf("status %d, %d bytes were read", rec.Code, rest.read)
	}
}

// TestAttack_manyFields: ten thousand fields are too many for every form.
func TestAttack_manyFields(t *testing.T) {
	w := teamSite(t)
	for _, d := range deeds() {
		w.renew(d.role)
		l := d.write(w)
		before := w.kept()
		var many strings.Builder
		for i := range 10_001 {
			fmt.Fprintf(&many, "%d=&", i)
		}
		r := w.request(d.role, http.MethodPost, l.path, nil)
		r.Body = io.NopCloser(strings.NewReader(many.String()))
		if rec := w.do(r); rec.Code != http.StatusBadRequest && rec.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status %d", d.pattern, rec.Code)
		}
		w.same(before, d.pattern)
	}
}

// TestAttack_oddFields: fields that no form has mean nothing.
func TestAttack_oddFields(t *testing.T) {
	w := teamSite(t)
	path := "/tables/organisations/rows/" + hub + "/edit"
	odd := fields("version", "0", "reason", because, "source", "https://example.org/", "f.name", "New name", "b.name", "x", "f.id", "another-id", "f.", "x", "f.no_such_column", "x", "__proto__", "x", "f.name[]", "x", "b.", "y", "version", "99", "id", "another-id", "by", "somebody", "seq", "1")
	w.sent(w.do(w.request(auth.Editor, http.MethodPost, path, odd)), rowPath(decision.Organisations, hub)+"?said=decided")
	ds, _, err := w.book().On(t.Context(), w.people[auth.Owner], decision.Organisations, hub)
	if err != nil || !slices.ContainsFunc(ds, func(d decision.Decision) bool { return d.Fields["name"] == "New name" && len(d.Fields) == 1 }) {
		t.Errorf("%+v, %v", ds, err)
	}
}
