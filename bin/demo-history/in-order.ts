import type { EpochMs } from '#lib/contract/index.ts'
import type { Step } from './lane.ts'

/**
 * The steps of several lanes as one, in the order of time, as polls of a worker come. Each lane's own steps keep their order; in which
 * order the lanes are given makes no difference.
 */
export async function* inOrder(lanes: readonly AsyncGenerator<Step>[]): AsyncGenerator<Step> {
  const heads: { lane: AsyncGenerator<Step>; step: Step }[] = []
  const goOn = async (lane: AsyncGenerator<Step>) => {
    const next = await lane.next()
    if (!next.done) heads.push({ lane, step: next.value })
  }
  for (const lane of lanes) await goOn(lane)
  for (;;) {
    const [first, ...others] = heads
    if (!first) return
    const earliest = others.reduce((best, head) => (isBefore(head.step, best.step) ? head : best), first)
    heads.splice(heads.indexOf(earliest), 1)
    yield earliest.step
    await goOn(earliest.lane)
  }
}

/** When a step was known: the end of its last poll. */
export function knownAt(step: Step): EpochMs {
  return (step.type === 'record' ? step.observation : step.polls.at(-1))?.finishedAt ?? 0
}

function isBefore(a: Step, b: Step): boolean {
  return knownAt(a) - knownAt(b) < 0 || (knownAt(a) === knownAt(b) && nameOf(a) < nameOf(b))
}

const nameOf = ({ track }: Step) => `${track.target.resourceId.toLowerCase()}\n${track.target.part}\n${track.kind}`
