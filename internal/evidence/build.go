package evidence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"milieu/internal/lake"
)

// Derived is the folder of everything that a build makes.
const Derived = ".milieu"

// BuildOptions are what a build needs beside the workspace.
type BuildOptions struct {
	Stages   []lake.Stage     // the domain's stages, over ev_* tables
	Now      func() time.Time // for the time written beside the release; not part of it
	Report   func(lake.Event) // progress; nil is silent
	MemoryMB int              // for the engine, default 2048
	// Decisions are what people decided about the evidence, oldest first. They are
	// inputs like the files of sources: the same decisions give the same release,
	// and without one it is as if it had never been made.
	Decisions []DecisionLine
	// Voices are what surveys say, in a fixed order: inputs like Decisions. A release
	// that holds what firms said and is not among them is removed by the build.
	Voices []VoiceLine
}

// Result is what a build came to.
type Result struct {
	Release   Release
	Previous  string // id of the release that was current before, "" when none
	Unchanged bool   // the same release as before
	Made      int    // stages run
	Skipped   int    // stages whose inputs had not changed
	Took      time.Duration
}

// Build reads the sources, runs the stages and puts a release in place. When
// anything fails the last good release stays current.
func Build(ctx context.Context, ws *Workspace, o BuildOptions) (*Result, error) {
	start := o.Now()
	root := filepath.Join(ws.Dir, Derived)
	if err := os.MkdirAll(filepath.Join(root, "releases"), 0o755); err != nil {
		return nil, err
	}
	unlock, err := lockFile(filepath.Join(root, "build.lock"))
	if err != nil {
		return nil, err
	}
	defer unlock()
	if o.MemoryMB == 0 {
		o.MemoryMB = 2048
	}
	db, err := lake.Open(lake.Options{MemoryMB: o.MemoryMB, TempDir: filepath.Join(root, "spill")})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	r := &lake.Runner{DB: db, Cache: filepath.Join(root, "cache"), Now: o.Now, Report: o.Report}
	m, outs, err := produce(ctx, ws, r, o)
	if err != nil {
		return nil, err
	}
	return publish(ws, root, m, outs, start, o.Now)
}

// produce reads the sources and runs the stages: what the release is made of.
func produce(ctx context.Context, ws *Workspace, r *lake.Runner, o BuildOptions) (Manifest, []lake.Output, error) {
	sources, err := withDecisions(ws, o.Decisions)
	if err != nil {
		return Manifest{}, nil, err
	}
	if sources, err = withVoices(ws, sources, o.Voices); err != nil {
		return Manifest{}, nil, err
	}
	inputs, err := findInputs(ws, sources)
	if err != nil {
		return Manifest{}, nil, err
	}
	raws, read, err := readSources(ctx, r, inputs)
	if err != nil {
		return Manifest{}, nil, err
	}
	a, err := assemble(ctx, r.DB, inputs, raws, carry(ws, o.Stages))
	if err != nil {
		return Manifest{}, nil, err
	}
	outs, err := a.run(ctx, r)
	if err != nil {
		return Manifest{}, nil, err
	}
	for i := range outs {
		outs[i].Skipped = outs[i].Skipped && !read[outs[i].Name]
	}
	m, err := newManifest(ws, inputs, outs)
	if err == nil && len(a.said.sources) > 0 {
		m.Decisions, err = appliedDecisions(ctx, r.DB)
	}
	return m, outs, err
}

// findInputs finds and hashes the files of all sources; the error names every
// source at fault, not only the first.
func findInputs(ws *Workspace, sources []Source) ([]input, error) {
	defs, err := Definitions()
	if err != nil {
		return nil, err
	}
	cache := openHashes(filepath.Join(ws.Dir, Derived, "hashes.json"))
	var inputs []input
	var faults []error
	for _, s := range sources {
		in := input{source: s, def: defs[s.Type]}
		in.paths, in.names, err = ws.files(s)
		for _, p := range in.paths {
			sum, size, e := cache.of(p)
			if e != nil && err == nil {
				err = e
			}
			in.hashes = append(in.hashes, sum)
			in.sizes = append(in.sizes, size)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("source %s (%s line %d): %w", s.ID, File, s.line, err))
		}
		inputs = append(inputs, in)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return inputs, cache.save()
}

// readSources reads each source by itself, so that all faults show at once. It
// returns the stages and which of them were read anew.
func readSources(ctx context.Context, r *lake.Runner, inputs []input) (stages []lake.Stage, read map[string]bool, err error) {
	read = map[string]bool{}
	var faults []error
	for _, in := range inputs {
		s := in.stage()
		outs, err := r.Run(ctx, []lake.Stage{s})
		if err != nil {
			if ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			inner := err
			if u := errors.Unwrap(err); u != nil {
				inner = u
			}
			faults = append(faults, fmt.Errorf("source %s: %w", in.source.ID, inner))
		}
		for _, o := range outs {
			read[o.Name] = !o.Skipped
		}
		stages = append(stages, s)
	}
	return stages, read, errors.Join(faults...)
}

// publish writes the release aside and renames it into place.
func publish(ws *Workspace, root string, m Manifest, outs []lake.Output, start time.Time, now func() time.Time) (*Result, error) {
	id, text, err := m.seal()
	if err != nil {
		return nil, err
	}
	res := &Result{}
	for _, o := range outs {
		if o.View || o.Always {
			continue
		}
		if o.Skipped {
			res.Skipped++
		} else {
			res.Made++
		}
	}
	dir := filepath.Join(root, "releases", id)
	if _, err := os.Stat(filepath.Join(dir, manifestFile)); errors.Is(err, fs.ErrNotExist) {
		if err := writeRelease(dir, text, outs); err != nil {
			return nil, fmt.Errorf("write release %s: %w", id, err)
		}
		if err := writeJSON(filepath.Join(dir, builtFile), Built{At: start.UTC().Format(time.RFC3339), Seconds: now().Sub(start).Seconds()}); err != nil {
			return nil, err
		}
	}
	res.Previous = currentID(root)
	res.Unchanged = res.Previous == id
	if err := setCurrent(root, id); err != nil {
		return nil, err
	}
	if err := prune(root, max(ws.Keep, 2)); err != nil {
		return nil, err
	}
	rel, err := readRelease(ws, id)
	if err != nil {
		return nil, err
	}
	res.Release, res.Took = rel, now().Sub(start)
	return res, nil
}

func writeRelease(dir string, manifest []byte, outs []lake.Output) error {
	tmp := dir + ".part"
	if err := os.RemoveAll(tmp); err != nil {
		return err
	}
	if err := os.MkdirAll(tmp, 0o755); err != nil {
		return err
	}
	for _, o := range outs {
		if o.Private || o.View {
			continue
		}
		if err := linkOrCopy(filepath.Join(o.Dir, o.File), filepath.Join(tmp, releaseFile(o))); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(tmp, manifestFile), manifest, 0o644); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(tmp, dir)
}

// releaseFile is the name of a stage's file in the release.
func releaseFile(o lake.Output) string {
	if o.File == lake.TableFile {
		return o.Name + ".parquet"
	}
	return o.File
}

// linkOrCopy shares the bytes with the cache where the file system can.
func linkOrCopy(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	b, err := os.Open(from)
	if err != nil {
		return err
	}
	defer b.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := out.ReadFrom(b); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

func decodeJSON(file string, v any) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
