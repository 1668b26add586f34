package xlsx

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Names of the sheets that every workbook has.
const (
	readName        = "Read me"
	figuresName     = "Figures"
	chainsName      = "Chains"
	assumptionsName = "Assumptions"
	gapsName        = "Gaps"
	sourcesName     = "Sources"
)

const mostName = 31 // characters of a sheet's name

// names are those of a workbook's sheets; capitals make no difference between two.
type names map[string]bool

func newNames(taken ...string) names {
	n := names{}
	for _, t := range taken {
		n[strings.ToLower(t)] = true
	}
	return n
}

// take takes a name as it is.
func (n names) take(name string) error {
	switch {
	case name == "" || utf8.RuneCountInString(name) > mostName || strings.ContainsAny(name, `[]:*?/\'`):
		return fmt.Errorf("%q cannot be the name of a sheet: give one of 1 to %d characters without []:*?/\\'", name, mostName)
	case n[strings.ToLower(name)]:
		return fmt.Errorf("the workbook has a sheet %q already: name the working differently", name)
	}
	n[strings.ToLower(name)] = true
	return nil
}

// make makes a name of words that no other sheet has.
func (n names) make(words string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return -1
		}
		return r
	}, strings.ReplaceAll(words, "-", " "))
	clean = strings.Join(strings.Fields(clean), " ")
	if clean == "" {
		clean = "Table"
	}
	first, size := utf8.DecodeRuneInString(clean)
	clean = strings.ToUpper(string(first)) + clean[size:]
	for k := 1; ; k++ {
		tail := ""
		if k > 1 {
			tail = fmt.Sprintf(" %d", k)
		}
		name := strings.TrimSpace(cut(clean, mostName-len(tail))) + tail
		if n.take(name) == nil {
			return name
		}
	}
}

// cut shortens words to as many characters.
func cut(words string, most int) string {
	if r := []rune(words); len(r) > most {
		return string(r[:most])
	}
	return words
}
