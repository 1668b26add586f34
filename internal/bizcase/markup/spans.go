package markup

import (
	"strings"
	"unicode/utf8"

	"milieu/internal/typed"
)

// spans reads a line. before is how many characters of the line come before text.
func (p *parser) spans(text string, line, before int) []Span {
	var out []Span
	var words strings.Builder
	strong, em := false, false
	flush := func() {
		if words.Len() > 0 {
			out = join(out, Span{Words: words.String(), Strong: strong, Em: em})
			words.Reset()
		}
	}
	column := func(k int) int { return before + utf8.RuneCountInString(text[:k]) + 1 }
	for k := 0; k < len(text); {
		rest := text[k:]
		switch {
		case strings.HasPrefix(rest, "{{"):
			end := strings.Index(rest, "}}")
			if end < 0 {
				p.fault(line, column(k), "these braces are never closed: write }} where the insertion ends")
				words.WriteString(rest)
				k = len(text)
				continue
			}
			flush()
			if in, ok := p.insert(rest[2:end], line, column(k)); ok {
				out = append(out, Span{Insert: &in, Strong: strong, Em: em})
			}
			k += end + 2
		case strings.HasPrefix(rest, "**") && (strong || closes(rest[2:], "**")):
			flush()
			strong, k = !strong, k+2
		case rest[0] == '*' && (em || closes(rest[1:], "*")):
			flush()
			em, k = !em, k+1
		case rest[0] == '[':
			label, address, n := link(rest)
			if n == 0 {
				words.WriteByte('[')
				k++
				continue
			}
			flush()
			out = append(out, Span{Words: label, Link: address, Strong: strong, Em: em})
			k += n
		default:
			_, n := utf8.DecodeRuneInString(rest)
			words.WriteString(rest[:n])
			k += n
		}
	}
	flush()
	return out
}

// closes says that a mark opened before rest is closed in it, with words directly behind the one and before the other.
func closes(rest, mark string) bool {
	end := strings.Index(rest, mark)
	return end > 0 && rest[0] != ' ' && rest[end-1] != ' '
}

// link reads [words](address) at the beginning of a text, and says how many bytes it takes; 0 where there is none. Only addresses of
// the web and of pages here are links.
func link(text string) (words, address string, n int) {
	mid := strings.Index(text, "](")
	if mid < 2 || strings.ContainsAny(text[1:mid], "[]{}") {
		return "", "", 0
	}
	end := strings.IndexByte(text[mid:], ')')
	if end < 0 {
		return "", "", 0
	}
	address = text[mid+2 : mid+end]
	if !typed.IsWeb(address) && (!strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//")) || strings.ContainsAny(address, " \t<>\"") {
		return "", "", 0
	}
	return text[1:mid], address, mid + end + 1
}

// insert reads what stands between the braces.
func (p *parser) insert(inner string, line, column int) (Insert, bool) {
	in := Insert{Set: map[string]string{}, Line: line, Column: column}
	words, unclosed := fields(inner)
	if unclosed {
		p.fault(line, column, "a quotation mark of this insertion is never closed")
	}
	for _, w := range words {
		if w.key != "" {
			in.Set[w.key] = w.text
		} else {
			in.Words = append(in.Words, w.text)
		}
	}
	in.Source = strings.Join(strings.Fields(inner), " ")
	if len(in.Words) == 0 {
		p.fault(line, column, "the braces hold nothing: write the name of a figure between them")
		return in, false
	}
	return in, true
}

// field is a word, or a setting where key is set.
type field struct{ key, text string }

// fields parts a text at spaces; what is in quotes is one word.
func fields(s string) (out []field, unclosed bool) {
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		key := ""
		if n := strings.Index(s, `="`); n > 0 && !strings.ContainsAny(s[:n], " \t\"") && !strings.ContainsAny(s[:n], "/?&") {
			key, s = s[:n], s[n+1:]
		}
		if s[0] == '"' {
			end := strings.IndexByte(s[1:], '"')
			if end < 0 {
				return append(out, field{key, s[1:]}), true
			}
			out = append(out, field{key, s[1 : end+1]})
			s = s[end+2:]
			continue
		}
		word, rest, _ := strings.Cut(s, " ")
		out, s = append(out, field{key, word}), rest
	}
	return out, false
}
