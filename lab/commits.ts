/**
 * Measures the cost of recording a poll, without the request: `npm run bench commits [--estates=60] [--rounds=6]
 * [--widths=16]`.
 * Each round claims and commits all polls of each estate: unchanged polls one by one, unchanged polls together, and
 * polls with changes. If several widths are given, only unchanged polls are committed, with that number at the same
 * time. CPU time includes this process and Postgres, but excludes the claims.
 */
import { parseArgs } from 'node:util'
import type { PollObservation } from '#lib/contract/index.ts'
import type { PollLease } from '#lib/platform/leases/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { commitPoll } from '#lib/poller/commit/commit-poll.ts'
import { PollCommits } from '#lib/poller/commit/poll-commits.ts'
import {
  makeDueAndLeasePolls,
  newEstate,
  buildObservation,
  createPollOfEveryKind,
  createPollResult,
  schedulePolls,
  type PollContentVariant,
} from './commits/estate.ts'
import { runWithBenchPostgresServer } from './history/server.ts'
import { postgresCpu } from './history/postgres-cpu.ts'

const { values } = parseArgs({
  options: {
    estates: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '6' },
    // number of polls committed at the same time; 16 is about the number of connections
    widths: { type: 'string', default: '16' },
  },
})
const [estates, rounds] = [Number(values.estates), Number(values.rounds)]
const widths = values.widths.split(',').map(Number)
const print = (line: string) => process.stdout.write(`${line}\n`)

await runWithBenchPostgresServer(async (open, postmaster) => {
  const db = await open()
  const polls = Array.from({ length: estates }, (_, i) => createPollOfEveryKind(`estate-${i}`)).flat()
  const ids = await schedulePolls(db, polls)
  const estate = newEstate()
  const commits = new PollCommits(db, createComponentLogger('bench'))
  const alone = (own: PollLease, observation: PollObservation) =>
    commitPoll(db, createPollResult(own, observation, estate))
  const gathered = (own: PollLease, observation: PollObservation) =>
    commits.commit(createPollResult(own, observation, estate))
  let round = 0
  const play = async (commit: typeof alone, variant: PollContentVariant, width: number) => {
    const leases = await makeDueAndLeasePolls(db, ids, polls)
    const work = polls.map((poll, i) => ({ own: leases[i], observation: buildObservation(poll, round, variant) }))
    round += 1
    const [node, postgres] = [process.cpuUsage(), postgresCpu(postmaster)]
    for (let at = 0; at < work.length; at += width) {
      await Promise.all(
        work.slice(at, at + width).map(({ own, observation }) => (own ? commit(own, observation) : null)),
      )
    }
    const used = process.cpuUsage(node)
    const figure = { node: (used.user + used.system) / 1e3, postgres: 1e3 * (postgresCpu(postmaster) - postgres) }
    await commits.idle()
    return figure
  }
  // the first poll of each source is recorded as a change, so the first rounds are not measured
  for (let i = 0; i < 2; i++) await play(gathered, 'same', 16)
  const [width = 16] = widths
  const kinds = [
    ['changing nothing, one by one', alone, 'same', width],
    ['changing something          ', alone, 'changed', width],
    ['                            ', gathered, 'same', width],
    ['changing nothing, together  ', gathered, 'same', width],
  ] as const
  const together = widths.map((at) => [`changing nothing, ${at} at once`, gathered, 'same', at] as const)
  for (const [name, commit, variant, at] of widths.length > 1 ? together : kinds) {
    const sum = { node: 0, postgres: 0 }
    for (let i = 0; i < rounds; i++) {
      const { node, postgres } = await play(commit, variant, at)
      sum.node += node
      sum.postgres += postgres
    }
    const each = (ms: number) => (ms / (rounds * polls.length)).toFixed(2)
    if (name.trim() !== '') print(`${name}: ${each(sum.node)} ms of CPU in Node, ${each(sum.postgres)} ms in Postgres`)
  }
})
