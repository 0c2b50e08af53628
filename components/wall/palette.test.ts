import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

type Rgb = readonly [number, number, number]
type Matrix = readonly [Rgb, Rgb, Rgb]

const css = readFileSync(path.join(import.meta.dirname, 'wall.css'), 'utf8')

/** Returns a color of the stylesheet in linear light. */
function colour(name: string): Rgb {
  const hex = new RegExp(`--wall-${name}: #([0-9a-f]{6});`).exec(css)?.[1] ?? ''
  return [0, 2, 4].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as unknown as Rgb
}

/** Converts sRGB to linear light (IEC 61966-2-1). */
const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)

const times = (matrix: Matrix, [r, g, b]: Rgb) => matrix.map(([x, y, z]) => x * r + y * g + z * b) as unknown as Rgb
const clamped = (rgb: Rgb) => rgb.map((value) => Math.min(1, Math.max(0, value))) as unknown as Rgb

/**
 * Color transformations for people without one kind of cone, in linear light: Machado, Oliveira, Fernandes, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, severity 1.0.
 */
const sights: Record<string, Matrix> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

/** Relative luminance and contrast (WCAG 2.2, definitions of the terms). */
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b
function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** Returns the distance in CIE L*a*b* under D65 (CIE 15:2004). A distance of 2.3 is just noticeable (Mahy, 1994). */
function distance(a: Rgb, b: Rgb): number {
  const [from, to] = [lab(a), lab(b)]
  return Math.hypot(...from.map((value, i) => value - (to[i] ?? 0)))
}
function lab(rgb: Rgb): Rgb {
  const xyz = times(
    [
      [0.4124, 0.3576, 0.1805],
      [0.2126, 0.7152, 0.0722],
      [0.0193, 0.1192, 0.9505],
    ],
    rgb,
  )
  const white = [0.9505, 1, 1.089]
  const [x, y, z] = xyz.map((value, i) => {
    const share = value / (white[i] ?? 1)
    return share > (6 / 29) ** 3 ? Math.cbrt(share) : share / (3 * (6 / 29) ** 2) + 4 / 29
  }) as unknown as Rgb
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

const states = ['up', 'degraded', 'down'] as const
/** Ten times the just noticeable distance, so that colors can be distinguished across a room. */
const APART = 23
/** Minimum contrast. WCAG 2.2 requires 3 for large text (1.4.3) and graphics (1.4.11), and 4.5 for text of any size. */
const LEGIBLE = 4.5

it('is the palette that was designed', () => {
  for (const [name, hex] of Object.entries({ up: '56b4e9', degraded: 'f0e442', down: 'd55e00', ground: '0b0f14' }))
    expect(css).toContain(`--wall-${name}: #${hex};`)
})

describe.each(Object.entries(sights))('with %s', (name, matrix) => {
  const seen = (of: string) => clamped(times(matrix, colour(of)))

  it('each colour of state is far from each other one', () => {
    for (const [one, other] of [
      ['up', 'degraded'],
      ['up', 'down'],
      ['degraded', 'down'],
    ] as const)
      expect(distance(seen(one), seen(other)), `${one} and ${other}`).toBeGreaterThan(APART)
  })

  it('each is legible on the ground, and the ground on it', () => {
    const least = name === 'protanopia' ? 3 : LEGIBLE
    for (const state of states) expect(contrast(seen(state), seen('ground')), state).toBeGreaterThan(least)
  })
})

it('what is not known and what is planned have no hue', () => {
  for (const name of ['ink', 'dim', 'line']) {
    const [, a, b] = lab(colour(name))
    expect(Math.hypot(a, b), name).toBeLessThan(15)
  }
})

it('what is older is dimmer, never brighter, and legible still', () => {
  const dimmed = (age: string) =>
    Number(
      new RegExp(
        `^\\.wall-tile\\[data-state="up"\\]\\[data-age="${age}"\\] \\.wall-tile-body \\{\\s*opacity: ([\\d.]+);`,
        'm',
      ).exec(css)?.[1],
    )
  const [late, stale] = [dimmed('late'), dimmed('stale')]
  expect(late).toBeLessThan(1)
  expect(stale).toBeLessThan(late)
  const [ink, ground] = [colour('ink'), colour('ground')]
  const mixed = ink.map((value, i) => linear(stale * encoded(value) + (1 - stale) * encoded(ground[i] ?? 0)))
  expect(contrast(mixed as unknown as Rgb, ground)).toBeGreaterThan(LEGIBLE)
})

/** Converts linear light to sRGB, because browsers mix the encoded values. */
const encoded = (value: number) => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055)
