package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences parts a text into its sentences, so that two versions of it can be compared. A full stop, question or exclamation mark
// that is followed by a space and something other than a lower-case letter ends one, but for common abbreviations and initials;
// figures and quotations are never parted. Joined, the sentences are the text.
func Sentences(t Text) []Text {
	var out []Text
	var now Text
	for k, s := range t {
		if s.Figure != nil || s.Quote != nil || s.Name {
			now = append(now, s)
			continue
		}
		words := s.Words
		if lead := len(words) - len(strings.TrimLeft(words, " ")); lead > 0 && lead < len(words) && len(now) > 0 && ended(now[len(now)-1], words[lead:]) {
			space := s
			space.Words, words = words[:lead], words[lead:]
			out, now = append(out, append(now, space)), nil
		}
		for {
			end := sentenceEnd(words, k+1 < len(t))
			if end < 0 {
				break
			}
			part := s
			part.Words, words = words[:end], words[end:]
			out, now = append(out, append(now, part)), nil
		}
		if words != "" {
			s.Words = words
			now = append(now, s)
		}
	}
	if len(now) > 0 {
		out = append(out, now)
	}
	return out
}

// ended says that words of another look before a space end the sentence: what follows begins a new one.
func ended(before Span, next string) bool {
	words := strings.TrimRight(before.Words, ")\"”’")
	if before.Figure != nil || before.Quote != nil || words == "" || !strings.ContainsAny(words[len(words)-1:], ".?!") {
		return false
	}
	first, _ := utf8.DecodeRuneInString(next)
	return !unicode.IsLower(first) && (words[len(words)-1] != '.' || !abbreviated(words[:len(words)-1]))
}

// sentenceEnd is where the first sentence of words ends, the spaces behind it included; -1 where it goes on. more says that
// something follows the words.
func sentenceEnd(words string, more bool) int {
	for k := 0; k < len(words); k++ {
		if words[k] != '.' && words[k] != '?' && words[k] != '!' {
			continue
		}
		end := k + 1
		end += len(words[end:]) - len(strings.TrimLeft(words[end:], ")\"”’"))
		rest := strings.TrimLeft(words[end:], " ")
		if len(rest) == len(words[end:]) { // no space behind it
			continue
		}
		next, _ := utf8.DecodeRuneInString(rest)
		if rest == "" && !more || rest != "" && unicode.IsLower(next) || words[k] == '.' && abbreviated(words[:k]) {
			continue
		}
		return len(words) - len(rest)
	}
	return -1
}

// abbreviated says that the full stop behind words is that of an abbreviation or an initial.
func abbreviated(words string) bool {
	last := words[strings.LastIndexAny(words, " (")+1:]
	switch strings.ToLower(last) {
	case "e.g", "i.e", "etc", "dr", "mr", "mrs", "ms", "prof", "st", "no", "vs", "cf", "approx", "ltd", "inc":
		return true
	}
	return len(last) == 1 && last != "I"
}
