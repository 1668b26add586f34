package name

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:embed lexicon.txt.gz
var lexiconText []byte

//go:embed synonyms.txt
var synonymsText string

// unknownBits is the rarity of words that the lexicon lacks. It was counted on 77 thousand names; of the words
// that a national register adds, half stand in three of its five million names or fewer, and none is in many.
const unknownBits = 19

// foldBits is the most that a word counts to which others are folded: it is usual in some language.
const foldBits = 16

// word is what the lexicon knows of a word.
type word struct {
	bits  float32
	flags trait
	fold  string // the word that it is folded to, "" for itself
}

// Lexicon says how rare words are in names of organisations, what they are, and
// which stand for others.
type Lexicon struct {
	words map[string]word
	short map[string][]string // short forms to words that they may stand for
}

// Shipped is the lexicon that comes with the program: words counted in names of the
// companies register and the Research Organization Registry, with what word lists, a census
// of names and a gazetteer say that they are (tools/lexicon/make.py).
var Shipped = sync.OnceValue(func() *Lexicon {
	l := &Lexicon{words: map[string]word{}, short: map[string][]string{}}
	z, err := gzip.NewReader(bytes.NewReader(lexiconText))
	if err != nil {
		panic("name: lexicon: " + err.Error())
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic("name: lexicon: " + err.Error())
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		bits, err := strconv.Atoi(f[1])
		if err != nil {
			panic("name: lexicon: " + line)
		}
		w := word{bits: float32(bits), flags: known}
		if len(f) > 2 {
			w.flags |= traitsOf(f[2])
		}
		l.words[f[0]] = w
	}
	l.readSynonyms(synonymsText)
	return l
})

func traitsOf(letters string) trait {
	var f trait
	for _, r := range letters {
		switch r {
		case 'e':
			f |= english
		case 'p':
			f |= place
		case 's':
			f |= surname
		case 'g':
			f |= given
		}
	}
	return f
}

// readSynonyms takes the table of words that are folded, and makes each fold as common
// as all its words are together.
func (l *Lexicon) readSynonyms(text string) {
	for line := range dataLines(text) {
		head, list, _ := strings.Cut(line, ":")
		words := strings.Split(list, ",")
		for i := range words {
			words[i] = strings.TrimSpace(words[i])
		}
		if short, ok := strings.CutPrefix(head, "~"); ok {
			short = strings.TrimSpace(short)
			l.short[short] = append(l.short[short], words...)
			k, ok := l.words[short]
			if !ok {
				k.bits = unknownBits
			}
			k.flags |= shortForm
			l.words[short] = k
			continue
		}
		share := 0.0
		for _, w := range append(words, head) {
			if k, ok := l.words[w]; ok {
				share += math.Exp2(-float64(k.bits))
			}
			if w != head {
				k, ok := l.words[w]
				if !ok {
					k.bits = unknownBits
				}
				k.fold = head
				l.words[w] = k
			}
		}
		bits := float32(foldBits)
		if share > 0 {
			bits = float32(-math.Log2(min(share, 0.5)))
		}
		l.words[head] = word{bits: min(bits, foldBits), flags: l.words[head].flags | known | english}
	}
}

// look gives what is known of a word, and the word to which it is folded where that is asked.
func (l *Lexicon) look(text string, fold bool) (word, string) {
	w, ok := l.words[text]
	if !ok {
		return word{bits: unknownBits}, text
	}
	if fold && w.fold != "" {
		short := w.flags & shortForm
		text = w.fold
		w = l.words[text]
		w.flags |= short
	}
	return w, text
}

// rules is raised whenever the same tables come to other scores.
const rules = "5"

// Version changes with the tables and the rules: what was compared under another is to be compared again.
var Version = sync.OnceValue(func() string {
	h := sha256.New()
	for _, t := range []string{rules, string(lexiconText), synonymsText, formsText, scriptsText} {
		fmt.Fprintf(h, "%d %s", len(t), t)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
})
