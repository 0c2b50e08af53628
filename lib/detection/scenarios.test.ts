import { describe, expect, it, vi } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { Engine } from './testing/engine.ts'
import { clock, line, play, topLevel } from './testing/play.ts'
import { type Expected, scenarios } from './testing/scenarios/index.ts'

vi.setConfig({ testTimeout: 60_000 })

const TOLERANCE_MS = 1_000

const near = (bounds: { lo: number; hi: number } | null, [lo, hi]: [string, string]) =>
  bounds !== null && Math.abs(bounds.lo - clock(lo)) <= TOLERANCE_MS && Math.abs(bounds.hi - clock(hi)) <= TOLERANCE_MS

function fits(event: DetectedEvent, expected: Expected): boolean {
  return (
    event.kind === expected.kind &&
    event.scope === expected.scope &&
    event.subject === expected.subject &&
    near(event.started, expected.started)
  )
}

describe.each(scenarios)('$id: $title', (scenario) => {
  const engine = play(scenario)
  const found = topLevel(engine)

  it('raises what must be raised, and nothing else', () => {
    const missing = scenario.expect.filter((expected) => !found.some((event) => fits(event, expected)))
    const surplus = found.filter((event) => !scenario.expect.some((expected) => fits(event, expected)))
    expect({ missing, surplus: surplus.map(line) }).toEqual({ missing: [], surplus: [] })
    expect(found).toHaveLength(scenario.expect.length)
  })

  it('has bounds, severities and causes as the truth has them', () => {
    for (const expected of scenario.expect) {
      const event = found.find((candidate) => fits(candidate, expected))
      const { ended, severity, detected, lasted, cause } = expected
      if (ended)
        expect(event?.ended, line(event as DetectedEvent)).toSatisfy((bounds: DetectedEvent['ended']) =>
          near(bounds, ended),
        )
      if (severity) expect(event?.severity, expected.kind).toBe(severity)
      if (detected) expect(event?.detectedAt, expected.kind).toBe(clock(detected))
      if (cause) expect([event?.causes[0]?.class, event?.causes[0]?.confidence], expected.kind).toEqual(cause)
      if (lasted) {
        const [least, most] = lasted
        expect(Math.abs((event?.duration?.minMs ?? -1) - least * 1_000), expected.kind).toBeLessThanOrEqual(
          2 * TOLERANCE_MS,
        )
        expect(Math.abs((event?.duration?.maxMs ?? -1) - most * 1_000), expected.kind).toBeLessThanOrEqual(
          2 * TOLERANCE_MS,
        )
      }
    }
  })

  it('groups them into incidents by their root', () => {
    const roots = [...engine.incidents.values()].map(({ root }) => engine.events.get(root)?.kind)
    expect(roots.toSorted()).toEqual(scenario.incidents.toSorted())
  })

  it('folds only into events that are there', () => {
    for (const { partOf } of engine.events.values()) if (partOf) expect(engine.events.has(partOf)).toBe(true)
  })

  it('comes out the same with all state stored between any two polls', () => {
    const restarted = play(scenario, new Engine({ restarting: true }))
    expect([...restarted.events.values()]).toEqual([...engine.events.values()])
    expect(restarted.estate).toEqual(JSON.parse(JSON.stringify(engine.estate)))
  })
})
