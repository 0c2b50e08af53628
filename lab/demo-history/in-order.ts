import type { EpochMs } from '#lib/contract/index.ts'
import { lateAfterMs } from '#lib/detection/index.ts'
import { divide, known, type Lane, type Step, type Waiting } from './lane.ts'
import type { Asking, Track } from './track.ts'

/** A lane while it runs. */
interface Running {
  readonly tracks: Lane['tracks']
  readonly steps: AsyncGenerator<Step>
}

/** A lane and the next of its steps. */
interface Head {
  readonly steps: AsyncGenerator<Step>
  step: Step
}

/**
 * The steps of several lanes as one, in the order of time, as polls of a worker come. Each lane's own steps keep their order; in which
 * order the lanes are given makes no difference. Before a poll is recorded, those of other tracks that ended by then are written
 * of its group where these are late without them: detection asks how old they are.
 */
export async function* inOrder(lanes: readonly Running[], asking: Asking): AsyncGenerator<Step> {
  const heads: Head[] = []
  const written = new Map<Track, EpochMs>()
  const goOn = async (steps: AsyncGenerator<Step>) => {
    const next = await steps.next()
    if (!next.done) heads.push({ steps, step: next.value })
  }
  const write = (step: Step) => {
    written.set(step.track, knownAt(step))
    return step
  }
  const isBehind = (track: Track, at: EpochMs) => {
    const last = written.get(track)
    return last !== undefined && at - last > lateAfterMs(track.everyMs(last))
  }
  const tracks = lanes.flatMap((lane) => lane.tracks)
  for (const { steps } of lanes) await goOn(steps)
  for (;;) {
    const [first, ...others] = heads
    if (!first) return
    const earliest = others.reduce((best, head) => (isBefore(head.step, best.step) ? head : best), first)
    if (earliest.step.type === 'record') {
      const { track: own } = earliest.step
      const at = knownAt(earliest.step)
      const folded = tracks.filter((track) => track !== own && (own.group === null || track.group === own.group))
      const behind = new Set(folded.filter((track) => isBehind(track, at)))
      for (const step of behind.size > 0 ? caughtUp(heads, behind, at, asking) : []) yield write(step)
    }
    heads.splice(heads.indexOf(earliest), 1)
    yield write(earliest.step)
    await goOn(earliest.steps)
  }
}

/** What tracks polled by `at`, out of the next steps of their lanes where it stands in one. */
function* caughtUp(
  heads: readonly Head[],
  behind: ReadonlySet<Track>,
  at: EpochMs,
  asking: Asking,
): Generator<Waiting> {
  const next = new Map(heads.map((head) => [head.step.track, head]))
  for (const track of behind) {
    const head = next.get(track)
    if (!head) {
      const step = known(track, at, asking)
      if (step) yield step
    } else if (head.step.type !== 'record') {
      const [before, after] = divide(head.step, at)
      if (!before || !after) continue
      head.step = after
      yield before
    }
  }
}

/** When a step was known: the end of its last poll. */
export function knownAt(step: Step): EpochMs {
  return (step.type === 'record' ? step.observation : step.polls.at(-1))?.finishedAt ?? 0
}

function isBefore(a: Step, b: Step): boolean {
  return knownAt(a) - knownAt(b) < 0 || (knownAt(a) === knownAt(b) && nameOf(a) < nameOf(b))
}

const nameOf = ({ track }: Step) =>
  `${track.target.resourceId.toLowerCase()}\n${track.target.subresource}\n${track.kind}`
