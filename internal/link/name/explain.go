package name

import (
	"fmt"
	"strings"
)

// steps gathers in words what a comparison found. A nil one takes nothing.
type steps struct {
	soft, alone, ends []string
}

func (s *steps) say(word, what string) {
	if s != nil {
		s.soft = append(s.soft, fmt.Sprintf("%s %s", word, what))
	}
}

func (s *steps) pair(a, b string) {
	if s != nil {
		s.soft = append(s.soft, fmt.Sprintf("%s for %s", a, b))
	}
}

func (s *steps) without(word string) {
	if s != nil {
		s.alone = append(s.alone, word)
	}
}

func (s *steps) end(what string) {
	if s != nil {
		s.ends = append(s.ends, what)
	}
}

// Explain compares two names and says why they come to the score.
func (l *Lexicon) Explain(a, b *Name) Result {
	want := l.Compare(a, b)
	parts := func(n *Name) []*part {
		out := []*part{&n.part}
		for i := range n.alts {
			out = append(out, &n.alts[i])
		}
		return out
	}
	for i, p := range parts(a) {
		for j, q := range parts(b) {
			s := &steps{}
			r := l.compare(p, q, s)
			score := r.Score
			if i > 0 && j > 0 {
				continue
			}
			if i+j > 0 {
				score -= alternative
			}
			if score == want.Score {
				want.Why = s.words(p, q, i+j > 0)
				return want
			}
		}
	}
	return want
}

func (s *steps) words(a, b *part, other bool) string {
	var out []string
	if other {
		out = append(out, "by a trading or former name")
	}
	var agree []string
	for _, t := range a.tokens {
		for _, u := range b.tokens {
			if same(&t, &u) {
				agree = append(agree, fmt.Sprintf("%s (%.0f bits)", t.text, t.bits))
				break
			}
		}
	}
	if len(agree) > 0 {
		out = append(out, "agree: "+strings.Join(agree, ", "))
	}
	if len(s.soft) > 0 {
		out = append(out, "taken as the same: "+strings.Join(s.soft, ", "))
	}
	if len(s.alone) > 0 {
		out = append(out, "in one only: "+strings.Join(s.alone, ", "))
	}
	return strings.Join(append(out, s.ends...), "; ")
}
