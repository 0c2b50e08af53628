import type { CircuitTrafficRates } from '#lib/circuits/api/carried-rates.ts'
import type { ApiCircuitPath } from '#lib/circuits/api/index.ts'
import { formatCounterContradiction } from '#lib/circuits/api/counted-traffic.ts'
import { formatBitRate } from '../format/quantity.ts'
import { formatStatusText, StateLabel } from '../ui/status.tsx'
import { TwoLines } from '../ui/table/cells.tsx'
import { DurationSinceBounds, LastKnownTime } from '../ui/times/time.tsx'
import { getPathStatus, formatLastKnownMinute } from '../ui/status-text.ts'

/**
 * Shows one path in a table cell: its state, the duration of a problem, and problems of its traffic. Separate columns
 * show the rates.
 */
export function CircuitPathSummary({ path }: { path: ApiCircuitPath | undefined }) {
  if (!path) return <span className="text-ink-3">none</span>
  const counted = formatCounterContradiction(path)
  const wrong = path.state === 'down' || path.state === 'degraded'
  // The time of a last known state is on a separate line, so that the width of the columns does not change.
  const { at, ...status } = getPathStatus(path.state, null, path.lastKnown)
  const further = [
    path.unconfirmedSince && formatLastKnownMinute(path.unconfirmedSince),
    path.layers.traffic !== 'moving' && `traffic ${path.layers.traffic}`,
    counted,
  ].filter((words): words is string => Boolean(words))
  return (
    <TwoLines
      first={
        <span className="flex items-center gap-x-2">
          <StateLabel {...status} />
          {wrong && path.since && <DurationSinceBounds bounds={path.since} until={path} brief />}
        </span>
      }
      second={at ? <LastKnownTime at={at} /> : further[0]}
      title={[at && formatStatusText({ ...status, at }), ...further].filter(Boolean).join('; ')}
      className="max-w-44"
    />
  )
}

/**
 * Formats the rates of a path: `212 Mb/s in, 120 Mb/s out`.
 * @param carried null = the path carries no traffic ("quiet")
 */
export function formatPathTraffic(carried: CircuitTrafficRates | null): string {
  if (carried === null) return 'quiet'
  const { toAzure, fromAzure, only } = carried
  if (toAzure === null || fromAzure === null) return 'traffic unknown'
  return `${formatBitRate(toAzure)} in, ${formatBitRate(fromAzure)} out${only === null ? '' : `, ${only}`}`
}
