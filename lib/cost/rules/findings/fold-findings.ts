import type { StoredFinding } from '#lib/history/index.ts'
import { BEFORE_MONITORING, type Bounds, type EpochMs } from '#lib/contract/index.ts'
import type { CostFinding } from '../../api/index.ts'
import { namedMonth } from '../usage/month.ts'

/** The content of a finding without its times. */
export type FindingBody = Pick<CostFinding, 'subject' | 'customer' | 'evidence' | 'amounts' | 'remedy' | 'links'> & {
  /** absent = the finding does not involve a decision between offers */
  confidence?: CostFinding['confidence']
}

/** The result of a rule for one subject, with current facts. */
export interface Judgement extends Pick<FindingWithPeriod, 'kind' | 'scope' | 'detail' | 'resources' | 'body'> {
  /**
   * a finding begins above an upper limit and ends below a lower limit; between them, it keeps its state. null =
   * unknown
   */
  lines: { above: boolean; below: boolean } | null
  /** begin of a new finding; null = between this check and the last check with known facts */
  began: Bounds | null
  /** end of an ended finding; null = between this check and the last check that found it */
  ended: Bounds | null
}

/** A finding as it is stored. */
export interface FindingWithPeriod extends Omit<StoredFinding, 'id' | 'body'> {
  body: FindingBody
}

/**
 * State that a check stores for the next check: when each subject was last known to be without a finding. Plain JSON.
 */
export interface CheckMemory {
  at: EpochMs
  /** scopes that the last check covered */
  scopes: readonly string[]
  /** keys whose facts were unknown, with the time of the last check with known facts; null = never known */
  unknown: Readonly<Record<string, EpochMs | null>>
}

export const findingKey = ({ kind, scope, detail }: Pick<Judgement, 'kind' | 'scope' | 'detail'>): string =>
  `${kind} ${scope} ${detail}`

/**
 * Updates findings with the judgements of a check. An ongoing problem remains one finding across checks. Unknown facts
 * change nothing. A finding without a judgement has ended, for example a finding about a past month or a withdrawn
 * budget.
 * @param open findings that have not ended
 * @param memory null = this is the first check
 * @returns new and changed findings, and the state for the next check
 */
export function updateFindings(
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

/** Returns the last check at which the subject was known to be without the finding. */
function lastKnown(one: Judgement, memory: CheckMemory | null): EpochMs {
  const key = findingKey(one)
  if (!memory?.scopes.includes(one.scope)) return BEFORE_MONITORING
  return Object.hasOwn(memory.unknown, key) ? (memory.unknown[key] ?? BEFORE_MONITORING) : memory.at
}

/**
 * Returns the bounds of the end of a finding. A finding about a month ends exactly at the end of the month; any other
 * finding ends between two checks.
 */
function endedSince({ detail, checkedAt }: FindingWithPeriod, now: EpochMs): Bounds {
  const end = /^\d{4}-\d{2}$/.test(detail) ? namedMonth(detail).to : null
  if (end !== null && checkedAt <= end && end <= now) return { earliest: end, latest: end }
  return { earliest: checkedAt, latest: now }
}
