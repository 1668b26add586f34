package link

import (
	"fmt"
	"strconv"
	"strings"

	"milieu/internal/link/compare"
)

// cleaner is one step that brings a text into the form in which it is compared. It
// appends the cleaned text to dst.
type cleaner func(dst, s []byte) []byte

// cleaners are the steps by name. Those with a number take it after the name.
var cleaners = map[string]func(n int) cleaner{
	"fold":           plain(compare.Fold),
	"lower":          plain(func(dst, s []byte) []byte { return append(dst, strings.ToLower(string(s))...) }),
	"squeeze":        plain(squeeze),
	"letters":        plain(func(dst, s []byte) []byte { return compare.Keep(dst, s, true, false, false) }),
	"digits":         plain(func(dst, s []byte) []byte { return compare.Keep(dst, s, false, true, false) }),
	"alnum":          plain(func(dst, s []byte) []byte { return compare.Keep(dst, s, true, true, false) }),
	"company-number": plain(compare.CompanyNumber),
	"soundex":        plain(compare.Soundex),
	"sound":          plain(compare.Sound),
	"no-zeros":       plain(func(dst, s []byte) []byte { return append(dst, strings.TrimLeft(string(s), "0")...) }),
	"before-at":      plain(func(dst, s []byte) []byte { head, _, _ := strings.Cut(string(s), "@"); return append(dst, head...) }),
	"after-at":       plain(func(dst, s []byte) []byte { _, tail, _ := strings.Cut(string(s), "@"); return append(dst, tail...) }),
	"first":          func(n int) cleaner { return func(dst, s []byte) []byte { return append(dst, s[:min(n, len(s))]...) } },
	"last":           func(n int) cleaner { return func(dst, s []byte) []byte { return append(dst, s[max(0, len(s)-n):]...) } },
}

// numbered are the cleaners that take a number.
var numbered = map[string]bool{"first": true, "last": true}

func plain(c cleaner) func(int) cleaner { return func(int) cleaner { return c } }

// squeeze makes one space of every run of blanks and drops those at the ends.
func squeeze(dst, s []byte) []byte {
	start := len(dst)
	space := false
	for _, c := range s {
		if c <= ' ' {
			space = true
			continue
		}
		if space && len(dst) > start {
			dst = append(dst, ' ')
		}
		space = false
		dst = append(dst, c)
	}
	return dst
}

func parseCleaner(s string) (cleaner, error) {
	name, arg, _ := strings.Cut(s, " ")
	c, ok := cleaners[name]
	if !ok {
		return nil, fmt.Errorf("there is no cleaning %q; there are %s", name, names(cleaners))
	}
	n := 0
	if numbered[name] {
		var err error
		if n, err = strconv.Atoi(arg); err != nil || n < 1 || n > 1000 {
			return nil, fmt.Errorf("cleaning %s needs a number of characters: %q", name, name+" 3")
		}
	} else if arg != "" {
		return nil, fmt.Errorf("cleaning %s takes no number", name)
	}
	return c(n), nil
}
