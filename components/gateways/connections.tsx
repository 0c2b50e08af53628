import type { GatewayConnection, Gateway } from '#lib/gateways/api/index.ts'
import type { FastPath } from '#lib/circuits/api/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { ConnectionTrafficFact } from '../ui/facts/connection-traffic.tsx'
import { formatCountWithSeparators } from '../format/quantity.ts'
import { Panel } from '../ui/panel.tsx'
import { ByteCount } from '../ui/facts/quantities.tsx'
import { StateLabel, type StatusText } from '../ui/status.tsx'
import { getLastPolledStatus } from '../ui/status-text.ts'
import type { IpsecTunnel } from '#lib/gateways/api/tunnels.ts'
import { DurationSinceBounds, LastKnownTime } from '../ui/times/time.tsx'
import { formatRemoteDevice, formatIpsecPolicy, noTunnelsText } from './vpn-text.ts'

/**
 * Panel in place of the connections of a gateway in Virtual WAN. It links to the gateway's hub, because Azure lists the
 * connections there and reports no BGP sessions for the gateway.
 */
export function HubOfGateway({ hub }: { hub: Gateway['hub'] }) {
  return (
    <Panel title="Connections">
      <p className="text-ink-2">
        Azure reports no BGP sessions of this gateway in a Virtual WAN hub.{' '}
        {hub ? (
          <>
            The routes of its {hub.connections === 1 ? 'connection' : `${hub.connections} connections`} are shown on the
            page of{' '}
            <PageLink href={`/hubs/${hub.id}`} className="link">
              {hub.name}
            </PageLink>
            .
          </>
        ) : (
          'Peerwatch does not poll its hub. The table below lists the routes of its connections.'
        )}
      </p>
    </Panel>
  )
}

/**
 * List of a gateway's connections with their traffic. VPN connections also have their remote device and their tunnels.
 */
