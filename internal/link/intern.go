package link

// intern numbers distinct texts.
type intern struct {
	col   *column
	slots []uint32
	err   error // there is more text than can be numbered; what is added then is void
}

func (in *intern) find(s []byte) uint32 {
	if len(in.slots) == 0 {
		return 0
	}
	h := hashBytes(0, s)
	mask := uint64(len(in.slots) - 1)
	for i := h & mask; in.slots[i] != 0; i = (i + 1) & mask {
		x := in.slots[i]
		if in.col.hashes[x-1] == h && string(in.col.text.bytes(int(x-1))) == string(s) {
			return x
		}
	}
	return 0
}

func (in *intern) add(s []byte) uint32 {
	if x := in.find(s); x > 0 {
		return x
	}
	col := in.col
	if err := col.text.add(len(col.text.ends), string(s)); err != nil {
		in.err = err
		return 1
	}
	col.hashes = append(col.hashes, hashBytes(0, s))
	x := uint32(len(col.hashes))
	if 2*len(col.hashes) > len(in.slots) {
		in.slots = make([]uint32, max(64, 2*len(in.slots)))
		for i := range col.hashes {
			in.put(uint32(i + 1))
		}
	} else {
		in.put(x)
	}
	return x
}

func (in *intern) put(x uint32) {
	mask := uint64(len(in.slots) - 1)
	i := in.col.hashes[x-1] & mask
	for in.slots[i] != 0 {
		i = (i + 1) & mask
	}
	in.slots[i] = x
}
