import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { severities, type Severity } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultNotifySettings as settings } from '../settings.ts'
import { createTestIncidentEventForNotices, createTestIncidentNoticeInput, TEST_START_TIME } from '../testing/facts.ts'
import { NEVER_NOTIFIED_ALERT_STATE } from './alert-state.ts'
import { decideDueNotices, type DueNotice, getSettleTimeMs } from './decide-notices.ts'
import { type IncidentForNotices, isNotifiable, rankSeverity } from './incident-facts.ts'

const at = (minutes: number) => TEST_START_TIME + minutes * MS_PER_MINUTE
const critical = createTestIncidentNoticeInput({
  events: [createTestIncidentEventForNotices({ severity: 'critical' })],
})

const severity = fc.constantFrom<Severity>(...severities)
const minute = fc.integer({ min: 0, max: 90 })
const event = fc.record({
  detected: minute,
  lasts: fc.integer({ min: 1, max: 20 }),
  severity,
  isRoot: fc.boolean(),
  confirmedAfter: fc.constantFrom(0, 1, 1_000),
  muted: fc.constantFrom(false, false, true),
})
type Drawn = typeof event extends fc.Arbitrary<infer T> ? T : never

/**
 * Returns the incident as detection stores it at a minute: open while any of its events is open, and for 2 min after.
 */
function incidentAt(
  drawn: readonly Drawn[],
  minutes: number,
  acknowledgedAt: number | null,
): IncidentForNotices | null {
  const begun = drawn.filter(({ detected }) => detected <= minutes)
  if (begun.length === 0) return null
  const ends = [...new Set(begun.map(({ detected, lasts }) => detected + lasts))].toSorted((a, b) => a - b)
  const lastEnd = ends.at(-1) ?? 0
  return createTestIncidentNoticeInput({
    closedAt: lastEnd + 2 <= minutes ? at(lastEnd + 2) : null,
    acknowledgedAt: acknowledgedAt !== null && acknowledgedAt <= minutes ? at(acknowledgedAt) : null,
    events: begun.map((one, index) => ({
      ...createTestIncidentEventForNotices({
        id: `e${index}`,
        severity: one.severity,
        isRoot: one.isRoot,
        muted: one.muted,
      }),
      detectedAt: at(one.detected),
      open: one.detected + one.lasts > minutes,
      confirmed: one.detected + one.confirmedAfter <= minutes,
    })),
  })
}

interface TimedNotice extends DueNotice {
  at: number
  facts: IncidentForNotices
}

/**
 * Simulates an incident with an evaluation every half minute. The result of an evaluation in `crashes` is lost before
 * it is stored.
 */
function play(drawn: readonly Drawn[], acknowledgedAt: number | null, crashes: ReadonlySet<number>): TimedNotice[] {
  let state = NEVER_NOTIFIED_ALERT_STATE
  const sent: TimedNotice[] = []
  for (let step = 0; step < 400; step += 1) {
    const facts = incidentAt(drawn, step / 2, acknowledgedAt)
    if (!facts) continue
    const now = at(step / 2)
    const decision = decideDueNotices(state, facts, now, settings)
    if (crashes.has(step)) continue
    state = decision.state
    sent.push(...decision.notices.map((notice) => ({ ...notice, at: now, facts })))
    // a second evaluation adds nothing
    expect(decideDueNotices(state, facts, now, settings).notices).toEqual([])
    if (facts.closedAt === null) expect(decision.dueAt).not.toBeNull()
  }
  return sent
}

const plays = fc.tuple(
  fc.array(event, { minLength: 1, maxLength: 6 }),
  fc.option(minute),
  fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }).map((steps) => new Set(steps)),
)

describe('laws', () => {
  it('no notice before an event has settled', () => {
    fc.assert(
      fc.property(plays, ([drawn, acknowledgedAt, crashes]) => {
        for (const { at: now, facts, reason } of play(drawn, acknowledgedAt, crashes)) {
          if (reason === 'closed') continue
          const settled = facts.events.filter(
            (one) => isNotifiable(one) && one.detectedAt + getSettleTimeMs(one.severity, facts, settings) <= now,
          )
          expect(settled.length).toBeGreaterThan(0)
        }
      }),
    )
  })

  it('openings and closings alternate, and other notices come only while open', () => {
    fc.assert(
      fc.property(plays, ([drawn, acknowledgedAt, crashes]) => {
        let open = false
        let flapping = false
        for (const { reason, first } of play(drawn, acknowledgedAt, crashes)) {
          if (reason === 'opened' || reason === 'flapping') {
            expect(open).toBe(false)
            open = true
            flapping ||= reason === 'flapping'
          } else if (reason === 'closed') {
            expect(open || first).toBe(true)
            open = false
          } else expect(open).toBe(true)
        }
        // while the incident flaps, one opening notice may cover several closings, never the reverse
        if (!flapping) expect(open).toBe(false)
      }),
    )
  })

  it('every notifiable incident is notified at its worst severity, and then closed, despite crashes', () => {
    fc.assert(
      fc.property(plays, ([drawn, acknowledgedAt, crashes]) => {
        const sent = play(drawn, acknowledgedAt, crashes)
        const end = incidentAt(drawn, 199, acknowledgedAt)
        const worst = Math.max(
          -1,
          ...(end?.events ?? []).filter(isNotifiable).map(({ severity: own }) => rankSeverity(own)),
        )
        if (worst < 0) {
          expect(sent).toEqual([])
          return
        }
        expect(Math.max(...sent.map((notice) => rankSeverity(notice.severity)))).toBe(worst)
        expect(sent.at(-1)?.reason).toBe('closed')
      }),
    )
  })

  it('repeats keep their interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (step) => {
        const times: number[] = []
        let state = NEVER_NOTIFIED_ALERT_STATE
        for (let minutes = 1; minutes < 600; minutes += step) {
          const decision = decideDueNotices(state, critical, at(minutes), settings)
          state = decision.state
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
