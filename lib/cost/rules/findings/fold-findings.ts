import type { StoredFinding } from '#lib/history/index.ts'
import { INSTANT_BEFORE_MONITORING, type TimestampBounds, type EpochMs } from '#lib/contract/index.ts'
import type { CostFinding } from '../../api/index.ts'
import { parseBillingMonth } from '../usage/month.ts'

/** The content of a finding without the times of its begin and end. */
export type FindingBody = Pick<CostFinding, 'subject' | 'customer' | 'evidence' | 'amounts' | 'remedy' | 'links'> & {
  /** Confidence in the recommended offer; absent = the finding does not compare offers. */
  confidence?: CostFinding['confidence']
}

/** The result of one rule for one circuit, gateway or budget, decided with the current facts. */
export interface FindingRuleResult extends Pick<FindingWithPeriod, 'kind' | 'scope' | 'detail' | 'resources' | 'body'> {
  /**
   * Comparison of the value with two limits. `above` true: a finding begins or continues. `below` true: an open finding
   * ends. Both false: an open finding continues, and no new finding begins. Null = the value is unknown, so nothing
   * changes.
   */
  lines: { above: boolean; below: boolean } | null
  /**
   * Earliest and latest time at which a new finding began; null = it began between the last check that knew the facts
   * and this check.
   */
  began: TimestampBounds | null
  /**
   * Earliest and latest time at which a finding ended; null = it ended between the last check that saw the problem and
   * this check.
   */
  ended: TimestampBounds | null
}

/** A finding with its begin and end, as it is stored. */
export interface FindingWithPeriod extends Omit<StoredFinding, 'id' | 'body'> {
  body: FindingBody
}

/**
 * Data that one check stores for the next one, as plain JSON. From it, the next check computes the earliest possible
 * begin of a new finding.
 */
export interface FindingCheckMemory {
  at: EpochMs
  /** Short ids of the circuits, gateways and budgets that the last check covered. */
  scopes: readonly string[]
  /**
   * Keys of the rule results whose facts were unknown in the last check. The value is the time of the last check in
   * which these facts were known; null = they were never known.
   */
  unknown: Readonly<Record<string, EpochMs | null>>
  /** Revision of the rules (`RULES`) that the last check used; absent = a version before the first revision. */
  rules?: number
}

/** Revision of the rules, and the kinds of findings whose rules require more evidence than in the revision before. */
const RULES: { revision: number; stricter: ReadonlySet<string> } = {
  revision: 1,
  stricter: new Set(['bandwidth_not_needed']),
}

export const formatFindingKey = ({
  kind,
  scope,
  detail,
}: Pick<FindingRuleResult, 'kind' | 'scope' | 'detail'>): string => `${kind} ${scope} ${detail}`

/**
 * Updates the stored findings with the results of a check. If a problem continues, its finding continues. If the facts
 * are unknown, the finding does not change, except a finding by an earlier and less strict rule, which ends. A finding
 * without a result in this check ends, for example because its month is over or its budget was withdrawn.
 * @param open findings that have not ended
 * @param memory data from the last check; null = this is the first check
 * @returns new and changed findings, and the data for the next check
 */
export function updateFindings(
  open: readonly FindingWithPeriod[],
  said: readonly FindingRuleResult[],
  memory: FindingCheckMemory | null,
  now: EpochMs,
): { changed: FindingWithPeriod[]; memory: FindingCheckMemory } {
  const known = new Map(open.map((one) => [formatFindingKey(one), one]))
  const mentioned = new Set(said.map(formatFindingKey))
  const isByEarlierRule = ({ kind }: FindingRuleResult) => RULES.stricter.has(kind) && memory?.rules !== RULES.revision
  const changed = said.flatMap((one): FindingWithPeriod[] => {
    const before = known.get(formatFindingKey(one))
    if (!one.lines) return before && isByEarlierRule(one) ? [{ ...before, ended: endedSince(before, now) }] : []
    const holds = one.lines.above || (before !== undefined && !one.lines.below)
    const { kind, scope, detail, resources, body } = one
    if (!holds) return before ? [{ ...before, ended: one.ended ?? endedSince(before, now) }] : []
    const started = before?.started ?? one.began ?? { earliest: lastKnown(one, memory), latest: now }
    return [{ kind, scope, detail, resources, started, ended: null, checkedAt: now, body }]
  })
  const silent = open
    .filter((one) => !mentioned.has(formatFindingKey(one)))
    .map((one) => ({ ...one, ended: endedSince(one, now) }))
  return {
    changed: [...changed, ...silent],
    memory: {
      at: now,
      rules: RULES.revision,
      scopes: [...new Set(said.map(({ scope }) => scope))],
      unknown: Object.fromEntries(
        said
          .filter(({ lines }) => lines === null)
          .map((one) => [formatFindingKey(one), lastKnown(one, memory) || null]),
      ),
    },
  }
}

/**
 * Returns the time of the last check in which the problem certainly did not exist. If there was no such check, returns
 * a time before monitoring began.
 */
function lastKnown(one: FindingRuleResult, memory: FindingCheckMemory | null): EpochMs {
  const key = formatFindingKey(one)
  if (!memory?.scopes.includes(one.scope)) return INSTANT_BEFORE_MONITORING
  return Object.hasOwn(memory.unknown, key) ? (memory.unknown[key] ?? INSTANT_BEFORE_MONITORING) : memory.at
}

/**
 * Returns the earliest and latest time at which a finding ended. A finding about a month that ended since the last
 * check ended exactly at the end of that month. Any other finding ended between the last check that saw the problem and
 * now.
 */
function endedSince({ detail, checkedAt }: FindingWithPeriod, now: EpochMs): TimestampBounds {
  const end = /^\d{4}-\d{2}$/.test(detail) ? parseBillingMonth(detail).to : null
  if (end !== null && checkedAt <= end && end <= now) return { earliest: end, latest: end }
  return { earliest: checkedAt, latest: now }
}
