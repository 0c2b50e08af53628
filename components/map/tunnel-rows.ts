import type { Gateway } from '#lib/gateways/api/index.ts'
import { type StatusWords, statusText } from '../ui/status.tsx'
import { REST } from './circuit-rows.ts'
import type { Row } from './estate.ts'

const tunnelWords: Record<string, StatusWords> = {
  connected: { tone: 'up', word: 'CONNECTED' },
  connecting: { tone: 'degraded', word: 'CONNECTING' },
  notconnected: { tone: 'down', word: 'NOT CONNECTED' },
}
/** Ranks equal to a circuit with no path, one path, and both. */
const tunnelRank: Partial<Record<StatusWords['tone'], number>> = { down: 0, degraded: 1, unknown: 2, up: 4 }

/** The site-to-site tunnels of a gateway: the path of last resort. */
export function tunnelRows(gateway: Gateway): Row[] {
  const tunnels = gateway.connections.filter(({ type, circuitId }) => circuitId === null && /^ipsec$/i.test(type ?? ''))
  return tunnels.map(({ id, name, status: word }) => {
    const status = tunnelWords[word?.toLowerCase() ?? ''] ?? { tone: 'unknown', word: 'UNKNOWN' }
    const href = `/gateways/${encodeURIComponent(gateway.id)}`
    const title = `${name}, VPN tunnel of ${gateway.name}: ${statusText(status)}`
    return {
      key: id,
      name,
      href,
      title,
      status,
      rank: tunnelRank[status.tone] ?? 3,
      lines: [
        {
          key: `${id}/tunnel`,
          name: 'tunnel',
          href,
          title: `${name}, tunnel: ${statusText(status)}`,
          status,
          traffic: null,
        },
      ],
      site: { key: `site/${id}`, name: 'On-premises', detail: 'over VPN', href, title: `On-premises end of ${name}` },
      links: [{ gatewayId: gateway.id, title: `${name} to ${gateway.name}` }],
    }
  })
}

/** Group of tunnels that are not drawn individually. */
export function restOfTunnels(rows: readonly Row[]): Row {
  const [worst] = rows.toSorted((a, b) => a.rank - b.rank)
  const status: StatusWords = worst?.status ?? { tone: 'unknown', word: 'UNKNOWN' }
  const name = `${rows.length} more tunnels`
  const title = `${name}, the worst of them ${statusText(status)}`
  const href = '/gateways?gateways.q=VPN'
  return {
    key: `${REST}tunnels`,
    name,
    href,
    title,
    status,
    rank: worst?.rank ?? 0,
    lines: [{ key: 'rest/tunnels/line', name: 'tunnels', href, title, status, traffic: null }],
    site: {
      key: 'site/rest/tunnels',
      name: 'On-premises',
      detail: 'over VPN',
      href,
      title: `On-premises ends of ${name}`,
    },
    links: rows.flatMap(({ links }) => links),
  }
}
