package parameter

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"milieu/internal/cash"
	"milieu/internal/chart"
)

// Says is the value in words, with its range where it has one.
func (p Parameter) Says() string {
	if p.None != "" {
		return "none: " + p.None
	}
	switch p.Kind {
	case Text:
		return p.Text
	case Schedule, Rating:
		return p.saysBands()
	case Index:
		first, last := p.Levels[0], p.Levels[len(p.Levels)-1]
		return fmt.Sprintf("%d to %d: %s to %s", first.Year, last.Year, chart.Number(first.Level, 1), chart.Number(last.Level, 1))
	}
	low, value, high, ok := p.Range()
	if !ok {
		return ""
	}
	if low == high {
		return p.says(value)
	}
	return fmt.Sprintf("%s (%s to %s)", p.says(value), p.says(low), p.says(high))
}

// briefMost is how many letters of a text are brief.
const briefMost = 24

// Brief is the value in few words: of bands and levels only their ends, of a long text its beginning.
func (p Parameter) Brief() string {
	switch n := len(p.Bands); {
	case p.None != "":
		return "none"
	case p.Kind == Schedule && n > 1:
		return percent(cash.BasisPoints(p.Bands[0].BP).Share()) + " falling to " + percent(cash.BasisPoints(p.Bands[n-1].BP).Share())
	case p.Kind == Rating && n > 1:
		return p.Bands[0].Name + " to " + p.Bands[n-1].Name
	case p.Kind == Text && utf8.RuneCountInString(p.Text) > briefMost:
		return string([]rune(p.Text)[:briefMost-2]) + " …"
	case p.Kind == Index:
		return fmt.Sprintf("%d to %d", p.Levels[0].Year, p.Levels[len(p.Levels)-1].Year)
	}
	if _, value, _, ok := p.Range(); ok {
		return p.says(value)
	}
	return p.Says()
}

// SaysRange is the low and high value in words, "" where there is no range.
func (p Parameter) SaysRange() string {
	low, _, high, ok := p.Range()
	if !ok || low == high {
		return ""
	}
	return p.says(low) + " to " + p.says(high)
}

func (p Parameter) says(v float64) string {
	switch {
	case strings.HasPrefix(p.Unit, "share"):
		return percent(v)
	case strings.HasPrefix(p.Unit, "£"):
		return "£" + chart.Number(v, 0)
	}
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), "-", "−", 1)
}

// percent is a share with as many decimals as it has, at most two.
func percent(v float64) string {
	text := strconv.FormatFloat(float64(cash.Round(10_000*v))/100, 'f', -1, 64)
	return strings.Replace(text, "-", "−", 1) + " %"
}

func (p Parameter) saysBands() string {
	parts := make([]string, len(p.Bands))
	for i, b := range p.Bands {
		switch {
		case p.Kind == Rating:
			parts[i] = fmt.Sprintf("%s from %s", b.Name, strconv.FormatFloat(b.From, 'f', -1, 64))
		case i == len(p.Bands)-1 && i == 0:
			parts[i] = percent(cash.BasisPoints(b.BP).Share())
		case i == len(p.Bands)-1:
			parts[i] = fmt.Sprintf("%s from year %d", percent(cash.BasisPoints(b.BP).Share()), int(b.From))
		default:
			parts[i] = fmt.Sprintf("%s to year %d", percent(cash.BasisPoints(b.BP).Share()), int(p.Bands[i+1].From)-1)
		}
	}
	return strings.Join(parts, ", ")
}
