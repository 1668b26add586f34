package name

import (
	_ "embed"
	"sort"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
)

//go:embed scripts.txt
var scriptsText string

// scripts replaces words of other scripts by Latin words, longer ones first.
var scripts = sync.OnceValue(func() *strings.Replacer { return scriptWords(false) })

// scriptForms replaces legal forms only; they stand in capitals.
var scriptForms = sync.OnceValue(func() *strings.Replacer { return scriptWords(true) })

func scriptWords(formsOnly bool) *strings.Replacer {
	type entry struct{ from, to string }
	var list []entry
	for line := range dataLines(scriptsText) {
		from, to, _ := strings.Cut(line, " ")
		if !formsOnly || to == strings.ToUpper(to) && to != "" {
			list = append(list, entry{from, to})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return len(list[i].from) > len(list[j].from) })
	var pairs []string
	for _, e := range list {
		pairs = append(pairs, e.from, " "+e.to+" ")
	}
	return strings.NewReplacer(pairs...)
}

// dataLines are the lines of an embedded table, without comments.
func dataLines(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if !yield(line) {
				return
			}
		}
	}
}

// latin writes a name in ASCII letters, and says in which script it was. Text has known words in Latin
// words; plain is transliterated throughout.
func latin(s string) (text, plain string, written script) {
	if ascii(s) {
		return s, s, roman
	}
	written = roman
	for _, r := range s {
		if r > 0x24f && unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			written = max(written, foreign)
		}
		if unicode.Is(unicode.Han, r) {
			written = max(written, pinyin)
		}
		if unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Devanagari, unicode.Bengali, unicode.Tamil) {
			written = max(written, loose)
		}
		if unicode.In(r, unicode.Arabic, unicode.Hebrew) {
			written = unvoweled
		}
	}
	if written == roman {
		s = spell(s)
		return s, s, roman
	}
	spaced := " " + s
	return spell(digraphs.Replace(scripts().Replace(spaced))), spell(digraphs.Replace(scriptForms().Replace(spaced))), written
}

// spell writes text in ASCII letters.
func spell(s string) string {
	var b strings.Builder
	wide, letter := false, false // what was written before was Han, a Latin letter
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
			wide, letter = false, unicode.IsLetter(r)
		case unicode.Is(unicode.Han, r):
			// The characters of one word are written together, as names in Latin letters are.
			b.WriteString(strings.ToLower(strings.TrimSpace(unidecode.Unidecode(string(r)))))
			wide = true
		case unicode.IsLetter(r) || unicode.IsMark(r):
			// Letters of another script begin another word.
			if full := r >= 0xff00 && r < 0xff60; wide || full != letter && r > 0x24f && b.Len() > 0 && unicode.In(r, unicode.Han, unicode.Katakana, unicode.Hiragana, unicode.Hangul, unicode.Latin) {
				b.WriteByte(' ')
			}
			wide, letter = false, r >= 0xff00 && r < 0xff60
			b.WriteString(signs.Replace(unidecode.Unidecode(string(r))))
		case unicode.IsSpace(r) || r == '\u00b7' || r == '\u30fb':
			b.WriteByte(' ')
		default:
			b.WriteString(unidecode.Unidecode(string(r)))
		}
	}
	return b.String()
}

// digraphs are letters of Greek that stand for one sound, and the Arabic article, which Latin names part from the word
// or leave out. Eta and upsilon are written as they sound.
var digraphs = strings.NewReplacer("μπ", "b", "Μπ", "B", "ΜΠ", "B", "γκ", "g", "Γκ", "G", "ΓΚ", "G", "ντ", "nt", "ου", "ou", "ού", "ou", "Ου", "Ou", "αυ", "af", "αύ", "af", "ευ", "ef", "εύ", "ef",
	"η", "i", "ή", "i", "Η", "I", "υ", "y", "ύ", "y", "Υ", "Y", " ال", " ", "φ", "f", "χ", "ch")

// signs are what stands for letters that Latin names leave out.
var signs = strings.NewReplacer("'", "", "`", "", "@", "")

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
