import { clsx } from 'clsx'
import type { CircuitPathParity } from '#lib/usage/api/index.ts'
import type { ApiPeering } from '#lib/circuits/api/index.ts'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { PageLink } from '../links/page-link.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { buildRoutesHref } from '../routes/route-views.ts'
import { QueryStateView } from '../ui/answer-view.tsx'
import { AsPathText } from '../ui/facts/as-path.tsx'
import { Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { getPathParityStatus, formatPathParity } from './parity-text.ts'
import { CircuitPathPollValues } from './path-poll-values.tsx'
import { formatPeeringName } from './peering-name.ts'

/**
 * Panel that compares the routes which the two paths of a peering learn, and shows the values of the last poll of each
 * path.
 * @param id anchor of the panel in the page's URL
 */
export function PeeringTables({ circuitId, peering, id }: { circuitId: string; peering: ApiPeering; id?: string }) {
  const parity = useEndpointQuery('circuits/{id}/parity', {
    id: circuitId,
    ...(peering.type === 'microsoft' && { peering: peering.type }),
  })
  // the comparison uses the present route tables, so pages that show the past hide it
  const isNow = useSelectedPastMoment() === null
  const known = isNow ? parity.data?.data : undefined
  return (
    <Panel
      {...(id !== undefined && { id })}
      title={formatPeeringName(peering)}
      answer={isNow ? parity.data : undefined}
      note={
        isNow
          ? known && formatPathParity(known)
          : 'whether both paths are equal is known of now, and not kept as history'
      }
      aside={known !== undefined && <StateLabel {...getPathParityStatus(known)} />}
      flush
    >
      <QueryStateView query={parity} skeleton={null}>
        {() => known && known.differences.length > 0 && <Differences circuitId={circuitId} parity={known} />}
      </QueryStateView>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-4 p-3.5 sm:grid-cols-2">
        {peering.paths.map((path) => (
          <CircuitPathPollValues key={path.path} path={path} />
        ))}
      </div>
    </Panel>
  )
}

function Differences({ circuitId, parity }: { circuitId: string; parity: CircuitPathParity }) {
  const { differences, unequal, onlyPrimary, onlySecondary } = parity
  const more = unequal + onlyPrimary + onlySecondary - differences.length
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Prefixes that differ"
      className="max-h-80 overflow-auto border-b -outline-offset-2"
    >
      <table className="brief-on-phone w-full text-left text-xs">
        <caption className="sr-only">Prefixes that differ, with the AS path on each path</caption>
        <thead>
          <tr className="text-xs text-ink-3">
            {HEAD.map((name) => (
              <th key={name} scope="col" className={clsx(cell, 'font-medium')}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {differences.map(({ prefix, primary, primaryText, secondary, secondaryText }) => (
            <tr key={prefix} className="border-t first:border-t-0 sm:first:border-t">
              <th scope="row" data-phone="name" className={clsx(cell, 'font-normal whitespace-nowrap')}>
                <PageLink href={buildRoutesHref('history', { prefix, scope: circuitId })} className="link font-mono">
                  {prefix}
                </PageLink>
              </th>
              <td data-phone="below" className={cell}>
                <span className="text-ink-3 sm:hidden">primary </span>
                {primary ? <AsPathText path={{ asPath: primary, asPathText: primaryText }} /> : 'missing'}
              </td>
              <td data-phone="below" className={cell}>
                <span className="text-ink-3 sm:hidden">secondary </span>
                {secondary ? <AsPathText path={{ asPath: secondary, asPathText: secondaryText }} /> : 'missing'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="px-3.5 py-1.5 text-xs text-ink-3">and {more} more</p>}
    </div>
  )
}

const HEAD = ['Prefix', 'AS path, primary', 'AS path, secondary'] as const

const cell = 'px-2 py-1 first:pl-3.5 last:pr-3.5'
