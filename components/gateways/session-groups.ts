import { type Address, compareAddresses, parseAddress } from '#lib/bgp/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'

/** One neighbor and its session with each instance of a gateway, by the instance's address. */
export interface NeighborRow {
  neighbor: string
  asn: number | null
  role: Session['role']
  mapping: Session['mapping']
  sessions: Map<string, Session>
}

interface SessionGrid {
  instances: string[]
  /** counted neighbors: Microsoft's edge routers, on-premises routers */
  external: NeighborRow[]
  /** sessions between the gateway's own instances */
  siblings: NeighborRow[]
}

const zero: Address = { family: 4, value: 0n }
const byAddress = (a: string, b: string) => compareAddresses(parseAddress(a) ?? zero, parseAddress(b) ?? zero)

/** Arranges a gateway's sessions as a grid of neighbors and instances. */
export function gridOf(sessions: Session[], known: string[]): SessionGrid {
  const local = sessions.map(({ localAddress }) => localAddress)
  // a Route Server reports one session for both of its instances
  const instances = local.includes('') ? [...new Set(local)] : [...new Set([...known, ...local])].sort(byAddress)
  const rows = new Map<string, NeighborRow>()
  for (const session of sessions) {
    const row = rows.get(session.neighbor) ?? {
      neighbor: session.neighbor,
      asn: session.remoteAsn,
      role: session.role,
      mapping: null,
      sessions: new Map(),
    }
    row.mapping ??= session.mapping
    row.sessions.set(session.localAddress, session)
    rows.set(session.neighbor, row)
  }
  const ordered = [...rows.values()].sort((a, b) => byAddress(a.neighbor, b.neighbor))
  return {
    instances,
    external: ordered.filter(({ role }) => role !== 'gateway-peer'),
    siblings: ordered.filter(({ role }) => role === 'gateway-peer'),
  }
}
