import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultNotifySettings as settings } from '../settings.ts'
import { TEST_START_TIME } from '../testing/facts.ts'
import { type AlertState, NEVER_NOTIFIED_ALERT_STATE } from './alert-state.ts'
import {
  decideEscalation,
  type EscalationRule,
  type EscalationState,
  getUnacknowledgedSince,
} from './decide-escalation.ts'

const rule: EscalationRule = {
  minSeverity: 'major',
  neededBy: 'nobody',
  steps: [{ waitMinutes: 0 }, { waitMinutes: 15 }, { waitMinutes: 30 }],
  repeat: { times: 1, afterMinutes: 60 },
}
const alert = { since: TEST_START_TIME, severity: 'major' as const, needed: 'today' as const }
const open: AlertState = {
  ...NEVER_NOTIFIED_ALERT_STATE,
  phase: 'open',
  severity: 'major',
  lastTransitionAt: TEST_START_TIME,
  notifiedAt: TEST_START_TIME,
}

/** Decides at these minutes. Returns `round.step@minute` for each due step. */
function play(minutes: readonly number[], given: EscalationRule = rule, of = alert): string[] {
  let state: EscalationState | null = null
  return minutes.flatMap((minute) => {
    const decision = decideEscalation(given, state, of, TEST_START_TIME + minute * MS_PER_MINUTE)
    state = JSON.parse(JSON.stringify(decision.state)) as EscalationState
    return decision.due.map(({ index, round }) => `${round}.${index}@${minute}`)
  })
}
const everyMinute = Array.from({ length: 400 }, (_, minute) => minute)

describe('steps are due', () => {
  it.each([
    [
      'each after its wait, and once again',
      rule,
      everyMinute,
      ['0.0@0', '0.1@15', '0.2@45', '1.0@105', '1.1@120', '1.2@150'],
    ],
    ['once without a repeat', { ...rule, repeat: null }, everyMinute, ['0.0@0', '0.1@15', '0.2@45']],
    [
      'one after the other, not all at once, after a pause',
      { ...rule, repeat: null },
      [200, 201, 215, 245],
      ['0.0@200', '0.1@215', '0.2@245'],
    ],
    [
      'together where there is no wait between them',
      { ...rule, steps: [{ waitMinutes: 5 }, { waitMinutes: 0 }], repeat: null },
      everyMinute,
      ['0.0@5', '0.1@5'],
    ],
    [
      'at once after one that reaches nobody, but for those of the next round',
      {
        ...rule,
        steps: [{ waitMinutes: 5, reachesNobody: true }, { waitMinutes: 15 }, { waitMinutes: 30, reachesNobody: true }],
      },
      everyMinute,
      ['0.0@5', '0.1@5', '0.2@35', '1.0@95', '1.1@95', '1.2@125'],
    ],
    ['never of an incident that can wait longer', { ...rule, neededBy: 'now' as const }, everyMinute, []],
    ['never of what is less severe', { ...rule, minSeverity: 'critical' as const }, everyMinute, []],
  ])('%s', (_, given, minutes, due) => {
    expect(play(minutes, given)).toEqual(due)
  })

  it('from the start again, for a later opening', () => {
    const { state } = decideEscalation(rule, null, alert, TEST_START_TIME + 20 * MS_PER_MINUTE)
    const later = decideEscalation(
      rule,
      state,
      { ...alert, since: TEST_START_TIME + MS_PER_HOUR },
      TEST_START_TIME + MS_PER_HOUR,
    )
    expect(later).toMatchObject({
      due: [{ index: 0, round: 0 }],
      dueAt: TEST_START_TIME + MS_PER_HOUR + 15 * MS_PER_MINUTE,
    })
  })
})

describe('an alert is unacknowledged', () => {
  it.each<[string, Partial<AlertState>, number | null]>([
    ['since its opening', {}, TEST_START_TIME],
    ['not while it is closed', { phase: 'closed' }, null],
    [
      'from 8 h after its acknowledgement on',
      { acknowledgedAt: TEST_START_TIME + MS_PER_MINUTE },
      TEST_START_TIME + MS_PER_MINUTE + 8 * MS_PER_HOUR,
    ],
    [
      'since its opening, where an earlier one was acknowledged',
      { acknowledgedAt: TEST_START_TIME - MS_PER_HOUR, closedAt: TEST_START_TIME - MS_PER_MINUTE },
      TEST_START_TIME,
    ],
    ['from the end of its snooze on', { snoozedUntil: TEST_START_TIME + MS_PER_HOUR }, TEST_START_TIME + MS_PER_HOUR],
    [
      'since it flaps, however often it opens',
      { flappingSince: TEST_START_TIME - MS_PER_MINUTE },
      TEST_START_TIME - MS_PER_MINUTE,
    ],
  ])('%s', (_, state, since) => {
    expect(getUnacknowledgedSince({ ...open, ...state }, settings)).toBe(since)
  })
})

it('takes each step once and in order, however often it is asked and whatever is lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 5 }),
      fc.option(fc.record({ times: fc.integer({ min: 1, max: 3 }), afterMinutes: fc.integer({ min: 1, max: 60 }) })),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.boolean()), { maxLength: 80 }),
      (waits, repeat, ticks) => {
        const given = { ...rule, steps: waits.map((waitMinutes) => ({ waitMinutes })), repeat }
        let now = TEST_START_TIME
        let state: EscalationState | null = null
        const numbers: number[] = []
        const times: number[] = []
        for (const [minutes, isLost] of ticks) {
          now += minutes * MS_PER_MINUTE
          const decision = decideEscalation(given, state, alert, now)
          expect(decideEscalation(given, decision.state, alert, now).due).toEqual([])
          if (decision.dueAt !== null) expect(decision.dueAt).toBeGreaterThan(now)
          // a failed transaction stores neither the state nor the messages
          if (isLost) continue
          state = decision.state
          numbers.push(...decision.due.map(({ number }) => number))
          times.push(...decision.due.map(() => now))
        }
        expect(numbers).toEqual(numbers.map((_, index) => index))
        expect(numbers.length).toBeLessThanOrEqual(waits.length * (1 + (repeat?.times ?? 0)))
        for (const [index, time] of times.entries()) {
          const wait =
            index % waits.length === 0 && index > 0 ? (repeat?.afterMinutes ?? 0) : (waits[index % waits.length] ?? 0)
          expect(time).toBeGreaterThanOrEqual((times[index - 1] ?? TEST_START_TIME) + wait * MS_PER_MINUTE)
        }
      },
    ),
  )
})
