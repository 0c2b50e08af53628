'use client'

import type { WhatIfCost } from '#lib/resilience/api/index.ts'
import { formatChange, formatMoney } from '../../cost/money-words.ts'
import { PageLink } from '../../links/page-link.tsx'
import { Panel } from '../../ui/panel.tsx'
import { moneyBounds } from './what-if-words.ts'

/** What circuits would cost in a whole month, beside what they cost now. */
export function MonthCost({ cost }: { cost: WhatIfCost }) {
  const { circuits, differences } = cost
  return (
    <Panel
      title="A month's cost"
      note="forecast for a whole month; a failed circuit is still billed"
      aside={
        <span className="font-mono text-sm">
          {differences.length === 0 ? 'not known' : differences.map((one) => moneyBounds(one, formatChange)).join(', ')}
        </span>
      }
      flush
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Cost of a month by circuit">
        <table className="w-full text-left text-xs">
          <thead>
            <tr className="text-xs text-ink-3">
              <th className="px-3.5 py-2 font-medium">Circuit</th>
              <th className="px-2 py-2 text-right font-medium">Now</th>
              <th className="px-3.5 py-2 text-right font-medium">After</th>
            </tr>
          </thead>
          <tbody>
            {circuits.map(({ circuitId, circuitName, now, after, unknownBecause }) => (
              <tr key={circuitId} className="border-t align-baseline">
                <th scope="row" className="px-3.5 py-1.5 font-normal">
                  <PageLink href={`/cost?circuit=${encodeURIComponent(circuitId)}`} className="link">
                    {circuitName}
                  </PageLink>
                  {unknownBecause && <span className="block text-xs text-ink-3">{unknownBecause}</span>}
                </th>
                <td className="px-2 py-1.5 text-right font-mono whitespace-nowrap">
                  {now ? formatMoney(now) : <span className="hatch rounded-xs px-1">unknown</span>}
                </td>
                <td className="px-3.5 py-1.5 text-right font-mono whitespace-nowrap">
                  {after ? moneyBounds(after, formatMoney) : <span className="hatch rounded-xs px-1">unknown</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}
