import type { RouteInterval } from '#lib/routes/api/index.ts'
import { outcomeWords } from '#lib/contract/words/index.ts'
import { seriesName } from '../charts/series-ink.ts'
import { inOneRow, type Mark, momentsOf, seenMarks, type TimelineTrack } from '../charts/state-timeline/tracks.ts'
import { plural } from '../format/quantity.ts'
import { tableHref } from './table-href.ts'
import {
  type distinctPaths,
  trackNames,
  trackPathKey,
  trackPathWords,
  type PrefixTrack,
  unseenOf,
} from './prefix-tracks.ts'

/** A prefix's timeline tracks: a colour and a letter for each distinct AS path, a mark for each withdrawal. */
export function prefixTimeline(
  tracks: readonly PrefixTrack[],
  paths: ReturnType<typeof distinctPaths>,
  uncovered: Parameters<typeof unseenOf>[1],
): TimelineTrack[] {
  return tracks.map((track) => {
    const marks = inOneRow([
      ...track.intervals.map((interval) => intervalMark(interval, paths)),
      ...track.intervals.flatMap(withdrawal),
    ])
    const unseen = unseenOf(track, uncovered).map(({ outcome, ...gap }) => ({ ...gap, why: outcomeWords(outcome) }))
    return {
      key: track.key,
      ...trackNames(track),
      href: tableHref(track),
      description: track.intervals.length === 1 ? 'one path' : plural(track.intervals.length, 'interval'),
      marks: seenMarks(marks, unseen),
      rows: 1,
      unseen,
    }
  })
}

function intervalMark(
  { attributes, firstPresent, from, to }: RouteInterval,
  paths: ReturnType<typeof distinctPaths>,
): Omit<Mark, 'row'> {
  const key = trackPathKey(attributes)
  const known = paths.get(key)
  const words = trackPathWords(known?.path ?? { asPath: [] })
  return {
    key: `${firstPresent}/${key}`,
    ink: seriesName(known?.index ?? 0),
    word: `${known?.letter ?? ''} ${words}`,
    from: momentsOf(from),
    to: to && momentsOf(to),
    isPoint: false,
    title: `${words} via ${attributes.map(({ nextHop }) => nextHop ?? 'itself').join(', ')}`,
  }
}

function withdrawal({ ended }: RouteInterval): Omit<Mark, 'row'>[] {
  if (ended?.op !== 'withdraw') return []
  const from = momentsOf(ended.between)
  return [
    { key: `withdrawn ${from[1]}`, ink: 'down', word: 'WITHDRAWN', from, to: null, isPoint: true, title: 'withdrawn' },
  ]
}
