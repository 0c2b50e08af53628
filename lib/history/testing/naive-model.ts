/**
 * A poll of the model. The model of history is only the list of its polls: every answer is computed from all of them,
 * by the rules of docs/rules/as-of.md. It is deliberately slow and shares no code with the tested implementation.
 */
export interface ModelPoll {
  startedAt: number
  finishedAt: number
  outcome: 'ok' | 'incomplete' | 'timeout'
  silent: string[]
  /** value by key; keys begin with their instance and a blank, or with a blank if they belong to no instance */
  values: Map<string, string>
}

export interface ModelStateAtMoment {
  value: string
  known: 'observed' | 'indeterminate' | 'unknown'
  since: [number | null, number]
}

interface Run {
  value: string | null
  /** polls that read the value, in order */
  polls: ModelPoll[]
}

/** A period in which a key had one value, by its four bounds. */
export interface ModelInterval {
  key: string
  value: string
  lastAbsent: number | null
  firstPresent: number
  lastPresent: number
  /** null = ongoing */
  firstAbsent: number | null
  /** the values directly before and after; null = absent, or not read */
  previous: string | null
  following: string | null
}

/** Polls without a gap between them, with the same outcome and the same silent instances. */
export interface ModelPollCoverage {
  from: number
  lastStartedAt: number
  to: number
  polls: number
  outcome: ModelPoll['outcome']
  silent: string[]
  /** poll interval at the begin of the coverage */
  intervalMs: number
}

const instanceOf = (key: string) => key.split(' ')[0] ?? ''
export const hasModelPollReadRows = (poll: Pick<ModelPoll, 'outcome' | 'silent'>) =>
  poll.outcome === 'ok' || (poll.outcome === 'incomplete' && poll.silent.length > 0)

/**
 * Reports whether a poll reads the presence and absence of a key. A poll with silent instances does not read keys
 * without an instance, and a poll with unread rows (`*`) proves no absence.
 */
function readsAll(poll: ModelPoll, key: string): boolean {
  const instance = instanceOf(key)
  if (poll.outcome === 'ok') return true
  return hasModelPollReadRows(poll) && instance !== '' && !poll.silent.includes('*') && !poll.silent.includes(instance)
}

export class ReferenceHistoryModel {
  readonly polls: ModelPoll[] = []
  readonly #configuredMs: number

  constructor(configuredMs: number) {
    this.#configuredMs = configuredMs
  }

  /**
   * Records a poll and reports whether it was accepted. Repeated polls, and polls that overlap or precede a recorded
   * one, are rejected.
   */
  accept(poll: ModelPoll): boolean {
    const newest = this.polls.at(-1)
    if (newest && (poll.startedAt < newest.finishedAt || poll.finishedAt <= newest.finishedAt)) return false
    this.polls.push(poll)
    return true
  }

  keys(): string[] {
    return [...new Set(this.polls.flatMap(({ outcome, values }) => (outcome === 'timeout' ? [] : [...values.keys()])))]
  }

  /** Reports whether no poll saw a key at a moment. */
  unseen(key: string, moment: number): boolean {
    return !this.covered(moment) || this.silentAt(moment).includes(instanceOf(key))
  }

  /** Returns the value at a moment; null = absent. */
  at(key: string, moment: number): ModelStateAtMoment | null {
    const present = this.presence(key, moment)
    return present && this.unseen(key, moment) ? { ...present, known: 'unknown' } : present
  }

