package cluster

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	leadingCode = regexp.MustCompile(`^\s*\d{2,5}\s*:\s*`)
	scope       = regexp.MustCompile(`(?i)\.\s+This (?:division|group|class) (?:includes|covers).*$`)
	making      = regexp.MustCompile(`(?i)^manufacture of `)
	glued       = regexp.MustCompile(`\s*;\s*`)
	makingMore  = regexp.MustCompile(`(?i); manufacture of `)
	andOf       = regexp.MustCompile(` and of `)
)

// ShortName is an industry's official name as people say it: without its code
// and without "Manufacture of" before the goods ("Manufacture of basic metals" is
// "Basic metals"). What tells industries apart stays: other activities,
// exceptions and "n.e.c." are kept; a remark on the scope of the class is not.
func ShortName(name string) string {
	s := strings.TrimSpace(leadingCode.ReplaceAllString(name, ""))
	s = glued.ReplaceAllString(scope.ReplaceAllString(s, ""), "; ")
	if making.MatchString(s) {
		s = makingMore.ReplaceAllString(making.ReplaceAllString(s, ""), "; ")
		s = andOf.ReplaceAllString(s, " and ")
	}
	if s == "" {
		return name
	}
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

var aside = regexp.MustCompile(`(?i)\s*(?:;|\(|,\s*except\b|,\s*n\.?e\.?c|\bn\.?e\.?c).*$`)

// Gist is a short name without its exceptions and asides, for a heading that names
// a few industries in passing; a table says the whole.
func Gist(short string) string {
	if s := aside.ReplaceAllString(short, ""); s != "" {
		return s
	}
	return short
}

// InSentence is a short name as it stands within a sentence: in lower case, but
// for words that are abbreviations.
func InSentence(short string) string {
	words := strings.Fields(short)
	for i, w := range words {
		if strings.ToUpper(w) != w || len(w) == 1 {
			words[i] = strings.ToLower(w)
		}
	}
	return strings.Join(words, " ")
}
