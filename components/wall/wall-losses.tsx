import type { Wall } from '#lib/contract/index.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import { formatMoment, zoneLabel } from '../format/instant.ts'

interface Moment {
  now: number
  zone: string
}

/** Nothing is read any more: what stands below is history. */
export function Offline({ reason, readAt, now, zone }: Moment & { reason: string; readAt: number | null }) {
  return (
    <div className="wall-banner" data-loss="offline">
      <strong>THIS SCREEN IS OFFLINE</strong>
      <span>
        {reason}{' '}
        {readAt === null
          ? 'It has never been read.'
          : `Last true at ${formatMoment(readAt, zone, now)} ${zoneLabel(readAt, zone)}, ${formatDuration(now - readAt)} ago.`}
      </span>
    </div>
  )
}

/** Peerwatch answers, but nobody asks Azure any more, or Azure answers nothing at all. */
export function CollectorSilent({ collector: { newestPollAt }, now, zone }: Moment & { collector: Wall['collector'] }) {
  const at = newestPollAt === null ? null : Date.parse(newestPollAt)
  return (
    <div className="wall-banner" data-loss="silent">
      <strong>NOTHING IS POLLED</strong>
      <span>
        {at === null
          ? 'No poll has told anything yet.'
          : `The last poll that told anything ended at ${formatMoment(at, zone, now)} ${zoneLabel(at, zone)}, ${formatDuration(now - at)} ago.`}
      </span>
    </div>
  )
}
