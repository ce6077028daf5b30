package main

import (
	"context"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"time"
)

// meter stands between the chainsawds and the API server and counts what goes
// through: TLS and all, as a network would have to carry it.
type meter struct {
	listener net.Listener
	server   string

	down, up, connections atomic.Int64
}

func newMeter(ctx context.Context, url string) (*meter, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &meter{listener: listener, server: strings.TrimPrefix(url, "https://")}
	go m.serve()
	return m, nil
}

func (m *meter) close() { m.listener.Close() }

func (m *meter) serve() {
	for {
		client, err := m.listener.Accept()
		if err != nil {
			return
		}
		m.connections.Add(1)
		go m.join(client)
	}
}

func (m *meter) join(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp4", m.server)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(counted{server, &m.up}, client)
		server.Close()
	}()
	_, _ = io.Copy(counted{client, &m.down}, server)
}

type counted struct {
	io.Writer
	bytes *atomic.Int64
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.Writer.Write(b)
	c.bytes.Add(int64(n))
	return n, err
}

// settle waits until nothing has gone through for a while.
func (m *meter) settle(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for before := int64(-1); m.down.Load() != before; {
		before = m.down.Load()
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
