/**
 * History as a list of polls and nothing else: every answer is worked out anew from all of them, by the words of
 * docs/rules/as-of.md. Slow on purpose, and without a line of what it checks.
 */
export interface ModelPoll {
  startedAt: number
  finishedAt: number
  outcome: 'ok' | 'incomplete' | 'timeout'
  silent: string[]
  /** value by key; keys begin with their instance and a blank */
  values: Map<string, string>
}

export interface ModelAnswer {
  value: string
  known: 'observed' | 'indeterminate' | 'unknown'
  since: [number | null, number]
}

interface Run {
  value: string | null
  /** polls that told the value, in order */
  polls: ModelPoll[]
}

const instanceOf = (key: string) => key.split(' ')[0] ?? ''
const isReadable = (poll: ModelPoll) =>
  poll.outcome === 'ok' || (poll.outcome === 'incomplete' && poll.silent.length > 0)
const readsAll = (poll: ModelPoll, key: string) => isReadable(poll) && !poll.silent.includes(instanceOf(key))

export class NaiveModel {
  readonly polls: ModelPoll[] = []
  readonly #configuredMs: number

  constructor(configuredMs: number) {
    this.#configuredMs = configuredMs
  }

  /** Whether a poll is taken in: not twice, and not when it overlaps or precedes one that is in. */
  accept(poll: ModelPoll): boolean {
    const newest = this.polls.at(-1)
    if (newest && (poll.startedAt < newest.finishedAt || poll.finishedAt <= newest.finishedAt)) return false
    this.polls.push(poll)
    return true
  }

  keys(): string[] {
    return [...new Set(this.polls.flatMap(({ outcome, values }) => (outcome === 'timeout' ? [] : [...values.keys()])))]
  }

  /** Whether nobody saw, at a moment, what was so of a key. */
  unseen(key: string, moment: number): boolean {
    return !this.covered(moment) || this.silentAt(moment).includes(instanceOf(key))
  }

  /** What was so at a moment; null = nothing. */
  at(key: string, moment: number): ModelAnswer | null {
    const unseen = this.unseen(key, moment)
    const runs = this.runs(key)
    for (const [i, run] of runs.entries()) {
      const next = runs[i + 1]
      // before the first poll that read it absent nothing is known, but something may begin inside that poll
      const begin = run.value === null && i === 0 ? 0 : (run.polls[0]?.finishedAt ?? 0)
      const end = next?.polls[0]?.finishedAt ?? Number.POSITIVE_INFINITY
      const answer = (known: ModelAnswer['known'], of: Run, before: Run | undefined): ModelAnswer => ({
        value: of.value ?? '',
        known: unseen ? 'unknown' : known,
        since: [before ? this.lastToldAt(before, key) : null, of.polls[0]?.finishedAt ?? 0],
      })
      if (moment < begin || moment >= end) continue
      if (run.value !== null) {
        const sure = !next || moment <= this.lastToldAt(run, key)
        return answer(sure ? 'observed' : 'indeterminate', run, runs[i - 1])
      }
      const coming = next && moment > this.lastToldAt(run, key)
      return coming ? answer('indeterminate', next, run) : null
    }
    return null
  }

  /** Present now, as the last poll that told it said. */
  now(): Map<string, string> {
    return new Map(
      this.keys().flatMap((key) => {
        const value = this.runs(key).at(-1)?.value
        return value == null ? [] : [[key, value] as const]
      }),
    )
  }

  /** Polls that told of a key, put together while they told the same. */
  runs(key: string): Run[] {
    const runs: Run[] = []
    for (const poll of this.polls) {
      const value = this.told(poll, key)
      if (value === undefined) continue
      const last = runs.at(-1)
      if (last && last.value === value) last.polls.push(poll)
      else runs.push({ value, polls: [poll] })
    }
    return runs
  }

  /** undefined = the poll tells nothing of the key; null = that it is absent. */
  private told(poll: ModelPoll, key: string): string | null | undefined {
    if (poll.outcome === 'timeout') return undefined
    return poll.values.get(key) ?? (readsAll(poll, key) ? null : undefined)
  }

  /** Start of the last poll that counts as having told a run's value: its first, or a later one that read all. */
  private lastToldAt({ polls }: Run, key: string): number {
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

  private silentAt(moment: number): string[] {
    const readable = this.polls.filter(isReadable)
    const before = readable.findLast(({ startedAt }) => startedAt <= moment)
    const after = readable.find(({ startedAt }) => startedAt > moment)
    const later = before && moment > before.finishedAt ? (after?.silent ?? []) : []
    return [...(before?.silent ?? []), ...later]
  }

  /** Longest distance between two good polls that is no gap, judged by the polls before the given one. */
  private longestStep(index: number): number {
    const earlier = this.polls.slice(Math.max(0, index - 21), index)
    const steps = earlier.slice(1).map(({ startedAt }, i) => startedAt - (earlier[i]?.startedAt ?? 0))
    steps.sort((a, b) => a - b)
    const middle = steps.length / 2
    const usual =
      steps.length === 0
        ? 0
        : Number.isInteger(middle)
          ? ((steps[middle - 1] ?? 0) + (steps[middle] ?? 0)) / 2
          : (steps[Math.floor(middle)] ?? 0)
    const last = earlier.at(-1)
    return Math.max(1.5 * Math.max(this.#configuredMs, usual, last ? last.finishedAt - last.startedAt : 0), 5_000)
  }
}