  /** Returns the same, without checking coverage. */
  presence(key: string, moment: number): ModelStateAtMoment | null {
    const runs = this.runs(key)
    for (const [i, run] of runs.entries()) {
      const next = runs[i + 1]
      // the state before the first poll that read it as absent is unknown, but the key may appear within that poll
      const begin = run.value === null && i === 0 ? 0 : (run.polls[0]?.finishedAt ?? 0)
      const end = next?.polls[0]?.finishedAt ?? Number.POSITIVE_INFINITY
      const answer = (known: ModelStateAtMoment['known'], of: Run, before: Run | undefined): ModelStateAtMoment => ({
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

  /** Returns the keys that are present now, by the last poll that read them. */
  now(): Map<string, string> {
    return new Map(
      this.keys().flatMap((key) => {
        const value = this.runs(key).at(-1)?.value
        return value == null ? [] : [[key, value] as const]
      }),
    )
  }

  /** Returns the polls that read a key, grouped while they read the same value. */
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

  /** undefined = the poll did not read the key; null = it read the key as absent */
  private read(poll: ModelPoll, key: string): string | null | undefined {
    if (poll.outcome === 'timeout') return undefined
    return poll.values.get(key) ?? (readsAll(poll, key) ? null : undefined)
  }

  /**
   * Returns the start of the last poll that counts as having read a run's value: its first poll, or a later poll that
   * read all rows.
   */
  private lastReadAt({ polls }: Run, key: string): number {
    const counting = polls.filter((poll, i) => i === 0 || readsAll(poll, key))
    return counting.at(-1)?.startedAt ?? 0
  }

  covered(moment: number): boolean {
    const readable = this.polls.filter(hasModelPollReadRows)
    const before = readable.findLast(({ startedAt }) => startedAt <= moment)
    const after = readable.find(({ startedAt }) => startedAt > moment)
    if (!before) return false
    if (moment <= before.finishedAt) return true
    if (!after) return moment - before.finishedAt <= this.longestStep(this.polls.length)
    return after.startedAt - before.startedAt <= this.longestStep(this.polls.indexOf(after))
  }

  silentAt(moment: number): string[] {
    const readable = this.polls.filter(hasModelPollReadRows)
    const before = readable.findLast(({ startedAt }) => startedAt <= moment)
    const after = readable.find(({ startedAt }) => startedAt > moment)
    const later = before && moment > before.finishedAt ? (after?.silent ?? []) : []
    return [...(before?.silent ?? []), ...later]
  }

  /** Returns every interval of a key, oldest first. */
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

  /** Returns intervals of all keys that may overlap [from, to]. */
  intervalsWithin(from: number, to: number): ModelInterval[] {
    return this.keys()
      .flatMap((key) => this.intervals(key))
      .filter(({ lastAbsent, firstAbsent }) => (lastAbsent ?? from) <= to && (firstAbsent ?? to) >= from)
  }

  /** Returns the last readable poll that began by a moment, and the next one after it. */
  around(moment: number): { before: ModelPoll | null; after: ModelPoll | null } {
    const readable = this.polls.filter(hasModelPollReadRows)
    return {
      before: readable.findLast(({ startedAt }) => startedAt <= moment) ?? null,
      after: readable.find(({ startedAt }) => startedAt > moment) ?? null,
    }
  }

  /** Returns the stored coverage of the polls, oldest first. */
  coverage(): ModelPollCoverage[] {
    const intervals: ModelPollCoverage[] = []
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

  /** Returns the maximum time between two successful polls without a gap, by the polls before the given one. */
  longestStep(index: number): number {
    return Math.max(1.5 * this.intervalAt(index), 5_000)
  }

  /**
   * Reports whether a poll can extend a coverage interval that began with this poll interval: the poll is not late, the
   * call before it was not longer, and the poll interval is at most 1.5 times the current one or the longest of the
   * last 20 calls.
   */
  private isAsPaced(index: number, intervalMs: number): boolean {
    const lengths = this.polls.slice(Math.max(0, index - 20), index).map((poll) => poll.finishedAt - poll.startedAt)
    const apart = (this.polls[index]?.startedAt ?? 0) - (this.polls[index - 1]?.startedAt ?? 0)
    const isAllowed = apart <= Math.max(1.5 * intervalMs, 5_000) && (lengths.at(-1) ?? 0) <= intervalMs
    return isAllowed && intervalMs <= 1.5 * Math.max(this.intervalAt(index), ...lengths)
  }

  /**
   * Returns the maximum of the configured interval, the usual interval of the last 20 polls and the duration of the
   * last call.
   */
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
