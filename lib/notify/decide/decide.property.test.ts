import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { severities, type Severity } from '#lib/contract/index.ts'
import { defaultNotifySettings as settings } from '../settings.ts'
import { eventOf, factsOf, MINUTE, T0 } from '../testing/facts.ts'
import { UNTOLD } from './case-memory.ts'
import { decide, type Notice, settleMs } from './decide.ts'
import { type IncidentFacts, isTellable, rank } from './incident-facts.ts'

const at = (minutes: number) => T0 + minutes * MINUTE
const critical = factsOf({ events: [eventOf({ severity: 'critical' })] })

const severity = fc.constantFrom<Severity>(...severities)
const minute = fc.integer({ min: 0, max: 90 })
const event = fc.record({
  detected: minute,
  lasts: fc.integer({ min: 1, max: 20 }),
  severity,
  stands: fc.boolean(),
  confirmedAfter: fc.constantFrom(0, 1, 1_000),
  silenced: fc.constantFrom(false, false, true),
})
type Drawn = typeof event extends fc.Arbitrary<infer T> ? T : never

/** The incident as detection would have it at a minute: open while an event is, and for 2 min after. */
function incidentAt(drawn: readonly Drawn[], minutes: number, acknowledgedAt: number | null): IncidentFacts | null {
  const begun = drawn.filter(({ detected }) => detected <= minutes)
  if (begun.length === 0) return null
  const ends = [...new Set(begun.map(({ detected, lasts }) => detected + lasts))].toSorted((a, b) => a - b)
  const lastEnd = ends.at(-1) ?? 0
  return factsOf({
    closedAt: lastEnd + 2 <= minutes ? at(lastEnd + 2) : null,
    acknowledgedAt: acknowledgedAt !== null && acknowledgedAt <= minutes ? at(acknowledgedAt) : null,
    events: begun.map((one, index) => ({
      ...eventOf({ id: `e${index}`, severity: one.severity, stands: one.stands, silenced: one.silenced }),
      detectedAt: at(one.detected),
      open: one.detected + one.lasts > minutes,
      confirmed: one.detected + one.confirmedAfter <= minutes,
    })),
  })
}

interface Told extends Notice {
  at: number
  facts: IncidentFacts
}

/** Lives through an incident, looking every half minute; a look of `crashes` is lost before it is stored. */
function live(drawn: readonly Drawn[], acknowledgedAt: number | null, crashes: ReadonlySet<number>): Told[] {
  let memory = UNTOLD
  const told: Told[] = []
  for (let look = 0; look < 400; look += 1) {
    const facts = incidentAt(drawn, look / 2, acknowledgedAt)
    if (!facts) continue
    const now = at(look / 2)
    const decision = decide(memory, facts, now, settings)
    if (crashes.has(look)) continue
    memory = decision.memory
    told.push(...decision.notices.map((notice) => ({ ...notice, at: now, facts })))
    // whoever looks again has nothing to add
    expect(decide(memory, facts, now, settings).notices).toEqual([])
    if (facts.closedAt === null) expect(decision.dueAt).not.toBeNull()
  }
  return told
}

const lives = fc.tuple(
  fc.array(event, { minLength: 1, maxLength: 6 }),
  fc.option(minute),
  fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }).map((looks) => new Set(looks)),
)

describe('laws', () => {
  it('nothing is told before something of it has settled', () => {
    fc.assert(
      fc.property(lives, ([drawn, acknowledgedAt, crashes]) => {
        for (const { at: now, facts, reason } of live(drawn, acknowledgedAt, crashes)) {
          if (reason === 'closed') continue
          const settled = facts.events.filter(
            (one) => isTellable(one) && one.detectedAt + settleMs(one.severity, facts.pollMs, settings) <= now,
          )
          expect(settled.length).toBeGreaterThan(0)
        }
      }),
    )
  })

  it('openings and closings alternate, and nothing else is told of what is not open', () => {
    fc.assert(
      fc.property(lives, ([drawn, acknowledgedAt, crashes]) => {
        let open = false
        let flapping = false
        for (const { reason, first } of live(drawn, acknowledgedAt, crashes)) {
          if (reason === 'opened' || reason === 'flapping') {
            expect(open).toBe(false)
            open = true
            flapping ||= reason === 'flapping'
          } else if (reason === 'closed') {
            expect(open || first).toBe(true)
            open = false
          } else expect(open).toBe(true)
        }
        // what flaps may be told open once for several closings, never the other way round
        if (!flapping) expect(open).toBe(false)
      }),
    )
  })

  it('what could be told was told, whatever crashed in between', () => {
    fc.assert(
      fc.property(lives, ([drawn, acknowledgedAt, crashes]) => {
        const told = live(drawn, acknowledgedAt, crashes)
        const end = incidentAt(drawn, 199, acknowledgedAt)
        const worst = Math.max(-1, ...(end?.events ?? []).filter(isTellable).map(({ severity: own }) => rank(own)))
        if (worst < 0) {
          expect(told).toEqual([])
          return
        }
        expect(Math.max(...told.map((notice) => rank(notice.severity)))).toBe(worst)
        expect(told.at(-1)?.reason).toBe('closed')
      }),
    )
  })

  it('repeats keep their distance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (step) => {
        const times: number[] = []
        let memory = UNTOLD
        for (let minutes = 1; minutes < 600; minutes += step) {
          const decision = decide(memory, critical, at(minutes), settings)
          memory = decision.memory
          if (decision.notices.length > 0) times.push(minutes)
        }
        for (const [index, time] of times.entries()) {
          if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(30)
        }
        expect(times.length).toBeGreaterThan(600 / (30 + step) - 1)
      }),
    )
  })
})
