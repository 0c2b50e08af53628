import type { AzureLimitUse } from '#lib/contract/index.ts'
import { formatCountWithSeparators, formatFractionAsPercent } from '../format/quantity.ts'
import { PercentBar } from '../ui/facts/share-bar.tsx'
import { Panel } from '../ui/panel.tsx'

const names: Record<AzureLimitUse['name'], string> = {
  vnet_links: 'Virtual networks on this circuit',
  connections: 'Connections of the gateway',
  hub_prefixes: 'Prefixes of all connections',
  hub_peer_prefixes: 'Prefixes of one BGP peer',
  user_vpn_clients: 'Devices of VPN users',
  fastpath_routes: 'Addresses of FastPath',
  advertised_prefixes: 'Prefixes announced to one neighbor',
  circuits_in_location: 'Circuits of one peering location',
  learned_prefixes: 'Prefixes learned',
  circuits_in_region: 'Circuits of its subscription in its region',
  circuits_in_subscription: 'Circuits of its subscription',
}

/** Panel that shows how much of Azure's limits a resource uses; each limit has a link to its documentation. */
export function LimitsPanel({ limits }: { limits: readonly AzureLimitUse[] | undefined }) {
  if (!limits || limits.length === 0) return null
  return (
    <Panel id="limits" title="Limits of Azure" note="by SKU and bandwidth">
      {/* the number of columns follows the width of the panel, because the notes are sentences */}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(17rem,100%),1fr))] gap-x-8 gap-y-4">
        {limits.map(({ name, limit, count, isAtLeast, share, note, source }) => (
          <li key={name} className="min-w-0">
            <div className="flex items-baseline gap-2">
              <span className="text-xs text-ink-2">{names[name]}</span>
              <span className="ml-auto font-mono text-sm whitespace-nowrap">
                {isAtLeast && 'at least '}
                {formatCountWithSeparators(count)} of {formatCountWithSeparators(limit)}
              </span>
            </div>
            <PercentBar share={share} className="mt-1" />
            <p className="mt-0.5 text-xs text-ink-3">
              {formatFractionAsPercent(share)} used{count > limit ? ', above the limit' : ''}. {note}{' '}
              <a href={source} className="link" rel="noreferrer">
                Source
              </a>
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
