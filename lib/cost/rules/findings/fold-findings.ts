import type { StoredFinding } from '#lib/history/index.ts'
import { BEFORE_MONITORING, type Bounds, type EpochMs } from '#lib/contract/index.ts'
import type { CostFinding } from '../../api/index.ts'
import { namedMonth } from '../usage/month.ts'

/** What a finding says, apart from its times. */
export type FindingBody = Pick<CostFinding, 'subject' | 'customer' | 'evidence' | 'amounts' | 'remedy' | 'links'> & {
  /** absent = the finding asks for no decision between offers */
  confidence?: CostFinding['confidence']
}

/** What one rule says of one matter, as the facts are now. */
export interface Judgement extends Pick<FindingWithPeriod, 'kind' | 'scope' | 'detail' | 'resources' | 'body'> {
  /** it begins above one line and ends below a lower one; in between, what was found stands. null = not known */
  lines: { above: boolean; below: boolean } | null
  /** of one that is new; null = between this check and the last one that knew */
  began: Bounds | null
  /** of one that has ended; null = between this check and the last one that found it */
  ended: Bounds | null
}

/** A finding as it is kept. */
export interface FindingWithPeriod extends Omit<StoredFinding, 'id' | 'body'> {
  body: FindingBody
}

/** What a check leaves for the next one: since when each matter is known not to be found. Plain JSON. */
export interface CheckMemory {
  at: EpochMs
  /** scopes that were checked */
  scopes: readonly string[]
  /** keys of which nothing was known then, with the last check that knew; null = none */
  unknown: Readonly<Record<string, EpochMs | null>>
}

export const findingKey = ({ kind, scope, detail }: Pick<Judgement, 'kind' | 'scope' | 'detail'>): string =>
  `${kind} ${scope} ${detail}`

/**
 * Brings findings in line with what a check of cost says. What goes on is one finding, however often it is checked; what is not known
 * changes nothing; what nothing speaks of any more (a month that is over, a budget that was withdrawn) has ended.
 * @param open those that have not ended
 * @param memory null = nothing was checked before
 * @returns what is new or different, and what the next check needs to know
 */
export function foldFindings(
  open: readonly FindingWithPeriod[],
  said: readonly Judgement[],
  memory: CheckMemory | null,
  now: EpochMs,
): { changed: FindingWithPeriod[]; memory: CheckMemory } {
  const known = new Map(open.map((one) => [findingKey(one), one]))
  const mentioned = new Set(said.map(findingKey))
  const changed = said.flatMap((one): FindingWithPeriod[] => {
    const before = known.get(findingKey(one))
    if (!one.lines) return []
    const holds = one.lines.above || (before !== undefined && !one.lines.below)
    const { kind, scope, detail, resources, body } = one
    if (!holds) return before ? [{ ...before, ended: one.ended ?? endedSince(before, now) }] : []
    const started = before?.started ?? one.began ?? { earliest: lastKnown(one, memory), latest: now }
    return [{ kind, scope, detail, resources, started, ended: null, checkedAt: now, body }]
  })
  const silent = open
    .filter((one) => !mentioned.has(findingKey(one)))
    .map((one) => ({ ...one, ended: endedSince(one, now) }))
  return {
    changed: [...changed, ...silent],
    memory: {
      at: now,
      scopes: [...new Set(said.map(({ scope }) => scope))],
      unknown: Object.fromEntries(
        said.filter(({ lines }) => lines === null).map((one) => [findingKey(one), lastKnown(one, memory) || null]),
      ),
    },
  }
}

/** The last check at which it was known not to be found. */
function lastKnown(one: Judgement, memory: CheckMemory | null): EpochMs {
  const key = findingKey(one)
  if (!memory?.scopes.includes(one.scope)) return BEFORE_MONITORING
  return Object.hasOwn(memory.unknown, key) ? (memory.unknown[key] ?? BEFORE_MONITORING) : memory.at
}

/** What is about a month ends with it, to the millisecond; anything else between two checks. */
function endedSince({ detail, checkedAt }: FindingWithPeriod, now: EpochMs): Bounds {
  const end = /^\d{4}-\d{2}$/.test(detail) ? namedMonth(detail).to : null
  if (end !== null && checkedAt <= end && end <= now) return { earliest: end, latest: end }
  return { earliest: checkedAt, latest: now }
}
