/**
 * Failures of the collector itself (docs/rules/detection.md 2.1), for every source of every scenario. They begin
 * immediately if access or the resource is missing, and for other reasons once the last good sample is older than three
 * intervals.
 */
import type { EpochMs } from '#lib/contract/index.ts'
import { getPollIntervalOfKindMs, type ScheduledCorpusPoll } from './schedule.ts'
import { NO_DATA_REASONS_WITHOUT_FAULT, RESOURCE_LOCKED_REASON } from './poll-result.ts'
import type { VisibleTrueEvent } from './visibility.ts'

export interface TrueCollectorFailure {
  subject: string
  at: EpochMs
  until: EpochMs | null
  seen: VisibleTrueEvent
}

const STALE_INTERVALS = 3
/** Minimum age in milliseconds that is stale, so that one or two failed polls at a short interval are not an error. */
const MIN_STALE_MS = 10_000

/**
 * Returns the failures of all sources.
 * @param everyMs interval of each kind, in milliseconds
 */
export function listTrueCollectorFailures(
  slots: readonly ScheduledCorpusPoll[],
  everyMs: number,
): TrueCollectorFailure[] {
  const bySource = Map.groupBy(slots, ({ source }) => `${source.kind} ${source.name}`)
  return [...bySource.values()].flatMap((own) => factsOf(own, everyMs))
}

function factsOf(slots: readonly ScheduledCorpusPoll[], everyMs: number): TrueCollectorFailure[] {
  const facts: TrueCollectorFailure[] = []
  let good: ScheduledCorpusPoll | null = null
  let failed: ScheduledCorpusPoll[] = []
  let open: TrueCollectorFailure | null = null
  for (const slot of slots) {
    if (NO_DATA_REASONS_WITHOUT_FAULT.has(slot.result.reason)) {
      // a poll that fails without a fault of the collector ends an earlier failure; only failed polls after it can
      // start a new failure
      if (open) open.until = slot.startedAt
      if (open) open.seen.ended = { earliest: failed.at(-1)?.startedAt ?? slot.startedAt, latest: slot.startedAt }
      failed = []
      open = null
      continue
    }
    if (!slot.result.failed) {
      if (open) open.until = slot.sampleAt
      if (open) open.seen.ended = { earliest: failed.at(-1)?.startedAt ?? slot.startedAt, latest: slot.finishedAt }
      good = slot
      failed = []
      open = null
      continue
    }
    // the resource is busy with another operation, which is not a fault of the collector
    if (slot.result.reason === RESOURCE_LOCKED_REASON) continue
    failed.push(slot)
    const [first = slot] = failed
    const age = slot.finishedAt - (good?.startedAt ?? first.startedAt)
    if (open || !(slot.result.denied || age > getStalePollAgeMs(slot.source.kind, everyMs))) continue
    const started = { earliest: good?.startedAt ?? first.startedAt, latest: first.finishedAt }
    const seen = { started, detectedAt: slot.finishedAt, ended: null, duration: null }
    open = { subject: subjectOf(slot), at: first.sampleAt, until: null, seen }
    facts.push(open)
  }
  return facts
}

/** Returns the age in milliseconds from which the last good poll of a kind is stale. */
export function getStalePollAgeMs(kind: string, everyMs: number): number {
  return Math.max(STALE_INTERVALS * getPollIntervalOfKindMs(kind, everyMs), MIN_STALE_MS)
}

/** Returns the subject of a failure: `ergw-hub/peers`, `ckt-lon/summary AzurePrivatePeering/primary`. */
function subjectOf({ source: { kind, resource, path, peering } }: ScheduledCorpusPoll): string {
  const part = path === '' ? kind : `${kind} ${peering}/${path}`
  return `${resource === '' ? 'subscription' : resource}/${part}`
}
