import { createHash } from 'node:crypto'
import type { TimestampBounds, DurationBounds, EventKind, PollRecord } from '#lib/contract/index.ts'

/**
 * Returns the key of an event, which depends on its kind, scope and subject, and on the poll that proved it. If the
 * same poll is evaluated again, the event gets the same key and is not stored twice.
 * @param distinguishedBy further data on which the key depends; empty = the key of earlier versions of Peerwatch
 */
export function createEventKey(
  kind: EventKind | 'incident',
  mark: PollRecord,
  scope: string,
  subject: string,
  distinguishedBy: readonly unknown[] = [],
): string {
  const about = [kind, scope, mark.subresource, mark.kind, subject, mark.startedAt]
  // if the event is about the polled resource itself, the scope of the poll is left out, so that the key is the same as
  // in earlier versions of Peerwatch
  const proof = scope === mark.scope ? [] : [mark.scope]
  const more = distinguishedBy.length > 0 ? [JSON.stringify(distinguishedBy)] : []
  return createHash('sha256')
    .update([...about, ...proof, ...more].join('\n'))
    .digest('hex')
    .slice(0, 32)
}

/** Returns the duration of a state whose begin and end are known within bounds (docs/rules/detection.md 1.4). */
export function computeDurationBounds(started: TimestampBounds, ended: TimestampBounds): DurationBounds {
  return { minMs: Math.max(0, ended.earliest - started.latest), maxMs: Math.max(0, ended.latest - started.earliest) }
}

/**
 * Returns the bounds of the time since which several states have been true together, that is, of the start of the last
 * one.
 */
export function computeLatestBeginBounds(all: readonly TimestampBounds[]): TimestampBounds {
  return {
    earliest: Math.max(...all.map(({ earliest }) => earliest)),
    latest: Math.max(...all.map(({ latest }) => latest)),
  }
}

/** Returns the bounds of the time when the first of several states began. */
export function computeEarliestBeginBounds(all: readonly TimestampBounds[]): TimestampBounds {
  return {
    earliest: Math.min(...all.map(({ earliest }) => earliest)),
    latest: Math.min(...all.map(({ latest }) => latest)),
  }
}
