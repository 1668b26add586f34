package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// bundled lists every package whose code is inside map.js, map-worker.js or network.js; the map library's own file
// already holds those after it in the first group.
var bundled = []string{
	"maplibre-gl", "@mapbox/point-geometry", "@mapbox/tiny-sdf", "@mapbox/unitbezier", "@mapbox/vector-tile",
	"@maplibre/geojson-vt", "@maplibre/maplibre-gl-style-spec", "@maplibre/mlt", "@maplibre/vt-pbf", "bidi-js", "earcut",
	"gl-matrix", "json-stringify-pretty-compact", "kdbush", "@mapbox/jsonlint-lines-primitives", "murmurhash-js", "pbf",
	"potpack", "quickselect", "tinyqueue",
	"sigma", "events", "graphology", "graphology-utils",
}

// licences gathers the full licence texts of the bundled packages, which their licences ask us to pass on.
func (b *builder) licences() error {
	var out bytes.Buffer
	for _, name := range bundled {
		dir := filepath.Join(b.mod, filepath.FromSlash(name))
		var about struct{ Version, License string }
		data, err := os.ReadFile(filepath.Join(dir, "package.json"))
		if err != nil {
			return fmt.Errorf("licence of %s: %w", name, err)
		}
		if err := json.Unmarshal(data, &about); err != nil {
			return fmt.Errorf("licence of %s: package.json: %w", name, err)
		}
		text, err := licenceText(dir)
		if err != nil {
			return fmt.Errorf("licence of %s: %w", name, err)
		}
		fmt.Fprintf(&out, "%s %s (%s)\n\n%s\n\n%s\n\n", name, about.Version, about.License, text, strings.Repeat("-", 72))
	}
	b.files["licences.txt"] = out.Bytes()
	return nil
}

// licenceText reads a package's licence file, or the licence part of its readme where it has no such file.
func licenceText(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if strings.HasPrefix(strings.ToLower(e.Name()), "licen") && !e.IsDir() {
			data, err := os.ReadFile(filepath.Join(dir, e.Name()))
			return strings.TrimSpace(strings.ReplaceAll(string(data), "\r\n", "\n")), err
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		return "", err
	}
	_, part, ok := strings.Cut(string(data), "## License")
	if !ok {
		return "", fmt.Errorf("no licence file and no licence part in README.md")
	}
	return strings.TrimSpace(part), nil
}
