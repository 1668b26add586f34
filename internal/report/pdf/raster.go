package pdf

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// Raster draws an SVG on white as a PNG of w by h pixels.
func (b *Browser) Raster(ctx context.Context, svg string, w, h int) ([]byte, error) {
	if w < 1 || h < 1 || w > 8192 || h > 8192 {
		return nil, fmt.Errorf("a picture of %d by %d pixels cannot be drawn: at most 8192 by 8192", w, h)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var page bytes.Buffer
	page.WriteString(`<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"><style>html,body{margin:0;background:#fff;overflow:hidden}svg{display:block;width:100vw;height:100vh;font-family:Inter,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}</style>`)
	page.WriteString(strings.TrimPrefix(svg, `<?xml version="1.0" encoding="UTF-8"?>`))
	if err := b.call(ctx, "Emulation.setDeviceMetricsOverride", map[string]any{"width": w, "height": h, "deviceScaleFactor": 1, "mobile": false}, nil); err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	if err := b.show(ctx, page.Bytes()); err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	var shot struct {
		Data []byte `json:"data"`
	}
	err := b.call(ctx, "Page.captureScreenshot", map[string]any{"format": "png", "clip": map[string]any{"x": 0, "y": 0, "width": w, "height": h, "scale": 1}}, &shot)
	if err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	return shot.Data, nil
}
