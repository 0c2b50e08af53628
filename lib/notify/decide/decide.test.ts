import { describe, expect, it } from 'vitest'
import { defaultNotifySettings as settings } from '../settings.ts'
import { eventOf, factsOf, HOUR, MINUTE, T0 } from '../testing/facts.ts'
import { type CaseMemory, readMemory, UNTOLD } from './case-memory.ts'
import { decide } from './decide.ts'
import type { IncidentFacts } from './incident-facts.ts'

const SECOND = 1_000
const at = (minutes: number) => T0 + minutes * MINUTE

interface Step {
  /** minutes after the event was detected */
  at: number
  facts: IncidentFacts
}

/** Decides step by step; `reason severity @minutes` of each notice. */
function tell(steps: readonly Step[]): string[] {
  let memory: CaseMemory = UNTOLD
  return steps.flatMap((step) => {
    const decision = decide(memory, step.facts, at(step.at), settings)
    memory = readMemory(JSON.parse(JSON.stringify(decision.memory)))
    return decision.notices.map(({ reason, severity }) => `${reason} ${severity} @${step.at}`)
  })
}

const steady = (facts: IncidentFacts, ...minutes: number[]): Step[] => minutes.map((minute) => ({ at: minute, facts }))
const closed = (minute: number, given: Partial<IncidentFacts> = {}) =>
  factsOf({ closedAt: at(minute), events: [eventOf({ open: false })], ...given })
const critical = factsOf({ events: [eventOf({ severity: 'critical' })] })
const acknowledged = (facts: IncidentFacts, minute: number) => ({ ...facts, acknowledgedAt: at(minute) })

describe('an incident is told', () => {
  const cases: { name: string; steps: Step[]; told: string[] }[] = [
    { name: 'one poll after it was detected', steps: steady(factsOf(), 0, 0.9, 1), told: ['opened major @1'] },
    { name: 'critical after 20 s', steps: steady(critical, 0, 0.3, 0.34), told: ['opened critical @0.34'] },
    {
      name: 'once, and over once',
      steps: [...steady(factsOf(), 1, 2), { at: 9, facts: closed(9) }, { at: 10, facts: closed(9) }],
      told: ['opened major @1', 'closed major @9'],
    },
    {
      name: 'by its end alone when that came before it had settled',
      steps: [{ at: 0.5, facts: closed(0.5) }, ...steady(closed(0.5), 1, 2)],
      told: ['closed major @1'],
    },
    {
      name: 'not while everything of it is unconfirmed',
      steps: [
        ...steady(factsOf({ events: [eventOf({ confirmed: false })] }), 1, 30),
        { at: 31, facts: closed(31, { events: [eventOf({ confirmed: false, open: false })] }) },
      ],
      told: [],
    },
    {
      name: 'when a confirmation comes, at once',
      steps: [{ at: 2, facts: factsOf({ events: [eventOf({ confirmed: false })] }) }, ...steady(factsOf(), 2.1)],
      told: ['opened major @2.1'],
    },
    {
      name: 'not while maintenance was expected to bring it',
      steps: steady(factsOf({ events: [eventOf({ silenced: true })] }), 1, 60),
      told: [],
    },
    {
      name: 'when something breaks through the maintenance, with its own severity',
      steps: steady(
        factsOf({
          events: [
            eventOf({ silenced: true, severity: 'critical' }),
            eventOf({ id: 'e2', detectedAt: at(3), severity: 'major' }),
          ],
        }),
        1,
        3.5,
        4,
      ),
      told: ['opened major @4'],
    },
    {
      name: 'again when it gets worse, also when acknowledged',
      steps: [
        ...steady(factsOf(), 1),
        { at: 5, facts: acknowledged(factsOf(), 5) },
        {
          at: 6,
          facts: acknowledged(
            factsOf({ events: [eventOf(), eventOf({ id: 'e2', severity: 'critical', detectedAt: at(5.5) })] }),
            5,
          ),
        },
      ],
      told: ['opened major @1', 'acknowledged major @5', 'raised critical @6'],
    },
    {
      name: 'with an acknowledgement that was there first, without telling that',
      steps: steady(acknowledged(factsOf(), 0.5), 1, 2),
      told: ['opened major @1'],
    },
    {
      name: 'every 30 min while critical, every 4 h while major, and never again while minor',
      steps: [...steady(critical, 1, 30, 31, 60, 61)],
      told: ['opened critical @1', 'repeated critical @31', 'repeated critical @61'],
    },
    {
      name: 'every 4 h while major',
      steps: steady(factsOf(), 1, 240, 241),
      told: ['opened major @1', 'repeated major @241'],
    },
    {
      name: 'never again while minor',
      steps: steady(factsOf({ events: [eventOf({ severity: 'minor' })] }), 1, 600, 6_000),
      told: ['opened minor @1'],
    },
    {
      name: 'not again while acknowledged, and again when that is 8 h old',
      steps: [...steady(critical, 1), ...steady(acknowledged(critical, 10), 10, 31, 400, 489, 490)],
      told: ['opened critical @1', 'acknowledged critical @10', 'repeated critical @490'],
    },
    {
      name: 'as unverifiable, once, when nothing is seen of it any more; silence closes nothing',
      steps: [
        ...steady(factsOf({ lastSeenAt: at(0) }), 1, 2.9, 3, 5),
        { at: 6, facts: factsOf({ lastSeenAt: at(6) }) },
        { at: 10, facts: factsOf({ lastSeenAt: at(6) }) },
      ],
      told: ['opened major @1', 'unverifiable major @3', 'unverifiable major @10'],
    },
    {
      name: 'anew when it opens again, and an acknowledgement of before counts no more',
      steps: [
        ...steady(acknowledged(critical, 2), 1, 2),
        { at: 5, facts: acknowledged(closed(5, { events: [eventOf({ severity: 'critical', open: false })] }), 2) },
        ...steady(
          acknowledged(
            factsOf({
              events: [
                eventOf({ severity: 'critical', open: false }),
                eventOf({ id: 'e2', severity: 'critical', detectedAt: at(10) }),
              ],
            }),
            2,
          ),
          10,
          11,
          41,
        ),
      ],
      told: ['opened critical @1', 'closed critical @5', 'opened critical @11', 'repeated critical @41'],
    },
  ]
  it.each(cases)('$name', ({ steps, told }) => {
    expect(tell(steps)).toEqual(told)
  })
})

