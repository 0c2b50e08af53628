import type { Connection } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ConnectionTraffic } from '../ui/connection-traffic.tsx'
import { Panel } from '../ui/panel.tsx'
import { Bytes } from '../ui/quantities.tsx'
import { VpnConnectionParts } from './vpn-connection.tsx'

/** A gateway's connections with their traffic; of VPN connections the device and the tunnels as well. */
export function GatewayConnections({ connections }: { connections: Connection[] }) {
  return (
    <Panel title="Connections" flush>
      {connections.length === 0 ? (
        <p className="p-3.5 text-ink-2">This gateway has no connections.</p>
      ) : (
        <ul>
          {connections.map((connection) => (
            <li key={connection.id} className="border-b px-3.5 py-2 last:border-b-0">
              <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
                <span className="min-w-0">
                  <span className="block font-medium break-words">{connection.name}</span>
                  <span className="block text-xs text-ink-3">
                    {connection.type ?? 'connection'}
                    {connection.circuitId && (
                      <>
                        {' to '}
                        <PageLink href={`/circuits/${connection.circuitId}`} className="link">
                          {connection.circuitName ?? connection.circuitId}
                        </PageLink>
                      </>
                    )}
                  </span>
                  <span className="block text-xs text-ink-3">
                    {connection.status ? `Azure state ${connection.status}` : 'no status from Azure'} · weight{' '}
                    {connection.routingWeight ?? 'unknown'}
                    {connection.ipsec === null && (
                      <> · FastPath {connection.fastPath === null ? 'unknown' : connection.fastPath ? 'on' : 'off'}</>
                    )}
                  </span>
                </span>
                <span className="ml-auto text-right text-xs text-ink-3">
                  <Counter bytes={connection.bytesIn} words="to Azure" />
                  <Counter bytes={connection.bytesOut} words="from Azure (billed)" />
                  {connection.traffic && <ConnectionTraffic {...connection.traffic} />}
                </span>
              </div>
              {connection.ipsec !== null && <VpnConnectionParts {...connection} ipsec={connection.ipsec} />}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Counter({ bytes, words }: { bytes: string | null; words: string }) {
  if (bytes === null) return null
  return (
    <span className="block whitespace-nowrap">
      <Bytes bytes={bytes} className="text-ink" /> {words}
    </span>
  )
}
