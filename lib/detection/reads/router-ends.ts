import { type RouterEnd, withoutShortLives } from '../model/router-end.ts'
import type { GroupPoll } from './group-poll.ts'
import type { Ask } from './read.ts'

/** The customer's end of the sessions of the group's circuits, for as long as events are kept at hand; null = it has no circuit. */
export function routerEnds(
  { mark, topology, scopes, settings }: GroupPoll,
  ask: Ask,
): readonly RouterEnd[] | null | undefined {
  const circuits = topology.circuits.flatMap(({ scope }) => (scopes.includes(scope) ? [scope] : []))
  if (circuits.length === 0) return null
  const since = mark.finishedAt - settings['memory.recent']
  const ends = ask({ kind: 'routerEnds', circuits, since, at: mark.finishedAt })
  return ends?.map((end) => ({ ...end, spans: withoutShortLives(end.spans) }))
}
