package compare

import (
	"strings"

	"milieu/internal/report"
)

// Piece is a part of a text, with whether the other version lacks it.
type Piece struct {
	report.Span
	Differs bool `json:"differs"`
}

// Pieces parts two versions of a text into what they share and what differs, word by word; figures and quotations are never parted.
// Joined, the pieces of each are its text.
func Pieces(was, now report.Text) (w, n []Piece) {
	a, b := atoms(was), atoms(now)
	for _, p := range align(len(a), len(b), func(i, j int) int {
		if reading(report.Text{a[i]}) == reading(report.Text{b[j]}) {
			return 1 + len(strings.TrimSpace(a[i].Words)) // a long word that stays says more than a short one
		}
		return 0
	}) {
		if p.was >= 0 {
			w = joined(w, Piece{a[p.was], p.now < 0})
		}
		if p.now >= 0 {
			n = joined(n, Piece{b[p.now], p.was < 0})
		}
	}
	return w, n
}

// atoms parts the words of a text; each word has the spaces behind it.
func atoms(t report.Text) []report.Span {
	var out []report.Span
	for _, s := range t {
		if s.Figure != nil || s.Quote != nil || s.Name {
			out = append(out, s)
			continue
		}
		for rest := s.Words; rest != ""; {
			end := strings.IndexByte(rest, ' ')
			if end < 0 {
				end = len(rest)
			}
			for end < len(rest) && rest[end] == ' ' {
				end++
			}
			part := s
			part.Words, rest = rest[:end], rest[end:]
			out = append(out, part)
		}
	}
	return out
}

// joined adds a piece; words that are alike in all but what they say become one.
func joined(all []Piece, p Piece) []Piece {
	if len(all) == 0 || p.Figure != nil || p.Quote != nil {
		return append(all, p)
	}
	last := &all[len(all)-1]
	if last.Figure != nil || last.Quote != nil || last.Differs != p.Differs || last.Strong != p.Strong || last.Em != p.Em || last.Name != p.Name || last.Link != p.Link {
		return append(all, p)
	}
	last.Words += p.Words
	return all
}
