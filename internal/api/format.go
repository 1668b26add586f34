package api

import (
	"mime"
	"slices"
	"strconv"
	"strings"
)

// format is a form in which an address gives its data.
type format string

const (
	asJSON    format = "json"
	asCSV     format = "csv"
	asGeoJSON format = "geojson"
	asYAML    format = "yaml"
)

// mediaType is the format's name in Accept.
var mediaType = map[format]string{asJSON: "application/json", asCSV: "text/csv", asGeoJSON: "application/geo+json", asYAML: "application/yaml"}

// negotiate chooses among the formats that an address has: the one that the
// parameter format names, else the one that Accept likes best, else the first.
func negotiate(asked string, accept []string, have []format) (format, error) {
	if asked != "" {
		if f := format(asked); slices.Contains(have, f) {
			return f, nil
		}
		return "", failed(badFormat, "There is no format %q here. %s", clip(asked), formats(have))
	}
	text := strings.Join(accept, ",")
	// A description that exists in one form is given in that form to whoever asks for it.
	if strings.TrimSpace(text) == "" || have[0] == asYAML {
		return have[0], nil
	}
	best, liked := have[0], 0.0
	for _, f := range have {
		if q := like(mediaType[f], text); q > liked {
			best, liked = f, q
		}
	}
	if liked == 0 {
		return "", failed(badFormat, "Nothing that the header Accept names is to be had here. %s", formats(have))
	}
	return best, nil
}

func formats(have []format) string {
	var names []string
	for _, f := range have {
		names = append(names, "format="+string(f)+" ("+mediaType[f]+")")
	}
	return "Ask for " + strings.Join(names, ", ") + "."
}

// like is how much Accept likes a media type, 0 to 1: the weight of the range that
// fits it most closely (RFC 9110, 12.5.1). Ranges that cannot be read do not count.
func like(media, accept string) float64 {
	whole, _, _ := strings.Cut(media, "/")
	weight, close := 0.0, 0
	for _, part := range strings.Split(accept, ",") {
		name, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		fit := 0
		switch name {
		case media:
			fit = 3
		case whole + "/*":
			fit = 2
		case "*/*":
			fit = 1
		}
		q := 1.0
		if text, given := params["q"]; given {
			if q, err = strconv.ParseFloat(text, 64); err != nil || !(q >= 0 && q <= 1) {
				continue
			}
		}
		if fit > close {
			weight, close = q, fit
		}
	}
	return weight
}
