package survey

import (
	"embed"
	"io/fs"
)

//go:embed shipped/*.toml
var shippedFS embed.FS

// Source is the text of an instrument that comes with the program.
type Source struct {
	ID, Title string
	Text      []byte
}

// Shipped are the instruments that come with the program, by file name.
func Shipped() []Source {
	names, err := fs.Glob(shippedFS, "shipped/*.toml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	var out []Source
	for _, name := range names {
		text, err := shippedFS.ReadFile(name)
		if err != nil {
			panic(err) // embedded
		}
		in, err := Parse(text)
		if err != nil {
			panic("survey: " + name + ": " + err.Error()) // embedded, and TestShipped reads it
		}
		out = append(out, Source{in.ID, in.Title, text})
	}
	return out
}
