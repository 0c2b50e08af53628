import { MAX_DAYS_SINCE_DRILL } from '#lib/contract/checks/operation.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { DetectedNetworkEvent } from '#lib/incidents/api/index.ts'
import type { FailoverDrill, ExpectedDrillEffect, DrillEffectOutcome } from '#lib/resilience/api/index.ts'
import { formatDurationBounds } from '#lib/contract/words/index.ts'
import type { StatusText } from '../../ui/status.tsx'
import { formatCarryingCircuits, formatIntentPrefixes } from '../intent-text.ts'

export const drillResultStatuses: Readonly<Record<DrillEffectOutcome, StatusText>> = {
  fail: { tone: 'down', word: 'FAIL' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
  waiting: { tone: 'off', word: 'WAITING' },
  pass: { tone: 'up', word: 'PASS' },
}

/** Returns the state of a drill (planned or running), or its verdict when it is over, as a status word. */
export function getDrillStatus({ state, verdict }: Pick<FailoverDrill, 'state' | 'verdict'>): StatusText {
  if (state === 'announced') return { tone: 'notice', word: 'PLANNED' }
  if (state === 'running') return { tone: 'notice', word: 'RUNNING' }
  switch (verdict) {
    case 'cancelled':
      return { tone: 'off', word: 'CALLED OFF' }
    case 'not_held':
      return { tone: 'unknown', word: 'NOT HELD', detail: 'nothing of it was lost' }
    case 'pass':
      return { tone: 'up', word: 'PASSED' }
    case 'fail':
      return { tone: 'down', word: 'FAILED' }
    case 'unknown':
    case 'waiting':
      return { tone: 'unknown', word: 'UNKNOWN', detail: 'not all of it was seen' }
  }
}

type Named = ExpectedDrillEffect & { scopeName: string }

/**
 * Describes one expected result of a drill (a "mark", for example that a prefix moves to another path) as a sentence
 * without a full stop.
 */
export function formatExpectedDrillEffect(mark: Named, nameOf: (id: string) => string): string {
  const { kind, scopeName, subject, withinSeconds } = mark
  switch (kind) {
    case 'applied':
      return `${scopeName}: its ${subject === '' ? 'configuration changes' : subject.replace(' ', ' becomes ')}`
    case 'path_lost':
      return `${scopeName}: the ${subject.split('/')[1]} path of ${subject.split('/')[0]} peering goes down`
    case 'session_lost':
      return `${scopeName}: session ${subject.replace('~', ' – ')} goes down`
    case 'prefixes':
      return formatPrefix(mark, nameOf)
    case 'within':
      return `Traffic has moved within ${withinSeconds} s`
    case 'nothing_else':
      return 'Nothing else is lost'
    case 'returned':
      return 'Everything is back to normal when the test ends'
  }
}

function formatPrefix({ scopeName, prefixes, outcome, before, to }: Named, nameOf: (id: string) => string): string {
  const count = prefixes.length === 1 ? '1 prefix' : `${prefixes.length} prefixes`
  const one = prefixes.length === 1
  const from = before ? ` from ${formatCarryingCircuits(before, nameOf)}` : ''
  const then = to ? formatCarryingCircuits(to, nameOf) : 'another path'
  const words = {
    moves: `${one ? 'moves' : 'move'}${from} to ${then}`,
    stays: `${one ? 'stays' : 'stay'} on ${then}, by fewer paths`,
    covered: `${one ? 'has' : 'have'} no route of ${one ? 'its' : 'their'} own; a shorter prefix leads to ${then}`,
    default_only: `${one ? 'has' : 'have'} a default route only`,
    internet: `${one ? 'leaves' : 'leave'} to the Internet`,
    stranded: `${one ? 'is' : 'are'} cut off`,
    unknown: 'can not be predicted',
  }[outcome ?? 'unknown']
  return `${scopeName}: ${count} ${words} (${formatIntentPrefixes(prefixes)})`
}

/** Formats how many expected results of a drill were observed: `6 of 8 pass, 1 fail`. */
export function formatDrillCounts({ counts }: Pick<FailoverDrill, 'counts'>): string {
  const { pass, fail, unknown, waiting } = counts
  const all = pass + fail + unknown + waiting
  const parts = [
    `${pass} of ${all} pass`,
    fail > 0 && `${fail} fail`,
    unknown > 0 && `${unknown} unknown`,
    waiting > 0 && `${waiting} waiting`,
  ]
  return parts.filter(Boolean).join(', ')
}

/** Formats the bounds of a duration in seconds: `at least 10 s, at most 20 s`. */
export const formatSecondsBounds = ({
  atLeastSeconds,
  atMostSeconds,
}: {
  atLeastSeconds: number
  atMostSeconds: number
}) => formatDurationBounds(atLeastSeconds * 1_000, atMostSeconds * 1_000)

/** Summary of the failover tests (drills) of one circuit. */
export interface CircuitFailoverTest {
  id: string
  name: string
  /** Last test that was carried out; null = never tested. `next` is the next announced test. */
  last: FailoverDrill | null
  next: FailoverDrill | null
  /**
   * Last measured failover time; null = never measured. If the time was measured in an outage, `incidentId` is the
   * incident of the outage. If it was measured in a test, `incidentId` is null.
   */
  took: { at: string; duration: NonNullable<FailoverDrill['movedWithin']>; incidentId: string | null } | null
}

/**
 * Returns the failover tests of each circuit. Circuits that were never tested come first. The other circuits are sorted
 * by the time of their last test, the oldest first.
 * @param failovers events of kind `failover`, newest first
 */
export function listTestsByCircuit(
  circuits: readonly { id: string; name: string }[],
  drills: readonly FailoverDrill[],
  failovers: readonly Pick<DetectedNetworkEvent, 'scope' | 'startedBetween' | 'incidentId' | 'failover'>[],
  now: number,
): CircuitFailoverTest[] {
  const rows = circuits.map(({ id, name }): CircuitFailoverTest => {
    const own = drills.filter(({ scopes }) => scopes.includes(id)).toSorted((a, b) => (a.to < b.to ? 1 : -1))
    const tests = own.filter(({ state, verdict }) => state === 'over' && verdict !== 'not_held')
    const next = own.findLast(({ state, from }) => state === 'announced' && Date.parse(from) > now)
    const times = [
      ...tests.map(({ to, movedWithin }) => ({ at: to, duration: movedWithin, incidentId: null })),
      ...failovers.flatMap(({ scope, startedBetween, incidentId, failover }) =>
        scope === id ? [{ at: startedBetween[1], duration: failover?.controlPlane ?? null, incidentId }] : [],
      ),
    ].toSorted((a, b) => (a.at < b.at ? 1 : -1))
    const took = times.flatMap(({ duration, ...time }) => (duration ? [{ ...time, duration }] : []))
    return { id, name, last: tests[0] ?? null, next: next ?? null, took: took[0] ?? null }
  })
  const age = ({ last }: CircuitFailoverTest) => (last ? Date.parse(last.to) : Number.NEGATIVE_INFINITY)
  return rows.toSorted((a, b) => age(a) - age(b) || a.name.localeCompare(b.name))
}

/** Formats how many of the circuits have a recent test whose verdict is known: `1 of 6`. */
export const formatTestedShare = (tests: readonly CircuitFailoverTest[], now: number): string =>
  `${tests.filter((test) => isRecentlyTested(test, now)).length} of ${tests.length}`

/** Reports whether a circuit's last test ended within the last {@link MAX_DAYS_SINCE_DRILL} days and had a known verdict. */
const isRecentlyTested = ({ last }: CircuitFailoverTest, now: number): boolean =>
  last !== null && last.verdict !== 'unknown' && now - Date.parse(last.to) <= MAX_DAYS_SINCE_DRILL * MS_PER_DAY
