package bizcase

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// FilesFolder is the folder of a workspace that holds its cases as files, one a case, named by its id.
const FilesFolder = "cases"

const fileEnd = ".toml"

// Filed is a case that a workspace keeps as a file.
type Filed struct {
	ID      string // name of the file without its ending
	Path    string // within the workspace, with slashes
	Content Content
	Err     error // why the file is no case; it names the file, and the line where there is one
}

// ReadFiles reads the cases that the workspace in dir keeps as cases/ID.toml, sorted by name; none where there is no such
// folder. A file that cannot be read, or whose name is no id, is among them with its Err, so that it keeps no other back.
func ReadFiles(dir string) ([]Filed, error) {
	folder := filepath.Join(dir, FilesFolder)
	entries, err := os.ReadDir(folder) // sorted by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the cases of the workspace: %w", err)
	}
	var out []Filed
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), fileEnd) {
			continue
		}
		f := Filed{ID: strings.TrimSuffix(e.Name(), fileEnd), Path: FilesFolder + "/" + e.Name()}
		f.Content, f.Err = f.read(filepath.Join(folder, e.Name()))
		out = append(out, f)
	}
	return out, nil
}

func (f Filed) read(path string) (Content, error) {
	if !idForm.MatchString(f.ID) {
		return Content{}, fmt.Errorf("%s: rename the file: the name of a case is lower-case letters, digits and hyphens, with a letter first", f.Path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Content{}, fmt.Errorf("read the case %s: %w", f.Path, err)
	}
	return ParseContent(f.Path, data)
}
