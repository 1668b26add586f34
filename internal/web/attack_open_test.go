package web

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"milieu/internal/auth"
	"milieu/internal/geo/shape"
	"milieu/internal/sector"
)

// openForm is a form that visitors may send: it answers to what it is sent and keeps nothing.
type openForm struct {
	path   string
	most   int // bytes that it may bring
	fields []string
}

func openForms() []openForm {
	return []openForm{
		{"/profile", shape.MostBytes + 1<<20, []string{"text", "name", "near", "m"}},
		{"/sectors/metals/edit", 4 * sector.MaxText, []string{"definition", "drop", "add", "to", "kind", "entries", "because"}},
		{"/sectors/new/edit", 4 * sector.MaxText, []string{"definition"}},
	}
}

// good are the fields of a form that would be taken.
func (f openForm) good() letter {
	if f.path == "/profile" {
		return letter{path: f.path, fields: fields("text", `{"type":"Polygon","coordinates":[[[-1.42,53.38],[-1.4,53.38],[-1.4,53.4],[-1.42,53.38]]]}`)}
	}
	return letter{path: f.path, fields: fields("definition", keptMetals)}
}

// TestAttack_openForms puts every text that could mean harm into every field and file of the
// forms that visitors may send. Nothing runs, nothing fails, and nothing is kept.
func TestAttack_openForms(t *testing.T) {
	w := teamSite(t)
	before := w.kept()
	send := func(what string, l letter) {
		rec := w.do(w.letterRequest(auth.Nobody, l))
		if rec.Code >= 500 || rec.Code < 200 {
			t.Errorf("%.200s: status %d\n%.600s", what, rec.Code, readable(rec.Body.String()))
		}
		harmless(t, what, rec)
		if to := rec.Header().Get("Location"); to != "" {
			harmless(t, to, w.do(w.request(auth.Nobody, http.MethodGet, to, nil)))
		}
	}
	for _, f := range openForms() {
		for _, text := range append(append([]string{}, payloads...), injections...) {
			for _, name := range f.fields {
				l := f.good()
				l.fields.Set(name, text)
				send(fmt.Sprintf("%s with %s %.60q", f.path, name, text), l)
			}
			named := strings.NewReplacer(`"`, `\"`, "\u2028", "", "\x00", "").Replace(text)
			send(fmt.Sprintf("%s with the file %.60q", f.path, text), letter{path: f.path, fields: f.good().fields, name: named[:min(200, len(named))], file: []byte(text)})
			hostile := fmt.Appendf(nil, `{"type":"Feature","properties":{"name":%q},"geometry":{"type":"Polygon","coordinates":[[[-1.42,53.38],[-1.4,53.38],[-1.4,53.4],[-1.42,53.38]]]}}`, text)
			send(fmt.Sprintf("%s with a shape called %.60q", f.path, text), letter{path: f.path, fields: fields(), name: named[:min(200, len(named))] + ".geojson", file: hostile})
		}
	}
	w.same(before, "what visitors sent")
}

// TestAttack_largeOpenForms sends them more than they may bring: refused with words, and not read on.
func TestAttack_largeOpenForms(t *testing.T) {
	w := teamSite(t)
	for _, f := range openForms() {
		for kind, begin := range map[string]string{
			"application/x-www-form-urlencoded": "x=",
			"multipart/form-data; boundary=y":   "--y\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n",
		} {
			rest := &filler{n: 4 * f.most}
			r := w.request(auth.Nobody, http.MethodPost, f.path, nil)
			r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(begin), rest)), -1
			r.Header.Set("Content-Type", kind)
			w.says(w.do(r), http.StatusRequestEntityTooLarge, "which is the most that is taken here")
			if rest.read > f.most+1<<20 {
				t.Errorf("%s as %s: %d bytes were read, the most is %d", f.path, kind, rest.read, f.most)
			}
		}
	}
}
