import { type TimestampBounds, type Cause, causeOwners, type EpochMs, type Evidence } from '#lib/contract/index.ts'

/** Flag of an event whose stored JSON is partly unreadable. */
const UNREADABLE_FLAG = 'unreadable'

interface StoredParts {
  evidence: unknown
  causes: unknown
  detail: unknown
}

/**
 * Returns the JSON fields of an event's row. Postgres does not validate their content. A damaged part is left out, and
 * the event gets the flag `unreadable`, so that one damaged row does not make every list of events fail.
 */
export function parseEventJson<Detail extends object>({ evidence, causes, detail }: StoredParts) {
  const good = listOf(causes).filter(isCause)
  const isWhole = isListOf(causes, isCause) && isListOf(evidence, isEvidence) && (detail === null || isObject(detail))
  return {
    evidence: listOf(evidence).filter(isEvidence),
    causes: good.length > 0 || isListOf(causes, isCause) ? good : [NO_CAUSE],
    detail: isObject(detail) ? (detail as Partial<Detail>) : null,
    unreadable: isWhole ? [] : [UNREADABLE_FLAG],
  }
}

/** Returns the former root events of an incident from its JSON. Unreadable entries are left out. */
export function parseFormerRoots(value: unknown): { eventId: string; until: EpochMs }[] {
  return listOf(value).flatMap((item) => {
    if (!isObject(item) || typeof item.root !== 'string' || typeof item.until !== 'string') return []
    const until = Date.parse(item.until)
    return Number.isNaN(until) ? [] : [{ eventId: item.root, until }]
  })
}

const NO_CAUSE: Cause = {
  class: 'unknown_cause',
  owner: 'unknown',
  confidence: 0,
  evidence: [],
  nextStep: 'What was kept of its cause is damaged. A backup may have it; a back-test of that time computes it again.',
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const isListOf = (value: unknown, isItem: (item: unknown) => boolean) => Array.isArray(value) && value.every(isItem)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isBounds = (value: unknown): value is TimestampBounds =>
  isObject(value) && typeof value.earliest === 'number' && typeof value.latest === 'number'

const isBoundsOrNull = (value: unknown) => value === null || value === undefined || isBounds(value)

function isEvidence(value: unknown): value is Evidence {
  return (
    isObject(value) &&
    typeof value.field === 'string' &&
    isBoundsOrNull(value.sampledBefore) &&
    isBoundsOrNull(value.sampledAfter)
  )
}

function isCause(value: unknown): value is Cause {
  return (
    isObject(value) &&
    typeof value.class === 'string' &&
    causeOwners.some((owner) => owner === value.owner) &&
    typeof value.confidence === 'number' &&
    typeof value.nextStep === 'string' &&
    (value.evidence === undefined || isListOf(value.evidence, isEvidence))
  )
}
