import type { Circuit } from '#lib/circuits/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ConnectionTrafficFact } from '../ui/facts/connection-traffic.tsx'
import { Panel } from '../ui/panel.tsx'

/** List of the gateways that are connected to the circuit, with the traffic of each connection. */
export function CircuitConnections({ connections }: { connections: Circuit['connections'] }) {
  return (
    <Panel title="Connections" flush>
      {connections.length === 0 ? (
        <p className="p-3.5 text-ink-2">No connection to a gateway: this circuit reaches nothing in Azure.</p>
      ) : (
        <ul className="entries">
          {connections.map((connection) => (
            <li key={connection.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3.5 py-2">
              <span className="min-w-0">
                <span className="block font-medium break-words">{connection.name}</span>
                <span className="block text-xs text-ink-3">
                  to{' '}
                  {connection.gatewayId ? (
                    <PageLink href={`/gateways/${connection.gatewayId}`} className="link">
                      {connection.gatewayName ?? connection.gatewayId}
                    </PageLink>
                  ) : (
                    'a gateway that Peerwatch cannot read'
                  )}
                </span>
              </span>
              <span className="min-w-0 basis-full text-xs text-ink-2">
                <span className="block">weight {connection.routingWeight ?? 'unknown'}</span>
                <span className="block">
                  FastPath {connection.fastPath === null ? 'unknown' : connection.fastPath ? 'on' : 'off'}
                </span>
                {connection.traffic && <ConnectionTrafficFact {...connection.traffic} />}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
