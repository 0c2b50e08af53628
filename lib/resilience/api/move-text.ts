/**
 * Kinds of hindrances for moving traffic after a loss, each with its name and its consequence. `part` = at least a part
 * of the traffic does not move, so the verdict is never `moves`. `choice` = the traffic moves, but to another path, or
 * distributed differently, than was configured or expected. Each kind has one rule in `rules/what-if/hindrances`.
 */
export const hindranceKinds = {
  not_provisioned: { name: 'Not provisioned', effect: 'choice' },
  equal_length: { name: 'Equal length', effect: 'choice' },
  weight_over_as_path: { name: 'Weight over AS path', effect: 'choice' },
  pinned_route: { name: 'Pinned route', effect: 'part' },
  summary: { name: 'Summary only', effect: 'part' },
  hub_preference: { name: 'Routing preference', effect: 'choice' },
  half_ecmp: { name: 'Half of the paths', effect: 'choice' },
  full_circuit: { name: 'Full circuit', effect: 'part' },
  prefix_filtered: { name: 'Prefix filtered', effect: 'choice' },
  static_vpn: { name: 'Static VPN route', effect: 'part' },
  return_path: { name: 'Return path stays', effect: 'part' },
} as const satisfies Record<string, { name: string; effect: 'part' | 'choice' }>
export type HindranceKind = keyof typeof hindranceKinds

const formatPrefixes = (number: number): string => `${number.toLocaleString('en-US')} prefix${number === 1 ? '' : 'es'}`

/** Formats the verdict on whether traffic moves as one sentence: `Moves: 5 prefixes to erc-ams`. */
export function formatTrafficMoveVerdict({
  verdict,
  to,
  hindrances,
}: {
  verdict: 'moves' | 'partly' | 'does_not_move' | 'unknown' | null
  to: readonly { name: string; prefixes: number }[]
  hindrances: readonly { kind: HindranceKind }[]
}): string {
  if (verdict === null) return 'Nothing to move: it carries no traffic now'
  const names = to.slice(0, 3).map(({ name, prefixes }) => `${formatPrefixes(prefixes)} to ${name}`)
  const where = [...names, ...(to.length > 3 ? [`${to.length - 3} more`] : [])].join(', ')
  if (verdict === 'unknown') return 'Not known whether it moves'
  if (verdict === 'does_not_move') return 'Does not move: no other path has the prefixes'
  const limits = hindrances.filter(({ kind }) => hindranceKinds[kind].effect === 'part').length
  const because = verdict === 'partly' && limits === 0 ? '; no other circuit or VPN has the other prefixes' : ''
  return `${verdict === 'moves' ? 'Moves' : 'Moves partly'}: ${where}${because}`
}
