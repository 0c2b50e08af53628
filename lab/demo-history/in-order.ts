import type { EpochMs } from '#lib/contract/index.ts'
import { computeLateAgeMs } from '#lib/detection/index.ts'
import {
  divideWaitingPolls,
  getUnwrittenPollStep,
  type PollTrackGroup,
  type PollTrackStep,
  type UnwrittenPollStep,
} from './lane.ts'
import type { PastPollSelection, PastPollTrack } from './track.ts'

/** A lane that is running. */
interface Running {
  readonly tracks: PollTrackGroup['tracks']
  readonly steps: AsyncGenerator<PollTrackStep>
}

/** A lane and its next step. */
interface Head {
  readonly steps: AsyncGenerator<PollTrackStep>
  step: PollTrackStep
}

/** End of the last written poll of each track, which a later call continues. */
const written = new WeakMap<PastPollTrack, EpochMs>()

/**
 * Yields the steps of several lanes in the order of time, as the polls of a worker arrive. The steps of one lane keep
 * their order. Detection checks how old the data of a group are. Before a poll is recorded, the finished polls of the
 * group's other tracks are therefore written if their data would otherwise be too old.
 */
export async function* mergeTrackGroupSteps(
  lanes: readonly Running[],
  asking: PastPollSelection,
): AsyncGenerator<PollTrackStep> {
  const heads: Head[] = []
  const goOn = async (steps: AsyncGenerator<PollTrackStep>) => {
    const next = await steps.next()
    if (!next.done) heads.push({ steps, step: next.value })
  }
  const write = (step: PollTrackStep) => {
    written.set(step.track, endOfLastPoll(step))
    return step
  }
  const isBehind = (track: PastPollTrack, at: EpochMs) => {
    const last = written.get(track)
    return last !== undefined && at - last > computeLateAgeMs(track.everyMs(last))
  }
  const tracks = lanes.flatMap((lane) => lane.tracks)
  for (const { steps } of lanes) await goOn(steps)
  for (;;) {
    const [first, ...others] = heads
    if (!first) return
    const earliest = others.reduce((best, head) => (isBefore(head.step, best.step) ? head : best), first)
    if (earliest.step.type === 'record') {
      const { track: own } = earliest.step
      const at = endOfLastPoll(earliest.step)
      const folded = tracks.filter((track) => track !== own && (own.group === null || track.group === own.group))
      const behind = new Set(folded.filter((track) => isBehind(track, at)))
      for (const step of behind.size > 0 ? caughtUp(heads, behind, at, asking) : []) yield write(step)
    }
    heads.splice(heads.indexOf(earliest), 1)
    yield write(earliest.step)
    await goOn(earliest.steps)
  }
}

/**
 * Yields the polls that the given tracks finished by `at`. If the next step of a lane contains such polls, they are
 * removed from that step.
 */
function* caughtUp(
  heads: readonly Head[],
  behind: ReadonlySet<PastPollTrack>,
  at: EpochMs,
  asking: PastPollSelection,
): Generator<UnwrittenPollStep> {
  const next = new Map(heads.map((head) => [head.step.track, head]))
  for (const track of behind) {
    const head = next.get(track)
    if (!head) {
      const step = getUnwrittenPollStep(track, at, asking)
      if (step) yield step
    } else if (head.step.type !== 'record') {
      const [before, after] = divideWaitingPolls(head.step, at)
      if (!before || !after) continue
      head.step = after
      yield before
    }
  }
}

/** Returns when a step was known: the end of its last poll. */
export function endOfLastPoll(step: PollTrackStep): EpochMs {
  return (step.type === 'record' ? step.observation : step.polls.at(-1))?.finishedAt ?? 0
}

function isBefore(a: PollTrackStep, b: PollTrackStep): boolean {
  return endOfLastPoll(a) - endOfLastPoll(b) < 0 || (endOfLastPoll(a) === endOfLastPoll(b) && nameOf(a) < nameOf(b))
}

const nameOf = ({ track }: PollTrackStep) =>
  `${track.target.resourceId.toLowerCase()}\n${track.target.subresource}\n${track.kind}`
