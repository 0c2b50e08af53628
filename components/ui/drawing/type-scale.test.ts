import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SVG_FONT_SIZES } from './type-scale.ts'

/**
 * The wall display is left out, because its type size depends on the height of its screen, which `e2e/wall-pages.ts`
 * measures.
 */
const sources = globSync(['components/**/*.{ts,tsx,css}', 'app/**/*.{tsx,css}'])
  .filter((path) => !path.includes('/wall/') && !path.includes('.test.'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))

/** Type sizes that are not part of the scale. */
const offScale =
  /\btext-(?:2xs|\[[\d.]+(?:px|r?em|pt)\])|\bfontSize[=:]\s*["'{]*\s*[\d.]+|font-size:\s*[\d.]+(?:px|rem|pt)/g
const faultsIn = (text: string) => [...text.matchAll(offScale)].map(([fault]) => fault)

const MIN_PX = 13

describe('the scale of type', () => {
  it('has no step below 13 px, but for ticks of axes', () => {
    const tokens = sources.find(({ path }) => path === 'app/globals.css')?.text.matchAll(/--text-\w+: ([\d.]+)rem/g)
    const steps = [...(tokens ?? [])].map(([, rem]) => Number(rem) * 16)
    expect(steps.length).toBeGreaterThan(2)
    expect(Math.min(...steps, SVG_FONT_SIZES.text, SVG_FONT_SIZES.name)).toBe(MIN_PX)
    expect(SVG_FONT_SIZES.tick).toBe(12)
  })

  it('is used by every screen and drawing', () => {
    expect(sources.length).toBeGreaterThan(400)
    expect(sources.flatMap(({ path, text }) => faultsIn(text).map((fault) => `${path}: ${fault}`))).toEqual([])
  })

  it.each(['text-2xs', 'text-[11px]', 'fontSize={10 * scale}', 'fontSize: 9', 'font-size: 11px'])(
    'sees %s',
    (planted) => {
      expect(faultsIn(`<p className="${planted} x">`)).toHaveLength(1)
    },
  )
})
