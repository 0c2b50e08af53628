import { type RouterEnd, withoutShortLives } from '../model/router-end.ts'
import type { GroupPoll } from './group-poll.ts'
import type { Ask } from './read.ts'

/** The customer's end of the sessions of the group's circuits and VPN gateways, for as long as events are kept at hand; null = it has none. */
export function routerEnds(
  { mark, topology, scopes, settings }: GroupPoll,
  ask: Ask,
): readonly RouterEnd[] | null | undefined {
  const gateways = topology.gateways.filter(({ kind }) => kind === 'vpn')
  const own = [...topology.circuits, ...gateways].flatMap(({ scope }) => (scopes.includes(scope) ? [scope] : []))
  if (own.length === 0) return null
  const since = mark.finishedAt - settings['memory.recent']
  const ends = ask({ kind: 'routerEnds', scopes: own, since, at: mark.finishedAt })
  return ends?.map((end) => ({ ...end, spans: withoutShortLives(end.spans) }))
}
