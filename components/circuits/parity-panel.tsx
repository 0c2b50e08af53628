'use client'

import type { CircuitParity } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useCircuitParity } from '../data/index.ts'
import { routesHref } from '../routes/route-views.ts'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { AsPath } from '../ui/as-path.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { AsOf } from '../ui/time.tsx'
import { parityStatus, parityWords } from './parity-words.ts'

/** Whether customers' routers tell both paths the same: what only one of them knows, and where one has the longer AS path. */
export function ParityPanel({ circuitId }: { circuitId: string }) {
  const parity = useCircuitParity(circuitId)
  return (
    <Panel
      title="Route tables of both paths"
      aside={parity.data && <AsOf asOf={parity.data.asOf} freshness={parity.data.freshness} />}
    >
      <AnswerView query={parity} skeleton={<SkeletonRows rows={2} />}>
        {({ data }) => (
          <>
            <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <Status {...parityStatus(data)} />
              <span className="text-ink-2">{parityWords(data)}</span>
            </p>
            {data && data.differences.length > 0 && <Differences circuitId={circuitId} parity={data} />}
          </>
        )}
      </AnswerView>
    </Panel>
  )
}

function Differences({ circuitId, parity }: { circuitId: string; parity: CircuitParity }) {
  const { differences, unequal, onlyPrimary, onlySecondary } = parity
  const more = unequal + onlyPrimary + onlySecondary - differences.length
  return (
    <div tabIndex={0} role="region" aria-label="Prefixes that differ" className="mt-3 max-h-80 overflow-auto">
      <table className="w-full text-left text-xs">
        <thead>
          <tr className="text-2xs text-ink-3">
            <th scope="col" className="py-1 pr-3 font-medium">
              Prefix
            </th>
            <th scope="col" className="py-1 pr-3 font-medium">
              AS path, primary
            </th>
            <th scope="col" className="py-1 font-medium">
              AS path, secondary
            </th>
          </tr>
        </thead>
        <tbody>
          {differences.map(({ prefix, primary, secondary }) => (
            <tr key={prefix} className="border-t">
              <th scope="row" className="py-1 pr-3 font-normal whitespace-nowrap">
                <PageLink href={routesHref('history', { prefix, scope: circuitId })} className="link font-mono">
                  {prefix}
                </PageLink>
              </th>
              <td className="py-1 pr-3">{primary ? <AsPath path={primary} /> : 'not there'}</td>
              <td className="py-1">{secondary ? <AsPath path={secondary} /> : 'not there'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="py-1 text-xs text-ink-3">and {more} more</p>}
    </div>
  )
}
