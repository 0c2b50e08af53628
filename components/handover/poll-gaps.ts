import type { Shift } from '#lib/contract/index.ts'
import { plural } from '../format/quantity.ts'
import { kindWords } from '../ui/words.ts'

type Stretch = Shift['unseen'][number]

/** Polls that told nothing for one reason at one time, as when a collector stood still. */
export interface PollGap {
  outcome: Stretch['outcome']
  /** epoch ms, from the first that went unseen to the last that was seen again */
  from: number
  to: number
  stretches: readonly [Stretch, ...Stretch[]]
}

/** Polls of one outage begin and end up to their intervals apart: so much of the longer one must be common to both. */
const COMMON_SHARE = 0.8

/** Stretches of one outcome that are about the same time, put together; the longest first, as they came. */
export function pollGaps(unseen: readonly Stretch[]): PollGap[] {
  const groups: PollGap[] = []
  for (const stretch of unseen) {
    const [from, to] = timesOf(stretch)
    const index = groups.findIndex(
      ({ outcome, stretches: [longest] }) => outcome === stretch.outcome && isAbout(timesOf(longest), [from, to]),
    )
    const group = groups[index]
    if (!group) groups.push({ outcome: stretch.outcome, from, to, stretches: [stretch] })
    else
      groups[index] = {
        ...group,
        from: Math.min(group.from, from),
        to: Math.max(group.to, to),
        stretches: [...group.stretches, stretch],
      }
  }
  return groups
}

const timesOf = ({ from, to }: Stretch): [number, number] => [Date.parse(from), Date.parse(to)]

function isAbout([from, to]: [number, number], [otherFrom, otherTo]: [number, number]): boolean {
  const common = Math.min(to, otherTo) - Math.max(from, otherFrom)
  return common >= COMMON_SHARE * Math.max(to - from, otherTo - otherFrom)
}

/** `erc-london, erc-amsterdam and 4 more`: what a group is about, each thing once. */
export function resourcesOf({ stretches }: PollGap, shown = 3): string {
  const names = [...new Set(stretches.map(({ scopeName }) => scopeName))]
  if (names.length <= shown) return names.join(', ')
  return `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`
}

/** `ARP` of one poll, `12 polls` of several. */
export function pollsOf({ stretches }: PollGap): string {
  return stretches.length === 1 ? kindWords(stretches[0].kind) : plural(stretches.length, 'poll', 'polls')
}
