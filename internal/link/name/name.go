// Package name reads and compares names of organisations. It owns what words
// in such names weigh, which are legal forms, abbreviations, numbers or the same word in
// another language or script, and the rule by which two names are of one
// organisation: every word that tells bodies apart stands in both, in any order and
// perhaps misspelt, shortened or transliterated. A word more, another number or another place
// makes another body. It knows nothing of tables and probabilities.
package name

import "strings"

// Name is a name that has been read. It may be compared any number of times.
type Name struct {
	part
	alts []part // other names that stand in it: trading as, formerly
}

// part is one name.
type part struct {
	tokens   []token
	letters  []letter // first letters of all words
	squeezed string   // the words that weigh, without spaces
	full     string   // all words as they stand, without spaces
	whole    uint32   // hash of full
	forms    uint32   // families of the legal form, 0 where it has none
	script   script
}

// letter is the first letter of a word, for acronyms.
type letter struct {
	c    byte
	may  bool // acronyms may leave it out: of, and, company
	word int8 // its token, -1 where the word weighs nothing
}

// script tells how far the letters of a name may be trusted.
type script uint8

const (
	roman     script = iota // written in Latin letters
	foreign                 // transliterated letter by letter
	pinyin                  // transliterated by syllables, in which each vowel counts
	loose                   // transliterated from a script whose usual Latin names go by other rules
	unvoweled               // transliterated from a script that leaves vowels out
)

// token is a word that weighs.
type token struct {
	text  string // folded
	plain string // as it stands
	hash  uint32
	own   uint32 // the letters that it has as it stands, for a quick look at what cannot be alike
	mask  uint32 // the letters of either form
	num   int32  // the number that it is, -1 for words
	bits  float32
	flags trait
}

type trait uint16

const (
	known     trait = 1 << iota // the lexicon has it
	english                     // a word of the language
	place                       // a town or country
	surname                     //
	given                       // a first name
	dotted                      // written with a dot, as abbreviations are
	initial                     // letters that were single
	capital                     // written in capitals in a name that is not
	formLike                    // may be a legal form that stands first
	weak                        // may be missing
	shortForm                   // the lexicon has words that it may stand for
	mixed                       // letters and digits
)

// Words are the words that tell the organisation apart, folded.
func (n *Name) Words() []string {
	out := make([]string, len(n.tokens))
	for i, t := range n.tokens {
		out[i] = t.text
	}
	return out
}

// Bits is the information in the name: how unlikely it is that another name has the
// same words, in log2.
func (n *Name) Bits() float64 {
	if n.Empty() {
		return 0
	}
	sum := float64(chosenBits)
	for _, t := range n.tokens {
		sum += float64(t.bits)
	}
	return sum
}

// Empty says that nothing is left to compare.
func (n *Name) Empty() bool { return len(n.tokens) == 0 }

// Parse reads a name with the shipped lexicon.
func Parse(s string) Name { return Shipped().Parse(s) }

// Parse reads a name.
func (l *Lexicon) Parse(s string) Name {
	text, plain, written := latin(s)
	text, country := withoutCountry(text)
	main, alts := alternatives(text)
	if plain != text && written != roman {
		alts = append(alts, plain)
	}
	n := Name{part: l.part(main)}
	n.script = written
	n.located(l, country)
	for _, a := range alts {
		p := l.part(a)
		p.script = written
		if len(p.tokens) == 0 {
			continue
		}
		if len(n.tokens) == 0 {
			n.part = p
			continue
		}
		n.alts = append(n.alts, p)
	}
	return n
}

// located adds the country in which the name says that the organisation is. One name may lack it.
func (p *part) located(l *Lexicon, country string) {
	for _, w := range split(country) {
		if len(p.tokens) == mostTokens {
			return
		}
		t := l.token(w, false)
		t.flags |= weak
		p.tokens = append(p.tokens, t)
	}
}

// cuts are the words after which another name of the same organisation stands.
var cuts = []string{" trading name of ", " t/a ", " t/as ", " trading as ", " d/b/a ", " dba ", " aka ", " a/k/a ", " also known as ", " doing business as ", " operating as ",
	" formerly known as ", " formerly ", " previously known as ", " previously "}

// alternatives parts a name from others that stand in it.
func alternatives(s string) (string, []string) {
	if marked(s) {
		s = marks.Replace(s)
	}
	low := strings.ToLower(s)
	if i := strings.IndexByte(s, '('); i > 0 {
		in, whole := bracketed(s[i+1:])
		switch {
		case whole && hasForm(in):
			return s[:i], []string{in}
		case whole && shortName(in) && len(in) > leastAcronym && strings.Count(s[:i], " ") >= 3:
			return s[:i], []string{in}
		case whole && shortName(in):
			return s, []string{in}
		}
	}
	if !strings.ContainsRune(low, '/') && !mayCut(low) {
		return s, nil
	}
	at, width := -1, 0
	for _, c := range cuts {
		if i := strings.Index(low, c); i > 0 && (at < 0 || i < at) && len(low) == len(s) {
			at, width = i, len(c)
		}
	}
	if at < 0 {
		return s, nil
	}
	other, more := alternatives(s[at+width:])
	return s[:at], append([]string{other}, more...)
}

