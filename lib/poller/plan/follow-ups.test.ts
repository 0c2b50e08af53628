import { expect, it, vi } from 'vitest'
import type { PollContext } from '../poll/poll-context.ts'
import { findAdvertisedRoutePolls, findFollowUpPolls } from './follow-ups.ts'

type Answered = Parameters<typeof findFollowUpPolls>[1]

const source = { sourceId: 7, scope: 'ckt-lon', peering: 'AzurePrivatePeering', resourceId: '/ckt-lon' }
const contextOf = (message: string) => {
  const fails = () => Promise.reject(new Error(message))
  const log = { warn: vi.fn(), info: vi.fn() }
  const parts = {
    db: { pool: { query: fails } },
    estate: { groupOf: fails },
    book: { plannedId: fails, neighborsOf: () => ['10.0.4.4'] },
    clock: { now: () => 0 },
    commits: { seriesBefore: () => null },
    log,
  }
  return { context: parts as unknown as PollContext, log }
}
const answered = (kind: string) =>
  ({
    lease: { sourceId: 7 },
    source,
    observation: { kind, rows: [{}] },
    active: [{ neighbor: '10.0.4.4' }],
  }) as unknown as Answered

// a statement that Postgres ended at its time limit, and an error that is not a database failure
it.each(['canceling statement due to statement timeout', 'an inventory that nobody can read'])(
  'an answer asks for nothing where it cannot be found out what: %s',
  async (message) => {
    const { context, log } = contextOf(message)
    for (const kind of ['summary', 'peers', 'metrics'])
      expect(await findFollowUpPolls(context, answered(kind)), kind).toEqual([])
    expect(await findAdvertisedRoutePolls(context, answered('learned').source)).toEqual([])
    expect(log.warn).toHaveBeenCalledTimes(4)
  },
)
