'use client'

import Link from 'next/link'
import type { RouteStretch, UncoveredStretch } from '#lib/contract/index.ts'
import { type Lane, Lanes } from '../charts/lanes.tsx'
import { seriesInk } from '../charts/series-ink.ts'
import { formatInstant } from '../format/instant.ts'
import { AsPath } from '../ui/as-path.tsx'
import { useZone } from '../ui/preferences.tsx'
import { outcomeWords } from '../ui/words.ts'
import { tableWords } from './route-columns.tsx'
import { distinctPaths, pathKey, pathWords, type PrefixLane, unseenOf } from './prefix-lanes.ts'

/** The lanes of a prefix, a colour and a letter for each distinct AS path. */
export function PrefixStrips({
  lanes,
  stretches,
  from,
  to,
  uncovered,
}: {
  lanes: PrefixLane[]
  stretches: RouteStretch[]
  from: number
  to: number
  uncovered: UncoveredStretch[]
}) {
  const zone = useZone()
  const paths = distinctPaths(stretches, from, to)
  const drawn = lanes.map((lane): Lane => {
    const segments = lane.stretches.map((stretch) => {
      const key = pathKey(stretch.attributes)
      const known = paths.get(key)
      const words = pathWords(known?.path ?? [])
      const at = (bounds: readonly [string, string]): [number, number] => [Date.parse(bounds[0]), Date.parse(bounds[1])]
      return {
        key: `${stretch.firstPresent}/${key}`,
        from: at(stretch.from),
        to: stretch.to && at(stretch.to),
        ink: seriesInk(known?.index ?? 0),
        mark: `${known?.letter} ${words}`,
        title: `${words} via ${stretch.attributes.map(({ nextHop }) => nextHop ?? 'itself').join(', ')}; since ${formatInstant(Date.parse(stretch.from[1]), zone)}${stretch.to ? `, until ${formatInstant(Date.parse(stretch.to[0]), zone)} at least` : ''}`,
      }
    })
    return {
      key: lane.key,
      label: <LaneLabel lane={lane} />,
      description: `${laneWords(lane)}: ${lane.stretches.length === 1 ? 'one path' : `${lane.stretches.length} stretches`}`,
      segments,
      marks: lane.stretches.flatMap(({ ended }) =>
        ended?.op === 'withdraw' && Date.parse(ended.between[1]) >= from
          ? {
              key: ended.between[1],
              at: Date.parse(ended.between[1]),
              title: `withdrawn, at the latest at ${formatInstant(Date.parse(ended.between[1]), zone)}`,
            }
          : [],
      ),
      unseen: unseenOf(lane, uncovered).map(({ outcome, ...gap }) => ({
        ...gap,
        title: `not seen: ${outcomeWords(outcome)}`,
      })),
    }
  })
  return (
    <>
      <Lanes lanes={drawn} from={from} to={to} />
      <ul aria-label="AS paths" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {[...paths].map(([key, { letter, index, path }]) => (
          <li key={key} className="inline-flex items-center gap-1.5">
            <span className={seriesInk(index)}>
              <span className="inline-flex size-4 items-center justify-center rounded-xs bg-current">
                <span className="font-mono text-2xs text-surface">{letter}</span>
              </span>
            </span>
            <AsPath path={path} />
          </li>
        ))}
        <li className="inline-flex items-center gap-1.5 text-ink-2">
          <span aria-hidden className="border-x-[0.3rem] border-t-[0.45rem] border-x-transparent border-t-down-mark" />{' '}
          withdrawn
        </li>
        <li className="inline-flex items-center gap-1.5 text-ink-2">
          <span aria-hidden className="hatch-bar h-4 w-5 rounded-xs text-ink-3" /> may have begun or ended here
        </li>
        <li className="inline-flex items-center gap-1.5 text-ink-2">
          <span aria-hidden className="hatch h-4 w-5 rounded-xs border" /> not seen
        </li>
      </ul>
    </>
  )
}

/** A lane in words: `ergw-hub 10.0.4.12 from 10.0.4.4`, `erc-london primary path`. */
export const laneWords = ({ scopeName, table, place, peer }: PrefixLane) =>
  [
    scopeName,
    place,
    peer && `${table === 'advertised' ? 'to' : 'from'} ${peer}`,
    table === 'advertised' && !peer && tableWords(table),
  ]
    .filter(Boolean)
    .join(' ')

function LaneLabel({ lane }: { lane: PrefixLane }) {
  const { scope, scopeName, table, place, peer } = lane
  return (
    <span className="truncate">
      <Link href={table === 'tables' ? `/circuits/${scope}` : `/gateways/${scope}`} className="link">
        {scopeName}
      </Link>
      {place && <span className={table === 'tables' ? 'text-ink-3' : 'font-mono text-ink-3'}> {place}</span>}
      {peer && (
        <span className="font-mono">
          {' '}
          {table === 'advertised' ? '→' : '←'} {peer}
        </span>
      )}
    </span>
  )
}
