// Command assets builds the committed files of internal/web/assets/dist from the style sheets, the TypeScript
// and the npm packages beside this file. It owns names, order and hashes of the outputs; it fetches nothing.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"

	"github.com/evanw/esbuild/pkg/api"
)

// limits are the sizes, in bytes, that the design allows; the build fails above them.
var limits = map[string]int{
	"app.css": 36 << 10, "app.js": 8 << 10, "theme.js": 512, "inter.woff2 + source-serif-4.woff2": 120 << 10,
}

func main() {
	src := flag.String("src", "../../internal/web/assets", "folder of the sources (css, ts)")
	mod := flag.String("modules", "node_modules", "folder of the installed npm packages")
	out := flag.String("out", "../../internal/web/assets/dist", "folder to write; files of earlier builds are removed")
	flag.Parse()
	if err := run(*src, *mod, *out); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(src, mod, out string) error {
	b, err := newBuilder(src, mod)
	if err != nil {
		return err
	}
	for _, step := range []func() error{b.copies, b.styles, b.scripts, b.licences, b.check} {
		if err := step(); err != nil {
			return err
		}
	}
	return b.write(out)
}

// builder holds the outputs by name until all of them are made.
type builder struct {
	src, mod string
	files    map[string][]byte
}

func newBuilder(src, mod string) (*builder, error) {
	src, err := filepath.Abs(src)
	if err != nil {
		return nil, err
	}
	if mod, err = filepath.Abs(mod); err != nil {
		return nil, err
	}
	return &builder{src: src, mod: mod, files: map[string][]byte{}}, nil
}

// copies takes over what needs no building: fonts with their licences, and the map library's worker.
func (b *builder) copies() error {
	for to, from := range map[string]string{
		"inter.woff2":            "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
		"inter-OFL.txt":          "@fontsource-variable/inter/LICENSE",
		"source-serif-4.woff2":   "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2",
		"source-serif-4-OFL.txt": "@fontsource-variable/source-serif-4/LICENSE",
		"map-worker.js":          "maplibre-gl/dist/maplibre-gl-worker.mjs",
	} {
		data, err := os.ReadFile(filepath.Join(b.mod, from))
		if err != nil {
			return fmt.Errorf("copy %s (run build.sh, which installs the packages): %w", to, err)
		}
		b.files[to] = sourceMap.ReplaceAll(data, nil)
	}
	return nil
}

// sourceMap matches the comment that would make a browser ask for a map that is not shipped.
var sourceMap = regexp.MustCompile(`\n?//# sourceMappingURL=\S+\n?`)

// address gives the path of an output relative to another output: the server puts each file under the hash of its bytes.
func (b *builder) address(name string) string {
	sum := sha256.Sum256(b.files[name])
	return "../" + hex.EncodeToString(sum[:4]) + "/" + name
}

func (b *builder) styles() error {
	hashed := api.Plugin{Name: "hashed", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `\.woff2$`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			if _, ok := b.files[a.Path]; !ok {
				return api.OnResolveResult{}, fmt.Errorf("font %s is not among the outputs: add it to copies", a.Path)
			}
			return api.OnResolveResult{Path: b.address(a.Path), External: true}, nil
		})
	}}
	for _, name := range []string{"app", "map", "question", "interview", "write"} {
		if err := b.bundle(name+".css", api.BuildOptions{
			EntryPoints: []string{filepath.Join(b.src, "css", name+".css")},
			Loader:      map[string]api.Loader{".svg": api.LoaderDataURL},
			Plugins:     []api.Plugin{hashed},
			Engines:     []api.Engine{{Name: api.EngineChrome, Version: "115"}, {Name: api.EngineFirefox, Version: "121"}, {Name: api.EngineSafari, Version: "16.5"}},
		}); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) scripts() error {
	for _, name := range []string{"theme", "app", "map", "network", "answer", "interview", "weigh", "sequence", "write"} {
		format := api.FormatESModule
		if name == "theme" {
			format = api.FormatIIFE // a plain script, so that it runs before the first paint
		}
		if err := b.bundle(name+".js", api.BuildOptions{
			EntryPoints: []string{filepath.Join(b.src, "ts", name+".ts")},
			Format:      format,
			Target:      api.ES2022,
			Define:      map[string]string{"WORKER": fmt.Sprintf("%q", b.address("map-worker.js"))},
		}); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) bundle(name string, o api.BuildOptions) error {
	o.Bundle, o.Write = true, false
	o.MinifyWhitespace, o.MinifyIdentifiers, o.MinifySyntax = true, true, true
	o.Charset = api.CharsetUTF8
	o.LegalComments = api.LegalCommentsEndOfFile
	o.NodePaths = []string{b.mod}
	o.Outfile = name
	o.AbsWorkingDir = b.src
	o.LogLevel = api.LogLevelSilent
	r := api.Build(o)
	msgs := append(r.Errors, r.Warnings...)
	if len(msgs) > 0 {
		return fmt.Errorf("build %s: %s", name, api.FormatMessages(msgs, api.FormatMessagesOptions{})[0])
	}
	b.files[name] = r.OutputFiles[0].Contents
	return nil
}

// check compares sizes with the limits and looks for addresses that would leave the site.
func (b *builder) check() error {
	var errs []error
	size := func(names ...string) (n int) {
		for _, name := range names {
			n += len(b.files[name])
		}
		return n
	}
	sizes := map[string]int{
		"app.css": size("app.css"), "app.js": size("app.js"), "theme.js": size("theme.js"),
		"inter.woff2 + source-serif-4.woff2": size("inter.woff2", "source-serif-4.woff2"),
	}
	for name, limit := range limits {
		if sizes[name] > limit {
			errs = append(errs, fmt.Errorf("%s has %d bytes, allowed are %d", name, sizes[name], limit))
		}
	}
	for _, name := range []string{"app.css", "map.css", "question.css", "interview.css", "write.css"} {
		if bytes.Contains(b.files[name], []byte("url(http")) || bytes.Contains(b.files[name], []byte("url(//")) {
			errs = append(errs, fmt.Errorf("%s asks another site for a file", name))
		}
	}
	return errors.Join(errs...)
}

// write fills a folder beside the old one and then takes its place, so that a broken build leaves no half of one.
func (b *builder) write(out string) error {
	fresh := filepath.Clean(out) + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.MkdirAll(fresh, 0o755); err != nil {
		return err
	}
	names := make([]string, 0, len(b.files))
	for name := range b.files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(fresh, name), b.files[name], 0o644); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.Rename(fresh, out); err != nil {
		return err
	}
	for _, name := range names {
		fmt.Printf("%8d %s\n", len(b.files[name]), name)
	}
	return nil
}
