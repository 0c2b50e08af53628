import type { RouteStretch } from '#lib/contract/index.ts'
import { seriesName } from '../charts/series-ink.ts'
import { inOneRow, type Mark, momentsOf, type TimeLane } from '../charts/time-lanes/lanes.ts'
import { plural } from '../format/quantity.ts'
import { outcomeWords } from '../ui/words.ts'
import { type distinctPaths, laneNames, pathKey, pathWords, type PrefixLane, unseenOf } from './prefix-lanes.ts'

/** A prefix's lanes as they are drawn: a colour and a letter for each distinct AS path, a mark where it was withdrawn. */
export function prefixTimeLanes(
  lanes: readonly PrefixLane[],
  paths: ReturnType<typeof distinctPaths>,
  uncovered: Parameters<typeof unseenOf>[1],
): TimeLane[] {
  return lanes.map((lane) => {
    const marks = inOneRow([
      ...lane.stretches.map((stretch) => stretchMark(stretch, paths)),
      ...lane.stretches.flatMap(withdrawal),
    ])
    return {
      key: lane.key,
      ...laneNames(lane),
      href: lane.table === 'tables' ? `/circuits/${lane.scope}` : `/gateways/${lane.scope}`,
      description: lane.stretches.length === 1 ? 'one path' : plural(lane.stretches.length, 'stretch', 'stretches'),
      marks,
      rows: 1,
      unseen: unseenOf(lane, uncovered).map(({ outcome, ...gap }) => ({ ...gap, why: outcomeWords(outcome) })),
    }
  })
}

function stretchMark(
  { attributes, firstPresent, from, to }: RouteStretch,
  paths: ReturnType<typeof distinctPaths>,
): Omit<Mark, 'row'> {
  const key = pathKey(attributes)
  const known = paths.get(key)
  const words = pathWords(known?.path ?? [])
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

function withdrawal({ ended }: RouteStretch): Omit<Mark, 'row'>[] {
  if (ended?.op !== 'withdraw') return []
  const from = momentsOf(ended.between)
  return [
    { key: `withdrawn ${from[1]}`, ink: 'down', word: 'WITHDRAWN', from, to: null, isPoint: true, title: 'withdrawn' },
  ]
}
