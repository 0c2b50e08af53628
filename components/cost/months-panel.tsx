'use client'

import type { CostProjection } from '#lib/contract/index.ts'
import { formatBytes } from '../format/quantity.ts'
import { Panel } from '../ui/panel.tsx'
import { formatMoney } from './money-words.ts'
import { cell, PlainTable, row } from './plain-table.tsx'

/** A 12-month forecast on the current plan: each month's bytes as a band with the break-even, and their cost. */
export function MonthsPanel({ projection }: { projection: CostProjection }) {
  const { name, twelveMonths, breakEvenBytes } = projection
  if (twelveMonths.length === 0) return null
  const even = breakEvenBytes === null ? null : Number(breakEvenBytes)
  const reach = Math.max(...twelveMonths.map(({ bytes }) => Number(bytes.p90)))
  // a break-even far above would shrink all bars; it is stated in text
  const most = Math.max(1, even !== null && even < 4 * reach ? Math.max(even, reach) : reach)
  return (
    <Panel title={`12-month forecast of ${name}`} note="current plan, damped trend" className="print:hidden" flush>
      <PlainTable caption={`12-month forecast of ${name}`} head={['Month', 'Bytes', 'Cost']} className="min-w-[28rem]">
        {twelveMonths.map(({ month, bytes, cost }) => (
          <tr key={month} className={row}>
            <th scope="row" className={`${cell} font-normal whitespace-nowrap`}>
              {month}
            </th>
            <td className={`${cell} min-w-40`}>
              <span className="text-xs">
                {formatBytes(bytes.p50)}, {formatBytes(bytes.p10)} to {formatBytes(bytes.p90)}
                {even !== null && Number(bytes.p50) >= even && ', above the break-even'}
              </span>
              <Bar bytes={bytes} even={even} most={most} />
            </td>
            <td className={`${cell} whitespace-nowrap`}>
              {formatMoney(cost.p50)}
              {cost.p10.amount !== cost.p90.amount && (
                <span className="block text-xs text-ink-3">
                  {formatMoney(cost.p10)} to {formatMoney(cost.p90)}
                </span>
              )}
            </td>
          </tr>
        ))}
      </PlainTable>
    </Panel>
  )
}

function Bar({
  bytes,
  even,
  most,
}: {
  bytes: CostProjection['twelveMonths'][number]['bytes']
  even: number | null
  most: number
}) {
  const share = (value: number) => Math.min(100, (value / most) * 100)
  const [low, likely, high] = [bytes.p10, bytes.p50, bytes.p90].map((value) => share(Number(value))) as [
    number,
    number,
    number,
  ]
  return (
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" className="mt-0.5 h-1.5 w-full" aria-hidden="true">
      <rect x={0} y={2.5} width={100} height={1} className="fill-line" />
      <rect x={low} y={1} width={Math.max(0.5, high - low)} height={4} className="fill-series-1 opacity-40" />
      <rect x={Math.max(0, likely - 0.4)} y={0} width={0.8} height={6} className="fill-series-1" />
      {even !== null && even <= most && (
        <rect x={Math.min(99.4, share(even))} y={0} width={0.6} height={6} className="fill-ink-2" />
      )}
    </svg>
  )
}