// marks writes what means the same in one way.
var marks = strings.NewReplacer("M/s ", " ", "M/S ", " ", "M/s. ", " ", "(formerly", " formerly", "(Formerly", " formerly", "(Previously", " previously", "(Trading As", " trading as", "(Trading as", " trading as", "(TRADING AS", " trading as", "(T/A", " t/a", "(t/as", " t/a", " C of E ", " Church of England ", " CofE ", " Church of England ", " NHSFT", " NHS Foundation Trust", " C.of E. ", " Church of England ", "(previously", " previously", "(trading as", " trading as", "(t/a", " t/a", "(trading name", " trading name", "[", "(", "]", ")",
	": ", " ", "o-op", "oop", "O-op", "Oop", "O-OP", "OOP", "o-Op", "oop", "f.lli", "fratelli", "F.lli", "Fratelli", "F.LLI", "FRATELLI")

// marked is a quick look for what marks replaces.
func marked(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(', '[', ':', '/':
			return true
		case '-', '.':
			if i+3 < len(s) && (s[i+1]|0x20 == 'o' && s[i+2]|0x20 == 'p' || s[i+1]|0x20 == 'l' && s[i+2]|0x20 == 'l') {
				return true
			}
		case 'N':
			if strings.HasPrefix(s[i:], "NHSFT") {
				return true
			}
		case 'E':
			if i > 2 && (s[i-1] == 'f' || s[i-2] == 'f' || s[i-1] == '.') {
				return true
			}
		}
	}
	return false
}

// withoutCountry takes off the country of an address: Makerere University, Uganda. Without a comma it is part of the name.
func withoutCountry(s string) (rest, country string) {
	i := strings.LastIndexByte(s, ',')
	if i <= 0 || !nations[strings.ToLower(strings.Trim(s[i+1:], " ."))] {
		return s, ""
	}
	return s[:i], s[i+1:]
}

// nations are countries as addresses have them.
var nations = func() map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Split("uk,u.k,united kingdom,great britain,gb,england,scotland,wales,northern ireland,ireland,usa,u.s.a,us,united states,united states of america,canada,australia,new zealand,"+
		"germany,deutschland,france,italy,italia,spain,espana,portugal,netherlands,the netherlands,nederland,belgium,belgique,belgie,luxembourg,switzerland,schweiz,suisse,austria,osterreich,denmark,danmark,"+
		"sweden,sverige,norway,norge,finland,suomi,iceland,poland,polska,czech republic,czechia,slovakia,hungary,romania,bulgaria,greece,hellas,turkey,turkiye,cyprus,malta,estonia,latvia,lithuania,slovenia,"+
		"croatia,serbia,ukraine,russia,russian federation,israel,egypt,morocco,tunisia,algeria,south africa,nigeria,kenya,uganda,ghana,ethiopia,tanzania,saudi arabia,uae,united arab emirates,qatar,kuwait,jordan,"+
		"lebanon,iran,iraq,pakistan,india,bangladesh,sri lanka,nepal,china,p.r. china,pr china,hong kong,taiwan,japan,korea,south korea,republic of korea,thailand,vietnam,malaysia,singapore,indonesia,philippines,"+
		"brazil,brasil,argentina,chile,colombia,peru,mexico,uruguay,ecuador,venezuela", ",") {
		m[n] = true
	}
	return m
}()

// bracketed is what stands in brackets that close a name.
func bracketed(s string) (string, bool) {
	in, rest, ok := strings.Cut(s, ")")
	return in, ok && strings.TrimSpace(rest) == ""
}

// hasForm says that words in brackets are a name of their own with its legal form: Splash World (Brookside Leisure LLP).
func hasForm(in string) bool {
	words := split(in)
	if len(words) < 2 {
		return false
	}
	kept, forms := stripForms(words)
	return forms != 0 && forms != ^uint32(0) && len(kept) > 0 && len(kept) < len(words)
}

// shortName says that a word in brackets is a name in capitals: European Organization for Nuclear Research (CERN).
// Codes of countries are none.
func shortName(in string) bool {
	if len(in) < leastAcronym || len(in) > 8 {
		return false
	}
	for i := 0; i < len(in); i++ {
		if in[i] < 'A' || in[i] > 'Z' {
			return false
		}
	}
	low := strings.ToLower(in)
	return !countries[low] && !stops[low] && !articles[low]
}

var countries = setOf("uk gb usa us eu uae nz aus rsa prc ni sarl ireland wales france spain italy japan china india")

// mayCut is a quick look for one of the longer cuts.
func mayCut(low string) bool {
	return strings.Contains(low, "known as ") || strings.Contains(low, "trading ") || strings.Contains(low, "formerly ") || strings.Contains(low, "previously ") ||
		strings.Contains(low, " dba ") || strings.Contains(low, " aka ") || strings.Contains(low, "business as ") || strings.Contains(low, "operating as ")
}
