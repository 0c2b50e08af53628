import type { Wall } from '#lib/overview/api/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { formatMoment, zoneLabel } from '../format/instant.ts'

interface Moment {
  now: number
  zone: string
}

/** Banner: the wall has lost its connection, and the data below is outdated. */
export function Offline({ reason, readAt, now, zone }: Moment & { reason: string; readAt: number | null }) {
  return (
    <div className="wall-banner" data-loss="offline">
      <strong>THIS SCREEN IS OFFLINE</strong>
      <span>
        {reason}{' '}
        {readAt === null
          ? 'No data received yet.'
          : `Data as of ${formatMoment(readAt, zone, now)} ${zoneLabel(readAt, zone)}, ${formatDuration(now - readAt)} ago.`}
      </span>
    </div>
  )
}

/** Banner: Peerwatch responds, but no poll of Azure succeeds. */
export function CollectorSilent({ collector: { newestPollAt }, now, zone }: Moment & { collector: Wall['collector'] }) {
  const at = newestPollAt === null ? null : Date.parse(newestPollAt)
  return (
    <div className="wall-banner" data-loss="silent">
      <strong>NOTHING IS POLLED</strong>
      <span>
        {at === null
          ? 'No poll has succeeded yet.'
          : `The last successful poll ended at ${formatMoment(at, zone, now)} ${zoneLabel(at, zone)}, ${formatDuration(now - at)} ago.`}
      </span>
    </div>
  )
}
