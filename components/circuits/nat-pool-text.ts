import type { NatPool } from '#lib/circuits/api/index.ts'

/**
 * Describes which paths of a circuit carry a NAT pool. Connections through the pool survive the loss of a path only if
 * both paths carry it.
 */
export function formatNatPool({ configured, primary, secondary }: NatPool): {
  words: string
  tone: 'up' | 'degraded' | 'unknown'
} {
  const notAdvertised = configured === null ? '; no advertised prefix of the peering covers it' : ''
  if (primary === 'unknown' || secondary === 'unknown') {
    return { words: `unknown which paths carry it: a route table was not polled${notAdvertised}`, tone: 'unknown' }
  }
  if (primary === 'carried' && secondary === 'carried') {
    return { words: `both paths carry it${notAdvertised}`, tone: configured === null ? 'degraded' : 'up' }
  }
  if (primary !== 'carried' && secondary !== 'carried') {
    return { words: `no path carries it: nothing that you announce covers it${notAdvertised}`, tone: 'degraded' }
  }
  const [only, other] = primary === 'carried' ? ['primary', 'secondary'] : ['secondary', 'primary']
  const words = `only the ${only} path carries it: its connections break when that path is lost, and the ${other} path can’t take them over`
  return { words: `${words}${notAdvertised}`, tone: 'degraded' }
}
