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
  // sorted by `isBefore`, the latest first; a large estate has thousands of heads
  const heads: Head[] = []
  const byTrack = new Map<PastPollTrack, Head>()
  const goOn = async (steps: AsyncGenerator<PollTrackStep>) => {
    const next = await steps.next()
    if (next.done) return
    let [low, high] = [0, heads.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = heads[middle]
      if (other && isBefore(next.value, other.step)) low = middle + 1
      else high = middle
    }
    const head = { steps, step: next.value }
    heads.splice(low, 0, head)
    byTrack.set(head.step.track, head)
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
  const byGroup = Map.groupBy(tracks, ({ group }) => group)
  for (const { steps } of lanes) await goOn(steps)
  for (;;) {
    const earliest = heads.pop()
    if (!earliest) return
    const { track: own } = earliest.step
    if (earliest.step.type === 'record') {
      const at = endOfLastPoll(earliest.step)
      const folded = own.group === null ? tracks : (byGroup.get(own.group) ?? [])
      const behind = folded.filter((track) => track !== own && isBehind(track, at))
      for (const step of caughtUp(byTrack, behind, at, asking)) yield write(step)
    }
    byTrack.delete(own)
    yield write(earliest.step)
    await goOn(earliest.steps)
  }
}

/**
 * Yields the polls that the given tracks finished by `at`. If the next step of a lane contains such polls, they are
 * removed from that step.
 * @param heads lanes by the track of their next step
 */
function* caughtUp(
  heads: ReadonlyMap<PastPollTrack, Head>,
  behind: readonly PastPollTrack[],
  at: EpochMs,
  asking: PastPollSelection,
): Generator<UnwrittenPollStep> {
  for (const track of behind) {
    const head = heads.get(track)
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
