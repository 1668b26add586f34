package web

import (
	"html"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// part is a tag of a page with the text that follows it.
type part struct {
	name  string // in small letters, with a slash in front where it closes
	attrs map[string]string
	text  string
	raw   string
}

// parts reads a page as strictly as the templates write it: every "<" begins a tag,
// every value stands in double quotes. Text that broke out of its place cannot pass
// for that, whatever a browser would make of it.
func parts(page string) (out []part, faults []string) {
	page = strings.TrimPrefix(page, "<!doctype html>")
	for page != "" {
		next := strings.IndexByte(page, '<')
		if next < 0 {
			next = len(page)
		}
		if n := len(out); n > 0 {
			out[n-1].text += html.UnescapeString(page[:next])
		}
		if page = page[next:]; page == "" {
			break
		}
		p, n := tag(page)
		if n == 0 {
			faults = append(faults, "no tag of ours: "+page[:min(len(page), 80)])
			page = page[1:]
			continue
		}
		out = append(out, p)
		page = page[n:]
	}
	return out, faults
}

// tag reads the tag with which a text begins and gives its length, 0 when it is not
// written as ours are.
func tag(text string) (part, int) {
	i := 1
	if strings.HasPrefix(text, "</") {
		i = 2
	}
	end := i + nameLength(text[i:])
	if end == i {
		return part{}, 0
	}
	p := part{name: strings.ToLower(text[1:end]), attrs: map[string]string{}}
	for i = end; ; {
		spaces := len(text[i:]) - len(strings.TrimLeft(text[i:], " \t\r\n"))
		rest := text[i+spaces:]
		switch n := nameLength(rest); {
		case strings.HasPrefix(rest, ">"):
			p.raw = text[:i+spaces+1]
			return p, len(p.raw)
		case strings.HasPrefix(rest, "/>"):
			p.raw = text[:i+spaces+2]
			return p, len(p.raw)
		case n == 0 || spaces == 0:
			return p, 0
		default:
			name, value := strings.ToLower(rest[:n]), ""
			if i += spaces + n; strings.HasPrefix(rest[n:], `="`) {
				close := strings.IndexAny(rest[n+2:], `"<>`)
				if close < 0 || rest[n+2+close] != '"' {
					return p, 0
				}
				value = html.UnescapeString(rest[n+2 : n+2+close])
				i += close + 3
			}
			if _, twice := p.attrs[name]; twice {
				return p, 0
			}
			p.attrs[name] = value
		}
	}
}

// nameLength is how much of the beginning of a text is a name of a tag or an attribute.
func nameLength(text string) int {
	for i, c := range []byte(text) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("-_:.0123456789", rune(c))) {
			return i
		}
	}
	return len(text)
}

// never are tags that no page of ours has: each loads, runs or frames something.
var never = []string{"iframe", "object", "embed", "base", "style", "img", "video", "audio", "frame", "applet", "marquee", "math", "foreignobject", "use", "animate", "set", "plaintext", "template", "portal"}

// addresses are attributes that a browser follows.
var addresses = []string{"href", "src", "action", "formaction", "xlink:href", "poster", "srcset", "data", "ping", "background", "manifest"}

// unsafe says what in a page would run, load or lead astray.
func unsafe(page string) []string {
	all, faults := parts(page)
	// Elsewhere than in an address the scheme of scripts is a text like another.
	faults = append(faults, inline(strings.ReplaceAll(page, ` value="javascript:`, ` value="`))...)
	for i, p := range all {
		if slices.Contains(never, strings.TrimPrefix(p.name, "/")) {
			faults = append(faults, "a tag that no page has: "+p.raw)
		}
		if p.name == "script" && (!strings.HasPrefix(p.attrs["src"], "/assets/") || p.text != "" || i+1 < len(all) && all[i+1].name != "/script") {
			faults = append(faults, "a script that is none of our files: "+p.raw)
		}
		if p.name == "meta" && p.attrs["http-equiv"] != "" && p.attrs["content"] != "2" {
			faults = append(faults, "a page that sends elsewhere: "+p.raw)
		}
		for name, value := range p.attrs {
			if strings.HasPrefix(name, "on") || name == "style" || name == "srcdoc" {
				faults = append(faults, "an attribute that runs: "+p.raw)
			}
			if slices.Contains(addresses, name) && !leads(p, value) {
				faults = append(faults, "an address that leads astray: "+p.raw)
			}
		}
	}
	return faults
}

