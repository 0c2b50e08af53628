import type { PathEnds } from '#lib/routers/api/index.ts'
import { inOneRow, type Mark, momentsOf, seenMarks, type TimelineTrack } from '../charts/state-timeline/tracks.ts'
import { plural } from '../format/quantity.ts'

/** The customer's end of sessions as tracks: the lane beside Azure's. */
export function routerTracks(ends: readonly PathEnds[]): TimelineTrack[] {
  return ends.map((one) => {
    const falls = one.history.filter(({ state }) => state === 'down').length
    const unseen = one.notObserved.map(({ from, to }) => ({
      from: Date.parse(from),
      to: Date.parse(to),
      why: 'the router was not observed',
    }))
    return {
      key: `router ${one.peer.id}`,
      name: one.routerName ?? one.routerAddress,
      part: "customer's end",
      href: `/routers/${one.routerId}`,
      description: falls === 0 ? 'up whenever it was observed' : plural(falls, 'time down', 'times down'),
      marks: seenMarks(inOneRow(one.history.map(markOf)), unseen),
      rows: 1,
      unseen,
    }
  })
}

function markOf({ state, from, to, reason }: PathEnds['history'][number]): Omit<Mark, 'row'> {
  const isUp = state === 'up'
  return {
    key: `${from[1]}/${state}`,
    ink: isUp ? 'up' : 'down',
    word: isUp ? 'UP' : 'DOWN',
    from: momentsOf(from),
    to: to && momentsOf(to),
    isPoint: false,
    isQuiet: isUp,
    title: isUp ? 'established at the router' : (reason?.words ?? 'down at the router'),
  }
}
