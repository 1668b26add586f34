package name

import (
	"strconv"
	"strings"
)

var units = map[string]int32{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
	"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
	"fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20}

// foreignNumbers are numbers in other languages. They are words as well, so that they stand for a number only
// where the other name has it.
var foreignNumbers = numberWords(`1 eins ein eine un une uno una um uma een en ett bir jeden yksi
2 zwei deux dos due dois duas twee to tva iki dwa dwie kaksi deuxieme
3 drei trois tres tre drie uc trzy kolme troisieme
4 vier quatre cuatro quattro quatro fire fyra dort cztery nelja
5 funf cinq cinco cinque vijf fem bes piec viisi
6 sechs six seis sei zes seks sex alti szesc kuusi
7 sieben sept siete sette sete zeven syv sju yedi siedem seitseman
8 acht huit ocho otto oito otte atte atta sekiz osiem kahdeksan
9 neun neuf nueve nove negen ni nio dokuz dziewiec yhdeksan
10 zehn dix diez dieci dez tien ti tio on dziesiec kymmenen
11 elf onze once undici elleve elva onbir
12 zwolf douze doce dodici doze twaalf tolv oniki dwanascie
13 dreizehn treize trece tredici treze dertien
20 zwanzig vingt veinte venti vinte twintig tyve tjugo yirmi
30 dreissig trente treinta trenta trinta dertig otuz
40 vierzig quarante cuarenta quaranta quarenta veertig kirk
100 hundert cent cien cento cem honderd hundre hundra yuz sto sata hundred
1000 tausend mille mil duizend tusen bin tysiac tuhat thousand`)

func numberWords(text string) map[string]int32 {
	out := map[string]int32{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		n, err := strconv.Atoi(words[0])
		if err != nil {
			panic("name: numbers: " + line)
		}
		for _, w := range words[1:] {
			out[w] = int32(n)
		}
	}
	return out
}

var tens = map[string]int32{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

var scales = map[string]int32{"hundred": 100, "thousand": 1000, "million": 1_000_000}

var romans = map[string]int32{"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12, "xiii": 13, "xiv": 14, "xv": 15,
	"xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21, "xxii": 22, "xxiii": 23, "xxiv": 24, "xxv": 25}

// counters stand before a number and say no more than it does.
var counters = setOf("no nr num number")

// numbered are words after which a single letter is a Roman number.
var numbered = setOf("fund phase part unit series no number stage volume class partners trust portfolio block plot capital finance holdings holding investors ventures lp investment investments spv")

// spellNumbers finds numbers: digits, words, ordinals, Roman numerals at the end or
// after what is numbered. Numbers in words become digits, so that Three M is 3M.
func (l *Lexicon) spellNumbers(words []raw) []raw {
	out := words[:0]
	for i := 0; i < len(words); i++ {
		w := words[i]
		if !mayCount(w.text) {
			out = append(out, w)
			continue
		}
		if n := strings.TrimPrefix(w.text, "no"); n != w.text && n != "" && isDigit(n[0]) {
			w.text = n // No1
		}
		if counters[w.text] && i+1 < len(words) && (isDigit(words[i+1].text[0]) || units[words[i+1].text] > 0) {
			continue
		}
		n, used := spelled(words[i:])
		switch {
		case used > 0:
			w.plain = joined(words[i : i+used])
			w.num, w.text, w.stop = n, strconv.Itoa(int(n)), false
			i += used - 1
		case isDigit(w.text[0]):
			w.num, w.text = digits(w.text)
		case romans[w.text] > 0 && l.isRoman(words, i):
			w.num, w.stop = romans[w.text], false
		}
		out = append(out, w)
	}
	return out
}

// mayCount is a quick look for what can have to do with a number.
func mayCount(s string) bool {
	return isDigit(s[0]) || numerals[s] || len(s) > 2 && s[0] == 'n' && s[1] == 'o' && isDigit(s[2]) || len(s) > 7 && strings.Contains(s, "ty")
}

// numerals are all words that spell numbers, or stand before them.
var numerals = func() map[string]bool {
	m := map[string]bool{}
	for _, table := range []map[string]int32{units, tens, romans} {
		for w := range table {
			m[w] = true
		}
	}
	for w := range counters {
		m[w] = true
	}
	return m
}()

// spelled reads a number in words: its value and how many words it takes.
func spelled(words []raw) (int32, int) {
	v, used := int32(0), 0
	if t, ok := tens[words[0].text]; ok {
		v, used = t, 1
		if len(words) > 1 {
			if u, ok := units[words[1].text]; ok && u > 0 && u < 10 {
				v, used = t+u, 2
			}
		}
	} else if u, ok := units[words[0].text]; ok {
		v, used = u, 1
	} else if i := strings.Index(words[0].text, "ty"); i > 0 {
		// Twentyfour.
		t, u := tens[words[0].text[:i+2]], units[words[0].text[i+2:]]
		if t > 0 && u > 0 && u < 10 {
			v, used = t+u, 1
		}
	}
	if used > 0 && used < len(words) {
		if s, ok := scales[words[used].text]; ok && v < 1000 && v > 0 {
			return v * s, used + 1
		}
	}
	return v, used
}

// digits reads 42, 1st and 2.0; of what else begins with a digit, such as 3m, it gives no number.
func digits(s string) (int32, string) {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	switch rest := s[n:]; {
	case n > 9:
		return -1, s
	case rest == "" || rest == "st" || rest == "nd" || rest == "rd" || rest == "th":
		v, err := strconv.Atoi(s[:n])
		if err != nil {
			return -1, s
		}
		return int32(v), strconv.Itoa(v)
	}
	return -1, s
}

// isRoman tells whether letters are a Roman number where they stand.
func (l *Lexicon) isRoman(words []raw, i int) bool {
	w := words[i]
	if i == 0 {
		return w.upper && w.dotted && !w.spaced && len(w.text) > 1 // II. Physikalisches Institut
	}
	if !w.upper || w.spaced {
		return false
	}
	before := words[i-1]
	if len(w.text) == 1 {
		return numbered[before.text]
	}
	return l.lastWord(words, i) || numbered[before.text] || len(w.text) > 2 || w.text == "ii" || w.text == "iv"
}

// lastWord says that only the legal form follows.
func (l *Lexicon) lastWord(words []raw, i int) bool {
	rest, _ := stripForms(append([]raw(nil), words...))
	return len(rest) <= i+1
}
