package evidence

import (
	"os"

	"milieu/internal/lake"
)

// hashes remembers the hash of files by size and time of change, as version
// control systems do, so that an unchanged file of gigabytes is not read again
// only to find that it has not changed.
type hashes struct {
	file  string
	Files map[string]knownHash `json:"files"`
	used  map[string]knownHash
}

type knownHash struct {
	Size   int64  `json:"size"`
	Time   int64  `json:"time"` // of change, in nanoseconds
	SHA256 string `json:"sha256"`
}

func openHashes(file string) *hashes {
	h := &hashes{file: file, used: map[string]knownHash{}}
	// A missing or damaged memory only costs the time to hash again.
	if err := decodeJSON(file, h); err != nil || h.Files == nil {
		h.Files = map[string]knownHash{}
	}
	return h
}

func (h *hashes) of(file string) (string, int64, error) {
	fi, err := os.Stat(file)
	if err != nil {
		return "", 0, err
	}
	k := h.Files[file]
	if k.SHA256 == "" || k.Size != fi.Size() || k.Time != fi.ModTime().UnixNano() {
		sum, size, err := lake.FileHash(file)
		if err != nil {
			return "", 0, err
		}
		k = knownHash{size, fi.ModTime().UnixNano(), sum}
	}
	h.used[file] = k
	return k.SHA256, k.Size, nil
}

func (h *hashes) save() error {
	h.Files = h.used
	tmp := h.file + ".part"
	if err := writeJSON(tmp, h); err != nil {
		return err
	}
	return os.Rename(tmp, h.file)
}
