package choice

import (
	"fmt"
	"math"
	"math/big"
	"sort"
	"strconv"
	"strings"
)

// Parse reads a problem from JSON, strictly: names that are not of the format, values of
// another type and money finer than a penny are refused. The error is Errors, each with
// line and path.
func Parse(data []byte) (Problem, error) {
	root, err := parseText(data)
	if err != nil {
		return Problem{}, err
	}
	d := decoder{lines: map[string]int{}}
	p := d.problem(root)
	if len(d.wrong) == 0 {
		if err := p.Validate(); err != nil {
			for _, w := range err.(Errors) {
				w.Line = d.lineOf(w.Path)
				d.wrong = append(d.wrong, w)
			}
		}
	}
	if len(d.wrong) > 0 {
		sort.SliceStable(d.wrong, func(i, j int) bool { return d.wrong[i].Line < d.wrong[j].Line })
		return Problem{}, d.wrong
	}
	return p, nil
}

// decoder turns nodes into a problem and keeps what is wrong, with the line of every path.
type decoder struct {
	wrong Errors
	lines map[string]int
}

func (d *decoder) say(n node, path, format string, args ...any) {
	d.wrong = append(d.wrong, Wrong{Path: path, Line: n.line, Message: fmt.Sprintf(format, args...)})
}

// lineOf is the line of a path, or of what it is part of.
func (d *decoder) lineOf(path string) int {
	for {
		if n, ok := d.lines[path]; ok {
			return n
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return d.lines[""]
		}
		path = path[:cut]
	}
}

// is notes the line of a path and says whether the value has the kind that is wanted.
func (d *decoder) is(n node, path string, want kind, example string) bool {
	d.lines[path] = n.line
	if n.kind == want {
		return true
	}
	d.say(n, path, "%s stands where %s is wanted%s", n.says(), want, example)
	return false
}

// field reads the value of a name.
type field func(n node, path string)

// object reads the members of an object; those in must have to be there.
func (d *decoder) object(n node, path string, fields map[string]field, must ...string) {
	if !d.is(n, path, object, "") {
		return
	}
	seen := map[string]bool{}
	for k, key := range n.keys {
		seen[key] = true
		at := join(path, key)
		if read, ok := fields[key]; ok {
			read(n.values[k], at)
			continue
		}
		d.wrong = append(d.wrong, Wrong{Path: at, Line: n.lines[k], Message: unknown(key, fields)})
	}
	for _, m := range must {
		if !seen[m] {
			d.say(n, path, "%q is missing", m)
		}
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// unknown says that a name is not of the format, and which is meant perhaps.
func unknown(key string, fields map[string]field) string {
	var names []string
	best, least := "", 3
	for name := range fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if far := distance(strings.ToLower(key), name); far < least {
			best, least = name, far
		}
	}
	if best != "" {
		return fmt.Sprintf("there is no field %q here: is it %q?", key, best)
	}
	return fmt.Sprintf("there is no field %q here: there are %s", key, strings.Join(names, ", "))
}

// distance is the number of letters to change, add or leave out (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			keep := last
			if a[i] != b[j] {
				keep++
			}
			last = row[j+1]
			row[j+1] = min(keep, row[j]+1, last+1)
		}
	}
	return row[len(b)]
}

func (d *decoder) list(n node, path string, each func(n node, path string)) {
	if !d.is(n, path, list, "") {
		return
	}
	for k, v := range n.values {
		each(v, place(path, k))
	}
}

func (d *decoder) text(to *string) field {
	return func(n node, path string) {
		if d.is(n, path, text, "") {
			*to = n.text
		}
	}
}

func (d *decoder) texts(to *[]string) field {
	return func(n node, path string) {
		*to = []string{}
		d.list(n, path, func(n node, path string) {
			if d.is(n, path, text, "") {
				*to = append(*to, n.text)
			}
		})
	}
}

func (d *decoder) whole(n node, path string) (int, bool) {
	if !d.is(n, path, num, "") {
		return 0, false
	}
	v, err := strconv.Atoi(n.text)
	if err != nil {
		d.say(n, path, "%s is not a whole number", n.text)
	}
	return v, err == nil
}

func (d *decoder) year(to *int) field {
	return func(n node, path string) {
		v, ok := d.whole(n, path)
		if ok && (v < 1 || v > 9999) {
			d.say(n, path, "%d is not a year: write four digits, such as 2027", v)
			return
		}
		*to = v
	}
}

func (d *decoder) count(to **int) field {
	return func(n node, path string) {
		if v, ok := d.whole(n, path); ok {
			*to = &v
		}
	}
}

func (d *decoder) number(n node, path string) (float64, bool) {
	if !d.is(n, path, num, "") {
		return 0, false
	}
	v, err := strconv.ParseFloat(n.text, 64)
	if err != nil || math.Abs(v) > mostNumber {
		d.say(n, path, "%s is too large: numbers go up to %g", n.text, mostNumber)
		return 0, false
	}
	return v, true
}

func (d *decoder) value(to *float64) field {
	return func(n node, path string) {
		if v, ok := d.number(n, path); ok {
			*to = v
		}
	}
}

func (d *decoder) limit(to **float64) field {
	return func(n node, path string) {
		if v, ok := d.number(n, path); ok {
			*to = &v
		}
	}
}

func (d *decoder) numbers(to *map[string]float64) field {
	return func(n node, path string) {
		if !d.is(n, path, object, "") {
			return
		}
		*to = map[string]float64{}
		for k, key := range n.keys {
			if v, ok := d.number(n.values[k], join(path, key)); ok {
				(*to)[key] = v
			}
		}
	}
}

// pence reads pounds exactly.
func (d *decoder) pence(n node, path string) (Pence, bool) {
	if !d.is(n, path, num, ": write pounds without sign or commas, such as 1250000 or 99.5") {
		return 0, false
	}
	// ParseFloat first: a large exponent would make a very long exact number.
	if v, err := strconv.ParseFloat(n.text, 64); err != nil || math.Abs(v) > mostPounds {
		d.say(n, path, "%s is too much: amounts go up to %.0f pounds", n.text, mostPounds)
		return 0, false
	} else if v == 0 {
		return 0, true
	} else if math.Abs(v) < 0.001 {
		d.say(n, path, "%s is finer than a penny", n.text)
		return 0, false
	}
	r, ok := new(big.Rat).SetString(n.text)
	if !ok {
		d.say(n, path, "%s is not an amount", n.text)
		return 0, false
	}
	if r.Mul(r, big.NewRat(100, 1)); !r.IsInt() {
		d.say(n, path, "%s is finer than a penny: write pounds with at most two decimals", n.text)
		return 0, false
	}
	return Pence(r.Num().Int64()), true
}

func (d *decoder) money(to **Pence) field {
	return func(n node, path string) {
		if v, ok := d.pence(n, path); ok {
			*to = &v
		}
	}
}

func (d *decoder) amount(to *Pence) field {
	return func(n node, path string) {
		if v, ok := d.pence(n, path); ok {
			*to = v
		}
	}
}
