package pdf

import (
	"bytes"
	"regexp"
)

// word is one token of PDF's syntax (ISO 32000-1, 7.2 and 7.3): a string whole, a name, a number, an operator, or a bracket.
type word struct{ from, to int }

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// next is the token at or behind a place; false at the end.
func next(data []byte, at int) (word, bool) {
	for at < len(data) {
		switch {
		case isSpace(data[at]):
			at++
		case data[at] == '%':
			for at < len(data) && data[at] != '\n' && data[at] != '\r' {
				at++
			}
		default:
			return word{at, tokenEnd(data, at)}, true
		}
	}
	return word{}, false
}

func tokenEnd(data []byte, at int) int {
	switch c := data[at]; {
	case c == '(':
		return literalEnd(data, at)
	case c == '<' && at+1 < len(data) && data[at+1] == '<', c == '>' && at+1 < len(data) && data[at+1] == '>':
		return at + 2
	case c == '<':
		if end := bytes.IndexByte(data[at:], '>'); end >= 0 {
			return at + end + 1
		}
		return len(data)
	case isDelimiter(c) && c != '/':
		return at + 1
	}
	end := at + 1
	for end < len(data) && !isSpace(data[end]) && !isDelimiter(data[end]) {
		end++
	}
	return end
}

// literalEnd is the end of a string in round brackets, which may hold balanced ones.
func literalEnd(data []byte, at int) int {
	depth := 0
	for ; at < len(data); at++ {
		switch data[at] {
		case '\\':
			at++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return len(data)
}

// entryAt finds a key of a dictionary: where its value begins and ends. False: the dictionary has no such key.
func entryAt(dict []byte, key string) (from, to int, ok bool) {
	open, more := next(dict, 0)
	if !more || string(dict[open.from:open.to]) != "<<" {
		return 0, 0, false
	}
	for at := open.to; ; {
		name, more := next(dict, at)
		if !more || dict[name.from] != '/' {
			return 0, 0, false
		}
		v, more := next(dict, name.to)
		if !more {
			return 0, 0, false
		}
		v.to = valueEnd(dict, v)
		if string(dict[name.from+1:name.to]) == key {
			return v.from, v.to, true
		}
		at = v.to
	}
}

// valueEnd is where the value ends that begins with a token: a token, a bracket with all that is in it, or a reference.
func valueEnd(data []byte, first word) int {
	token := string(data[first.from:first.to])
	if token == "<<" || token == "[" {
		depth := 1
		at := first.to
		for depth > 0 {
			w, more := next(data, at)
			if !more {
				return len(data)
			}
			switch string(data[w.from:w.to]) {
			case "<<", "[":
				depth++
			case ">>", "]":
				depth--
			}
			at = w.to
		}
		return at
	}
	if m := refStart.FindIndex(data[first.from:]); m != nil {
		return first.from + m[1]
	}
	return first.to
}

var refStart = regexp.MustCompile(`^\d+ \d+ R\b`)

// value is what a key of a dictionary stands for; nil where there is none.
func value(dict []byte, key string) []byte {
	from, to, ok := entryAt(dict, key)
	if !ok {
		return nil
	}
	return dict[from:to]
}

// with is a dictionary with another value for a key, or with the key where it had none.
func with(dict []byte, key, text string) []byte {
	if from, to, ok := entryAt(dict, key); ok {
		return join(dict[:from], []byte(text), dict[to:])
	}
	end := bytes.Index(dict, []byte("<<")) + 2
	return join(dict[:end], []byte("/"+key+" "+text+"\n"), dict[end:])
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

var refForm = regexp.MustCompile(`(\d+) 0 R`)

// ref is the number that a value refers to, where it is nothing but a reference.
func ref(v []byte) (int, bool) {
	m := refForm.FindSubmatch(v)
	if m == nil || len(m[0]) != len(bytes.TrimSpace(v)) {
		return 0, false
	}
	return number(m[1]), true
}

// refs are the numbers of all references in a value.
func refs(v []byte) []int {
	var out []int
	for _, m := range refForm.FindAllSubmatch(v, -1) {
		out = append(out, number(m[1]))
	}
	return out
}
