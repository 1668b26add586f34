// The text of a drawn shape in an address: the same form as EncodeShape of the package geo writes. Version, number of
// polygons, of rings, of positions, then steps of 1e-5 degrees, five bits a character.

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export type Position = [number, number]; // longitude, latitude

// encodeRing writes one polygon of one ring, which is given without its closing position.
export function encodeRing(ring: Position[]): string {
  let out = number(1) + number(1) + number(1) + number(ring.length);
  let [x, y] = [0, 0];
  for (const [lon, lat] of ring) {
    const [nx, ny] = [step(lon), step(lat)];
    out += number(zigzag(nx - x)) + number(zigzag(ny - y));
    [x, y] = [nx, ny];
  }
  return out;
}

// snapped is a position on the grid of the text.
export const snapped = ([lon, lat]: Position): Position => [step(lon) / 1e5, step(lat) / 1e5];

const step = (degrees: number): number => Math.round(degrees * 1e5);
const zigzag = (v: number): number => (v < 0 ? -2 * v - 1 : 2 * v);

function number(v: number): string {
  let out = "";
  for (; v >= 32; v = Math.floor(v / 32)) out += digits[32 + (v % 32)]!;
  return out + digits[v]!;
}

// decodeRings gives all rings of an encoded shape, none when the text is not one.
export function decodeRings(text: string): Position[][] {
  let at = 0;
  const next = (): number => {
    let [v, step] = [0, 1];
    for (;;) {
      const digit = digits.indexOf(text[at++] ?? "!");
      if (digit < 0 || step > 2 ** 50) throw new Error("not a shape");
      v += (digit % 32) * step;
      if (digit < 32) return v;
      step *= 32;
    }
  };
  const signed = (): number => {
    const v = next();
    return v % 2 ? -(v + 1) / 2 : v / 2;
  };
  try {
    const rings: Position[][] = [];
    let [x, y] = [0, 0];
    next();
    for (let polygons = next(); polygons > 0; polygons--) {
      for (let n = next(); n > 0; n--) {
        const ring: Position[] = [];
        for (let points = next(); points > 0; points--) ring.push([(x += signed()) / 1e5, (y += signed()) / 1e5]);
        rings.push(ring);
      }
    }
    return rings;
  } catch {
    return [];
  }
}

// anticlockwise turns a ring so that it encloses its left side, which is how the text holds outer rings.
export function anticlockwise(ring: Position[]): Position[] {
  let twice = 0;
  ring.forEach(([x, y], i) => {
    const [a, b] = ring[(i + 1) % ring.length]!;
    twice += x * b - a * y;
  });
  return twice < 0 ? [...ring].reverse() : ring;
}

// crosses finds the first place where the boundary of a ring crosses itself.
export function crosses(ring: Position[]): Position | undefined {
  const n = ring.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      const at = meet(ring[i]!, ring[(i + 1) % n]!, ring[j]!, ring[(j + 1) % n]!);
      if (at) return at;
    }
  }
  return undefined;
}

function meet(a: Position, b: Position, c: Position, d: Position): Position | undefined {
  const side = (p: Position, q: Position, r: Position): number => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  const [s, t] = [side(c, d, a), side(c, d, b)];
  if (s * t >= 0 || side(a, b, c) * side(a, b, d) >= 0) return undefined;
  const k = s / (s - t);
  return [a[0] + k * (b[0] - a[0]), a[1] + k * (b[1] - a[1])];
}

// circle is a ring around a middle, at a distance in metres on the ground.
export function circle([lon, lat]: Position, metres: number, corners = 64): Position[] {
  const north = metres / 111_320;
  const east = north / Math.cos((lat * Math.PI) / 180);
  return Array.from({ length: corners }, (_, i) => {
    const turn = (2 * Math.PI * i) / corners;
    return [lon + east * Math.cos(turn), lat + north * Math.sin(turn)] as Position;
  });
}