export function GatewayConnections({ connections }: { connections: GatewayConnection[] }) {
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
                    {connection.notPolledSince && connection.status ? (
                      <>
                        Azure state was {connection.status} <LastKnownTime at={connection.notPolledSince} />
                      </>
                    ) : connection.status ? (
                      `Azure state ${connection.status}`
                    ) : (
                      'no status from Azure'
                    )}{' '}
                    · weight {connection.routingWeight ?? 'unknown'}
                    {connection.ipsec === null && (
                      <> · FastPath {connection.fastPath === null ? 'unknown' : connection.fastPath ? 'on' : 'off'}</>
                    )}
                  </span>
                </span>
                <span className="ml-auto text-right text-xs text-ink-3">
                  <Counter bytes={connection.bytesIn} words="to Azure" />
                  <Counter bytes={connection.bytesOut} words="from Azure (billable)" />
                  {connection.traffic && <ConnectionTrafficFact {...connection.traffic} />}
                </span>
              </div>
              {connection.fastPathDetails && <FastPathDetails {...connection.fastPathDetails} />}
              {connection.ipsec !== null && <VpnConnectionParts {...connection} ipsec={connection.ipsec} />}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

/**
 * State of FastPath on a connection, and the traffic that still passes through the gateway. Only the number of
 * addresses comes from Azure Monitor; the rest is derived from the configuration.
 */
function FastPathDetails({ on, supported, addressLimit, routes, findings, source }: FastPath) {
  const broken = findings.filter(({ state }) => state === 'breaks')
  const open = findings.filter(({ state }) => state === 'unknown')
  return (
    <div className="mt-2 max-w-[80ch] text-xs text-ink-2">
      <p>
        FastPath: {on === null ? 'unknown whether it is on' : on ? 'on' : 'off'};{' '}
        {supported === null ? 'the SKU is not known' : `the SKU ${supported ? 'takes' : 'does not take'} it`};{' '}
        {addressLimit === null
          ? 'the limit of addresses is not known'
          : `up to ${formatCountWithSeparators(addressLimit)} addresses`}
        {on && (routes === null ? ', in use: not reported lately' : `, ${formatCountWithSeparators(routes)} in use`)}.{' '}
        <a href={source} className="link" rel="noreferrer">
          Source
        </a>
      </p>
      {broken.length > 0 && (
        <ul className="mt-1 flex flex-col gap-0.5">
          {broken.map(({ text }) => (
            <li key={text}>
              <StateLabel tone="degraded" word="FASTPATH OFF" /> {text}
            </li>
          ))}
        </ul>
      )}
      {open.map(({ text }) => (
        <p key={text} className="mt-0.5 text-ink-3">
          {text}
        </p>
      ))}
    </div>
  )
}

function Counter({ bytes, words }: { bytes: string | null; words: string }) {
  if (bytes === null) return null
  return (
    <span className="block whitespace-nowrap">
      <ByteCount bytes={bytes} className="text-ink" /> {words}
    </span>
  )
}

const tunnelStatus: Record<IpsecTunnel['state'], StatusText> = {
  up: { tone: 'up', word: 'UP' },
  down: { tone: 'down', word: 'DOWN' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}

/** Remote device of a VPN connection, its IPsec parameters, and each tunnel with its state. */
function VpnConnectionParts({
  id,
  name,
  device,
  bgp,
  gatewayBgpAddresses,
  ipsec,
  tunnels,
  notPolledSince,
}: Pick<GatewayConnection, 'id' | 'name' | 'device' | 'bgp' | 'gatewayBgpAddresses' | 'tunnels' | 'notPolledSince'> & {
  ipsec: NonNullable<GatewayConnection['ipsec']>
}) {
  return (
    <div className="mt-1 text-xs text-ink-3">
      <span className="block break-words">{formatRemoteDevice(device, bgp)}</span>
      {device?.asnReservedBy && (
        <span className="block">
          <StateLabel tone="degraded" word={`AS ${device.asn}`} detail={`reserved by ${device.asnReservedBy}`} />
        </span>
      )}
      {gatewayBgpAddresses.length > 0 && (
        <span className="block break-words">Azure’s BGP addresses: {gatewayBgpAddresses.join(', ')} (APIPA)</span>
      )}
      <span className="block break-words">{formatIpsecPolicy(ipsec)}</span>
      <PageLink href={`/events?${new URLSearchParams({ scope: id })}`} className="link">
        Events of {name}
      </PageLink>
      {tunnels.length === 0 ? (
        <span className="mt-1 block text-ink-2">{noTunnelsText}</span>
      ) : (
        <ul aria-label={`Tunnels of ${name}`} className="mt-1.5 grid gap-1">
          {tunnels.map((tunnel) => (
            <TunnelRow key={tunnel.name} tunnel={tunnel} notPolledSince={notPolledSince} />
          ))}
        </ul>
      )}
    </div>
  )
}

function TunnelRow({ tunnel, notPolledSince }: { tunnel: IpsecTunnel; notPolledSince: string | undefined }) {
  const { name, state, azureStatus, since, bytesIn, bytesOut } = tunnel
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
      <StateLabel
        {...(state === 'unknown'
          ? { ...tunnelStatus[state], detail: `Azure says ${azureStatus ?? 'nothing'}` }
          : getLastPolledStatus(tunnelStatus[state], notPolledSince))}
        className="text-sm"
      />
      {since && state !== 'unknown' && (
        <DurationSinceBounds bounds={since} until={{ confirmedAt: notPolledSince ?? null }} prefix="for " />
      )}
      <span className="min-w-0 font-mono break-all text-ink-2">{name}</span>
      <span className="ml-auto text-right">
        <ByteCount bytes={bytesIn} className="text-ink" /> to Azure, <ByteCount bytes={bytesOut} className="text-ink" />{' '}
        from Azure
      </span>
    </li>
  )
}
