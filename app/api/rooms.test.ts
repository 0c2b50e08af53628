import { describe, expect, it } from 'vitest'
import * as rooms from '#lib/capabilities.ts'
import { compilePathPattern } from '#lib/contract/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { type FeatureCapability, type JobContext, mergeFeatureCapabilities } from '#lib/questions/index.ts'
import { createApiPathDispatcher, createPathHandlers, API_PATH_PREFIX } from './_http/dispatch.ts'

const ALL: Readonly<Record<string, FeatureCapability>> = rooms
const without = (name: string) =>
  mergeFeatureCapabilities(Object.entries(ALL).flatMap(([room, one]) => (room === name ? [] : one)))
const whole = mergeFeatureCapabilities(Object.values(ALL))

/** Context for job names and intervals. The database and other members are not needed for them. */
const context = {
  settings: {
    azure: { retailPricesUrl: null, isPublicCloud: true },
    alerting: { proofEveryMs: 600_000, heartbeatUrl: null, heartbeatEveryMs: 300_000 },
  },
  clock: databaseClock,
} as unknown as JobContext

describe.each(Object.keys(ALL))('a product without the room %s', (name) => {
  const left = without(name)
  const taken = ALL[name] as FeatureCapability

  it('answers nothing of it, and each path of the others', async () => {
    const answer = createApiPathDispatcher(API_PATH_PREFIX, createPathHandlers(left))
    // leave out a path if another room (feature folder of lib) has a path that would accept the name as an ID
    const paths = (of: typeof taken) => [
      ...Object.values(of.endpoints).map(({ path }) => ({ path, method: 'GET' })),
      ...Object.values(of.commands),
    ]
    const stays = paths(left).map(({ path }) => compilePathPattern(path))
    const gone = paths(taken).filter(({ path }) => !stays.some((pattern) => pattern.test(path)))
    expect(gone.length).toBeGreaterThan(0)
    for (const { path, method } of gone) {
      const { status } = await answer(new Request(`http://127.0.0.1${API_PATH_PREFIX}${path}`, { method }))
      expect(status, path).toBe(404)
    }
    expect(Object.keys(left.answers)).toHaveLength(
      Object.keys(whole.answers).length - Object.keys(taken.answers).length,
    )
    expect(Object.keys(left.work)).toHaveLength(Object.keys(whole.work).length - Object.keys(taken.work).length)
  })

  it('runs its jobs no more, and those of the others', async () => {
    const namesOf = async ({ jobs }: FeatureCapability) => (await jobs())(context).map((job) => job.name)
    const own = await namesOf(taken)
    expect(await namesOf(left)).toEqual((await namesOf(whole)).filter((job) => !own.includes(job)))
  })

  it('has no command without its work, and no answer without its endpoint', () => {
    expect(Object.keys(left.work).toSorted()).toEqual(Object.keys(left.commands).toSorted())
    expect(Object.keys(left.answers).toSorted()).toEqual(Object.keys(left.endpoints).toSorted())
  })
})
