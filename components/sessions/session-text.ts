import type { BgpSession } from '#lib/sessions/api/index.ts'

type Named = Pick<BgpSession, 'scopeName' | 'peering' | 'path' | 'localAddress' | 'neighbor' | 'role' | 'mapping'>

/**
 * Returns the number of a session's gateway instance as text, for example `instance 0`; `both instances` if the session
 * has no local address. Instances are numbered in the order of their addresses.
 * @param all all sessions of the gateway
 */
function instanceOf({ localAddress }: Named, all: readonly Pick<BgpSession, 'localAddress'>[]): string {
  const instances = [...new Set(all.map((one) => one.localAddress))].toSorted((a, b) =>
    a.localeCompare(b, undefined, { numeric: true }),
  )
  return localAddress === '' ? 'both instances' : `instance ${Math.max(0, instances.indexOf(localAddress))}`
}

/**
 * Returns a title for a session: `ergw-hub instance 0 ↔ MSEE, erc-london primary`. It contains the neighbor's address
 * only if the session belongs to no known path.
 */
export function formatSessionTitle(session: Named, all: readonly Pick<BgpSession, 'localAddress'>[]): string {
  const { scopeName, peering, path, neighbor, role, mapping } = session
  if (path !== null) {
    const of = peering === 'microsoft' ? ', Microsoft peering' : ''
    return `${scopeName} ${path}${of}: CE ↔ MSEE${neighbor.includes(':') ? ' (IPv6)' : ''}`
  }
  const here = `${scopeName} ${instanceOf(session, all)}`
  if (mapping) return `${here} ↔ MSEE, ${mapping.circuitName ?? mapping.circuitId} ${mapping.path}`
  if (role === 'gateway-peer') return `${here} ↔ sibling ${neighbor}`
  return `${here} ↔ ${role === 'msee' ? 'MSEE ' : ''}${neighbor}`
}
