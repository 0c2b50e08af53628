import { createHash } from 'node:crypto'
import type { Bounds, DurationBounds, EventKind, PollMark } from '#lib/contract/index.ts'

/**
 * What names an event: what it is about, and the poll that proved it. Folding that poll again finds the same event; nothing
 * else does.
 */
export function eventKey(kind: EventKind | 'incident', mark: PollMark, scope: string, subject: string): string {
  const about = [kind, scope, mark.subresource, mark.kind, subject, mark.startedAt]
  // an event about the polled resource itself is named as it was before there were others
  const proof = scope === mark.scope ? [] : [mark.scope]
  return createHash('sha256')
    .update([...about, ...proof].join('\n'))
    .digest('hex')
    .slice(0, 32)
}

/** How long something lasted whose begin and end are known within bounds (docs/rules/detection.md 1.4). */
export function lengthBetween(started: Bounds, ended: Bounds): DurationBounds {
  return { minMs: Math.max(0, ended.earliest - started.latest), maxMs: Math.max(0, ended.latest - started.earliest) }
}

/** When all of several resources held: from the last that began. */
export function sinceAll(all: readonly Bounds[]): Bounds {
  return {
    earliest: Math.max(...all.map(({ earliest }) => earliest)),
    latest: Math.max(...all.map(({ latest }) => latest)),
  }
}

/** When the first of several resources began. */
export function sinceAny(all: readonly Bounds[]): Bounds {
  return {
    earliest: Math.min(...all.map(({ earliest }) => earliest)),
    latest: Math.min(...all.map(({ latest }) => latest)),
  }
}
