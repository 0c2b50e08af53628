import type { Connection } from '#lib/gateways/api/index.ts'
import type { Tunnel } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Bytes } from '../ui/facts/quantities.tsx'
import { Status, type StatusWords } from '../ui/status.tsx'
import { Since } from '../ui/times/time.tsx'
import { deviceText, ipsecText, noTunnelsText } from './vpn-words.ts'

const tunnelStatus: Record<Tunnel['state'], StatusWords> = {
  up: { tone: 'up', word: 'UP' },
  down: { tone: 'down', word: 'DOWN' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}

/** The far end of a VPN connection, what is agreed with it, and each tunnel with its state. */
export function VpnConnectionParts({
  id,
  name,
  device,
  bgp,
  gatewayBgpAddresses,
  ipsec,
  tunnels,
}: Pick<Connection, 'id' | 'name' | 'device' | 'bgp' | 'gatewayBgpAddresses' | 'tunnels'> & {
  ipsec: NonNullable<Connection['ipsec']>
}) {
  return (
    <div className="mt-1 text-xs text-ink-3">
      <span className="block break-words">{deviceText(device, bgp)}</span>
      {device?.asnReservedBy && (
        <span className="block">
          <Status tone="degraded" word={`AS ${device.asn}`} detail={`reserved by ${device.asnReservedBy}`} />
        </span>
      )}
      {gatewayBgpAddresses.length > 0 && (
        <span className="block break-words">Azure’s BGP addresses: {gatewayBgpAddresses.join(', ')} (APIPA)</span>
      )}
      <span className="block break-words">{ipsecText(ipsec)}</span>
      <PageLink href={`/events?${new URLSearchParams({ scope: id })}`} className="link">
        Events of {name}
      </PageLink>
      {tunnels.length === 0 ? (
        <span className="mt-1 block text-ink-2">{noTunnelsText}</span>
      ) : (
        <ul aria-label={`Tunnels of ${name}`} className="mt-1.5 grid gap-1">
          {tunnels.map((tunnel) => (
            <TunnelRow key={tunnel.name} tunnel={tunnel} />
          ))}
        </ul>
      )}
    </div>
  )
}

function TunnelRow({ tunnel }: { tunnel: Tunnel }) {
  const { name, state, azureStatus, since, bytesIn, bytesOut } = tunnel
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
      <Status
        {...tunnelStatus[state]}
        detail={state === 'unknown' ? `Azure says ${azureStatus ?? 'nothing'}` : null}
        className="text-sm"
      />
      {since && state !== 'unknown' && <Since bounds={since} prefix="for " />}
      <span className="min-w-0 font-mono break-all text-ink-2">{name}</span>
      <span className="ml-auto text-right">
        <Bytes bytes={bytesIn} className="text-ink" /> to Azure, <Bytes bytes={bytesOut} className="text-ink" /> from
        Azure
      </span>
    </li>
  )
}
