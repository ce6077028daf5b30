package cage

import (
	"golang.org/x/sys/unix"
)

// keep is how much of a stream is kept.
const keep = 64 << 10

// Stream is what a command wrote: its beginning, and how much more there was.
type Stream struct {
	Kept    []byte
	Dropped int64
}

// output reads stdout and stderr of one command from two pipes.
type output struct {
	streams          [2]Stream
	readers, writers [2]int // -1 when closed
}

func openOutput() (*output, error) {
	o := &output{readers: [2]int{-1, -1}, writers: [2]int{-1, -1}}
	for i := range o.streams {
		var ends [2]int
		if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
			o.close()
			return nil, err
		}
		o.readers[i], o.writers[i] = ends[0], ends[1]
	}
	return o, nil
}

func (o *output) close() {
	o.closeWriters()
	closeAll(&o.readers)
}

func (o *output) closeWriters() { closeAll(&o.writers) }

func closeAll(fds *[2]int) {
	for i, fd := range fds {
		if fd >= 0 {
			unix.Close(fd)
		}
		fds[i] = -1
	}
}

// open tells if a pipe may still have a writer.
func (o *output) open() bool { return o.readers[0] >= 0 || o.readers[1] >= 0 }

func (o *output) readSome(i int, scratch []byte) error {
	n, err := unix.Read(o.readers[i], scratch)
	switch {
	case err == unix.EINTR:
		return nil
	case err != nil:
		return err
	case n == 0:
		unix.Close(o.readers[i])
		o.readers[i] = -1
		return nil
	}
	o.streams[i].add(scratch[:n])
	return nil
}

func (s *Stream) add(b []byte) {
	n := min(len(b), keep-len(s.Kept))
	s.Kept = append(s.Kept, b[:n]...)
	s.Dropped += int64(len(b) - n)
}