// leads says that an address is one of this site, or a web or mail address of a link.
func leads(p part, to string) bool {
	u, err := url.Parse(to)
	switch {
	case p.name == "link" && to == "data:,":
		return true // no icon, so that no browser asks for one
	case err != nil || strings.ContainsAny(to, "\\\t\r\n"):
		return false
	case u.Scheme == "" && u.Host == "":
		return !strings.HasPrefix(to, "//")
	}
	return p.name == "a" && (u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "mailto")
}

func TestUnsafe(t *testing.T) {
	for page, want := range map[string]bool{
		`<p title="&lt;b&gt;">a &lt;b&gt; &quot;</p>`:                               false,
		`<a href="/x?y=1#z">a</a><a href="https://example.org/">b</a><a href="#a">`: false,
		`<script type="module" src="/assets/a/app.js"></script>`:                    false,
		`<p><b onclick="go()">`:                                                     true,
		`<p>1 < 2</p>`:                                                              true,
		`<p title='x'>`:                                                             true,
		`<p title=x>`:                                                               true,
		`<svg/onload=alert(1)>`:                                                     true,
		`<img src="/x">`:                                                            true,
		`<a href="javascript:go()">`:                                                true,
		`<a href=" javascript:go()">`:                                               true,
		`<a href="//evil.example/">`:                                                true,
		`<a href="/\evil.example/">`:                                                true,
		`<form action="https://evil.example/">`:                                     true,
		`<script src="https://evil.example/a.js"></script>`:                         true,
		`<a href="data:text/html,x">`:                                               true,
		`<p a="1" a="2">`:                                                           true,
	} {
		if got := unsafe(page); (len(got) > 0) != want {
			t.Errorf("%s: found %q, want any: %v", page, got, want)
		}
	}
}

// form is a form of a page as a browser would send it when nothing is changed in it.
type form struct {
	action, method string
	fields         url.Values
}

// forms are the forms of a page, in order.
func forms(page string) []form {
	all, _ := parts(page)
	var out []form
	var in *form
	choice, first := "", false // the select that is open; its first option counts where none is marked
	for _, p := range all {
		switch {
		case p.name == "form":
			out = append(out, form{p.attrs["action"], p.attrs["method"], url.Values{}})
			in = &out[len(out)-1]
		case p.name == "/form":
			in = nil
		case in == nil:
		case p.name == "input":
			if kind := p.attrs["type"]; kind == "file" || kind == "checkbox" && !has(p, "checked") || p.attrs["name"] == "" {
				continue
			}
			in.fields.Add(p.attrs["name"], p.attrs["value"])
		case p.name == "textarea":
			in.fields.Add(p.attrs["name"], strings.TrimPrefix(p.text, "\n"))
		case p.name == "select":
			choice, first = p.attrs["name"], true
		case p.name == "option" && choice != "":
			if has(p, "selected") || first {
				in.fields.Set(choice, p.attrs["value"])
			}
			first = false
		case p.name == "/select":
			choice = ""
		}
	}
	return out
}

func has(p part, attr string) bool {
	_, there := p.attrs[attr]
	return there
}

// formTo is the form of a page that is sent to an address.
func formTo(t testing.TB, page, action string) url.Values {
	t.Helper()
	for _, f := range forms(page) {
		if f.action == action {
			return f.fields
		}
	}
	t.Fatalf("the page has no form to %s\n%s", action, page)
	return nil
}

// texts are what stands in the elements of a page with that name, entities resolved.
func texts(page, element string) []string {
	all, _ := parts(page)
	var out []string
	for i, p := range all {
		if p.name != element {
			continue
		}
		text := p.text
		for _, q := range all[i+1:] {
			if q.name == "/"+element {
				break
			}
			text += q.text
		}
		out = append(out, strings.Join(strings.Fields(text), " "))
	}
	return out
}
