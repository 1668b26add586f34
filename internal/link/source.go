package link

import (
	"fmt"
	"strings"
)

// span is where a value stands in a model's text.
type span struct{ line, from, to int }

// source finds keys of a TOML text again: for the lines of messages, and to write
// trained numbers where they stood. The text has been read as TOML before, so the
// scanner need not find faults.
type source struct {
	text string
	at   map[string]span // by path: comparison[1].levels[0].m
	pos  int
	line int
}

func scanSource(text string) *source {
	s := &source{text: text, at: map[string]span{}, line: 1}
	table := ""
	counts := map[string]int{}
	for s.skip("\n \t\r,"); s.pos < len(text); s.skip("\n \t\r,") {
		if text[s.pos] != '[' {
			s.pair(table)
			continue
		}
		end := len(text)
		if i := strings.IndexByte(text[s.pos:], '\n'); i >= 0 {
			end = s.pos + i
		}
		head, _, _ := strings.Cut(strings.TrimLeft(s.text[s.pos:end], "["), "]")
		list := strings.HasPrefix(s.text[s.pos:], "[[")
		table = headPath(strings.TrimSpace(head), list, counts)
		s.at[table] = span{s.line, s.pos, end}
		table += "."
		s.pos = end
	}
	return s
}

// headPath gives a table's path with the numbers of the lists in it: the last ones so
// far, a new one for the head of a list.
func headPath(head string, list bool, counts map[string]int) string {
	path := ""
	parts := strings.Split(head, ".")
	for i, p := range parts {
		path = strings.TrimPrefix(path+"."+strings.TrimSpace(p), ".")
		n, isList := counts[path]
		if i == len(parts)-1 && list {
			counts[path], isList = n+1, true
			n++
		}
		if isList {
			path = fmt.Sprintf("%s[%d]", path, n-1)
		}
	}
	return path
}

// skip passes over blanks and comments.
func (s *source) skip(blank string) {
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		switch {
		case c == '#':
			for s.pos < len(s.text) && s.text[s.pos] != '\n' {
				s.pos++
			}
		case strings.IndexByte(blank, c) < 0:
			return
		default:
			if c == '\n' {
				s.line++
			}
			s.pos++
		}
	}
}

// pair reads key = value.
func (s *source) pair(prefix string) {
	from := s.pos
	for s.pos < len(s.text) && s.text[s.pos] != '=' && s.text[s.pos] != '\n' {
		s.pos++
	}
	key := prefix + strings.Trim(strings.TrimSpace(s.text[from:s.pos]), `"'`)
	s.pos = min(s.pos+1, len(s.text))
	s.skip(" \t")
	s.value(key)
}

// value reads a value and notes where it and its parts stand.
func (s *source) value(path string) {
	if s.pos >= len(s.text) {
		return
	}
	sp := span{line: s.line, from: s.pos}
	switch c := s.text[s.pos]; c {
	case '"', '\'':
		s.quoted(c)
	case '[':
		s.pos++
		for i := 0; ; i++ {
			s.skip("\n \t\r,")
			if s.pos >= len(s.text) || s.text[s.pos] == ']' {
				s.pos = min(s.pos+1, len(s.text))
				break
			}
			s.value(fmt.Sprintf("%s[%d]", path, i))
		}
	case '{':
		s.pos++
		for {
			s.skip("\n \t\r,")
			if s.pos >= len(s.text) || s.text[s.pos] == '}' {
				s.pos = min(s.pos+1, len(s.text))
				break
			}
			s.pair(path + ".")
		}
	default:
		for s.pos < len(s.text) && strings.IndexByte(",]}# \t\r\n", s.text[s.pos]) < 0 {
			s.pos++
		}
		if s.pos == sp.from { // a stray character: go on behind it
			s.pos++
		}
	}
	sp.to = s.pos
	s.at[path] = sp
}

func (s *source) quoted(q byte) {
	long := strings.Repeat(string(q), 3)
	if strings.HasPrefix(s.text[s.pos:], long) {
		end := strings.Index(s.text[s.pos+3:], long)
		if end < 0 {
			end = len(s.text) - s.pos - 6
		}
		end = min(max(s.pos+3+end+3, s.pos+3), len(s.text))
		s.line += strings.Count(s.text[s.pos:end], "\n")
		s.pos = end
		return
	}
	for s.pos++; s.pos < len(s.text) && s.text[s.pos] != q && s.text[s.pos] != '\n'; s.pos++ {
		if q == '"' && s.text[s.pos] == '\\' {
			s.pos++
		}
	}
	s.pos = min(s.pos+1, len(s.text))
}

// lineOf returns the line of a path or of the nearest one around it.
func (s *source) lineOf(path string) int {
	for path != "" {
		if sp, ok := s.at[path]; ok {
			return sp.line
		}
		cut := strings.LastIndexAny(path, ".[")
		path = path[:max(cut, 0)]
	}
	return 1
}

// find returns the line of the first key whose path, without numbers, is this.
func (s *source) find(bare string) int {
	best := 0
	for path, sp := range s.at {
		if unnumbered(path) == bare && (best == 0 || sp.line < best) {
			best = sp.line
		}
	}
	return max(best, 1)
}

func unnumbered(path string) string {
	var b strings.Builder
	for path != "" {
		head, rest, _ := strings.Cut(path, "[")
		b.WriteString(head)
		_, path, _ = strings.Cut(rest, "]")
	}
	return b.String()
}