describe('what flaps', () => {
  const cycle = (number: number): Step[] => {
    const detected = number * 8
    const open = factsOf({ events: [eventOf({ id: `e${number}`, detectedAt: at(detected) })] })
    return [
      { at: detected + 1, facts: open },
      { at: detected + 4, facts: { ...open, closedAt: at(detected + 4), events: [] } },
    ]
  }
  const calm = { ...factsOf({ events: [] }), closedAt: at(4 * 8 + 4) }

  it('is told as flapping at its third opening, then keeps quiet, and is over after 30 min of quiet', () => {
    const told = tell([...[0, 1, 2, 3, 4].flatMap(cycle), { at: 60, facts: calm }, { at: 66, facts: calm }])
    expect(told).toEqual([
      'opened major @1',
      'closed major @4',
      'opened major @9',
      'closed major @12',
      'flapping major @17',
      'closed major @66',
    ])
  })

  it('is still told when it gets worse', () => {
    const worse = factsOf({ events: [eventOf({ id: 'e3', severity: 'critical', detectedAt: at(24) })] })
    expect(tell([...[0, 1, 2].flatMap(cycle), { at: 25, facts: worse }]).slice(4)).toEqual([
      'flapping major @17',
      'raised critical @25',
    ])
  })
})

describe('a memory', () => {
  it('of another version is given up', () => {
    expect(readMemory({ version: 0, phase: 'open' })).toEqual(UNTOLD)
    expect(readMemory(null)).toEqual(UNTOLD)
  })

  it('keeps its figures sensible', () => {
    expect(settings['acknowledge.expires']).toBe(8 * HOUR)
    expect(settings['settle.critical']).toBe(20 * SECOND)
  })
})
