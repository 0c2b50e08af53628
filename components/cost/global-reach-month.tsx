import type { CostGlobalReach } from '#lib/cost/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatBytes, formatFractionAsPercent } from '../format/quantity.ts'

/**
 * Lists this month's Global Reach traffic in bytes by circuit. The data meters of circuits do not count these bytes.
 * @param circuitId shows only this circuit; undefined = all circuits
 */
export function GlobalReachMonthPanel({ circuitId }: { circuitId?: string }) {
  const reach = useEndpointQuery('cost/global-reach', {}).data?.data
  const shown = reach?.circuits.filter((one) => circuitId === undefined || one.circuitId === circuitId) ?? []
  if (!reach || shown.length === 0) return null
  return (
    <ul aria-label={`Global Reach in ${reach.month}`} className="space-y-1 border-t px-3.5 py-2 text-xs text-ink-2">
      {shown.map((one) => (
        <li key={one.circuitId}>
          {circuitId === undefined && <span className="font-medium text-ink">{one.name}: </span>}
          {formatReachMonth(reach.month, one)}
        </li>
      ))}
    </ul>
  )
}

type Reach = CostGlobalReach['circuits'][number]

/**
 * Formats the Global Reach bytes of a circuit in a month: `Global Reach in 2026-11 with erc-ams: 1.4 TB from Azure, at
 * most 1.5 TB; …`.
 */
function formatReachMonth(month: string, { connections, out, in: into, seconds, basis, deducted }: Reach): string {
  const direction = (name: string, { bytes, atMost }: Reach['out']) => {
    const most = atMost === null ? ', at most unknown' : atMost === bytes ? '' : `, at most ${formatBytes(atMost)}`
    return `${formatBytes(bytes)} ${name}${most}`
  }
  const far = connections.map(({ name, circuitName }) => circuitName ?? name)
  const covered = seconds > 0 ? Math.min(out.coveredSeconds, into.coveredSeconds) / seconds : 0
  return [
    `Global Reach in ${month}${far.length > 0 ? ` with ${far.join(', ')}` : ''}: ${direction('from Azure', out)}`,
    direction('to Azure', into),
    `${formatFractionAsPercent(covered)} of the time measured`,
    deducted === null
      ? 'nothing is taken out of the billable bytes, because it was neither measured nor declared'
      : `${formatBytes(deducted)} taken out of the billable bytes, as ${basis}`,
  ].join('; ')
}
