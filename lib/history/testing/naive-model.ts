/**
 * History as the list of its polls and nothing else: every answer is computed from all of them, by the rules of
 * docs/rules/as-of.md. Slow on purpose, and without a line of the code that it checks.
 */
export interface ModelPoll {
  startedAt: number
  finishedAt: number
  outcome: 'ok' | 'incomplete' | 'timeout'
  silent: string[]
  /** value by key; keys begin with their instance and a blank, or with a blank where they belong to none */
  values: Map<string, string>
}

export interface ModelAnswer {
  value: string
  known: 'observed' | 'indeterminate' | 'unknown'
  since: [number | null, number]
}

interface Run {
  value: string | null
  /** polls that read the value, in order */
  polls: ModelPoll[]
}

/** A time in which a key had one value, by its four bounds. */
export interface ModelInterval {
  key: string
  value: string
  lastAbsent: number | null
  firstPresent: number
  lastPresent: number
  /** null = it lasts */
  firstAbsent: number | null
  /** the value directly before and after; null = absent, or nothing was read */
  previous: string | null
  following: string | null
}

/** Polls without a gap between them, all with one outcome and the same silent instances. */
export interface ModelCoverage {
  from: number
  lastStartedAt: number
  to: number
  polls: number
  outcome: ModelPoll['outcome']
  silent: string[]
  /** the interval in force when it began */
  intervalMs: number
}

const instanceOf = (key: string) => key.split(' ')[0] ?? ''
export const isReadable = (poll: Pick<ModelPoll, 'outcome' | 'silent'>) =>
  poll.outcome === 'ok' || (poll.outcome === 'incomplete' && poll.silent.length > 0)

/** A poll with silent instances reads nothing of what belongs to no instance, and one with unread rows (`*`) proves nothing absent. */
function readsAll(poll: ModelPoll, key: string): boolean {
  const instance = instanceOf(key)
  if (poll.outcome === 'ok') return true
  return isReadable(poll) && instance !== '' && !poll.silent.includes('*') && !poll.silent.includes(instance)
}

export class NaiveModel {
  readonly polls: ModelPoll[] = []
  readonly #configuredMs: number

  constructor(configuredMs: number) {
    this.#configuredMs = configuredMs
  }

  /** Whether a poll is recorded: not twice, and not when it overlaps or precedes a recorded one. */
  accept(poll: ModelPoll): boolean {
    const newest = this.polls.at(-1)
    if (newest && (poll.startedAt < newest.finishedAt || poll.finishedAt <= newest.finishedAt)) return false
    this.polls.push(poll)
    return true
  }

  keys(): string[] {
    return [...new Set(this.polls.flatMap(({ outcome, values }) => (outcome === 'timeout' ? [] : [...values.keys()])))]
  }

  /** Whether no poll saw a key at a moment. */
  unseen(key: string, moment: number): boolean {
    return !this.covered(moment) || this.silentAt(moment).includes(instanceOf(key))
  }

  /** The value at a moment; null = none. */
  at(key: string, moment: number): ModelAnswer | null {
    const present = this.presence(key, moment)
    return present && this.unseen(key, moment) ? { ...present, known: 'unknown' } : present
  }

  /** The same, whether or not the moment was covered. */
  presence(key: string, moment: number): ModelAnswer | null {
    const runs = this.runs(key)
    for (const [i, run] of runs.entries()) {
      const next = runs[i + 1]
      // before the first poll that read it absent nothing is known, but something may begin inside that poll
      const begin = run.value === null && i === 0 ? 0 : (run.polls[0]?.finishedAt ?? 0)
      const end = next?.polls[0]?.finishedAt ?? Number.POSITIVE_INFINITY
      const answer = (known: ModelAnswer['known'], of: Run, before: Run | undefined): ModelAnswer => ({
        value: of.value ?? '',
        known,
        since: [before ? this.lastReadAt(before, key) : null, of.polls[0]?.finishedAt ?? 0],
      })
      if (moment < begin || moment >= end) continue
      if (run.value !== null) {
        const sure = !next || moment <= this.lastReadAt(run, key)
        return answer(sure ? 'observed' : 'indeterminate', run, runs[i - 1])
      }
      const coming = next && moment > this.lastReadAt(run, key)
      return coming ? answer('indeterminate', next, run) : null
    }
    return null
  }

  /** Present now, by the last poll that read it. */
  now(): Map<string, string> {
    return new Map(
      this.keys().flatMap((key) => {
        const value = this.runs(key).at(-1)?.value
        return value == null ? [] : [[key, value] as const]
      }),
    )
  }

  /** Polls that read a key, grouped while they read the same. */
  runs(key: string): Run[] {
    const runs: Run[] = []
    for (const poll of this.polls) {
      const value = this.read(poll, key)
      if (value === undefined) continue
      const last = runs.at(-1)
      if (last && last.value === value) last.polls.push(poll)
      else runs.push({ value, polls: [poll] })
    }
    return runs
  }

  /** undefined = the poll did not read the key; null = it read that it is absent. */
  private read(poll: ModelPoll, key: string): string | null | undefined {
    if (poll.outcome === 'timeout') return undefined
    return poll.values.get(key) ?? (readsAll(poll, key) ? null : undefined)
  }

  /** Start of the last poll that counts as having read a run's value: its first, or a later one that read all. */
  private lastReadAt({ polls }: Run, key: string): number {
    const counting = polls.filter((poll, i) => i === 0 || readsAll(poll, key))
    return counting.at(-1)?.startedAt ?? 0
  }

  covered(moment: number): boolean {
    const readable = this.polls.filter(isReadable)
    const before = readable.findLast(({ startedAt }) => startedAt <= moment)
    const after = readable.find(({ startedAt }) => startedAt > moment)
    if (!before) return false
    if (moment <= before.finishedAt) return true
    if (!after) return moment - before.finishedAt <= this.longestStep(this.polls.length)
    return after.startedAt - before.startedAt <= this.longestStep(this.polls.indexOf(after))
  }

  silentAt(moment: number): string[] {
    const readable = this.polls.filter(isReadable)
    const before = readable.findLast(({ startedAt }) => startedAt <= moment)
    const after = readable.find(({ startedAt }) => startedAt > moment)
    const later = before && moment > before.finishedAt ? (after?.silent ?? []) : []
    return [...(before?.silent ?? []), ...later]
  }

  /** Every interval of a key, oldest first. */
  intervals(key: string): ModelInterval[] {
    const runs = this.runs(key)
    return runs.flatMap((run, i) => {
      const [before, next] = [runs[i - 1], runs[i + 1]]
      if (run.value === null) return []
      return [
        {
          key,
          value: run.value,
          lastAbsent: before ? this.lastReadAt(before, key) : null,
          firstPresent: run.polls[0]?.finishedAt ?? 0,
          lastPresent: this.lastReadAt(run, key),
          firstAbsent: next?.polls[0]?.finishedAt ?? null,
          previous: before?.value ?? null,
          following: next?.value ?? null,
        },
      ]
    })
  }

  /** Intervals of all keys that may have touched [from, to]. */
  intervalsWithin(from: number, to: number): ModelInterval[] {
    return this.keys()
      .flatMap((key) => this.intervals(key))
      .filter(({ lastAbsent, firstAbsent }) => (lastAbsent ?? from) <= to && (firstAbsent ?? to) >= from)
  }

  /** The last poll that read and began by a moment, and the next one after it. */
  around(moment: number): { before: ModelPoll | null; after: ModelPoll | null } {
    const readable = this.polls.filter(isReadable)
    return {
      before: readable.findLast(({ startedAt }) => startedAt <= moment) ?? null,
      after: readable.find(({ startedAt }) => startedAt > moment) ?? null,
    }
  }

  /** What is kept of the polls themselves, oldest first. */
  coverage(): ModelCoverage[] {
    const intervals: ModelCoverage[] = []
    for (const [i, { startedAt, finishedAt, outcome, silent }] of this.polls.entries()) {
      const last = intervals.at(-1)
      const goesOn =
        last?.outcome === outcome &&
        last.silent.join() === silent.join() &&
        startedAt - last.lastStartedAt <= this.longestStep(i) &&
        (outcome === 'timeout' || this.isAsPaced(i, last.intervalMs))
      if (last && goesOn) {
        Object.assign(last, { lastStartedAt: startedAt, to: finishedAt, polls: last.polls + 1 })
      } else {
        const [from, intervalMs] = [startedAt, this.intervalAt(i)]
        intervals.push({ from, lastStartedAt: from, to: finishedAt, polls: 1, outcome, silent, intervalMs })
      }
    }
    return intervals
  }

  /** Longest distance between two good polls that is no gap, judged by the polls before the given one. */
  longestStep(index: number): number {
    return Math.max(1.5 * this.intervalAt(index), 5_000)
  }

  /** Whether a poll is made as one that began with an interval allows: neither late nor after a longer call, the longest of 20 no shorter by a third. */
  private isAsPaced(index: number, intervalMs: number): boolean {
    const lengths = this.polls.slice(Math.max(0, index - 20), index).map((poll) => poll.finishedAt - poll.startedAt)
    const apart = (this.polls[index]?.startedAt ?? 0) - (this.polls[index - 1]?.startedAt ?? 0)
    const isAllowed = apart <= Math.max(1.5 * intervalMs, 5_000) && (lengths.at(-1) ?? 0) <= intervalMs
    return isAllowed && intervalMs <= 1.5 * Math.max(this.intervalAt(index), ...lengths)
  }

  /** The larger of the configured interval, the usual one of the last 20 and the length of the last call. */
  private intervalAt(index: number): number {
    const earlier = this.polls.slice(Math.max(0, index - 21), index)
    const steps = earlier.slice(1).map(({ startedAt }, i) => startedAt - (earlier[i]?.startedAt ?? 0))
    const last = earlier.at(-1)
    return Math.max(this.#configuredMs, median(steps), last ? last.finishedAt - last.startedAt : 0)
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return sorted.length === 0 ? 0 : ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}
