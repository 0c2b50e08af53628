import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pollPriorities } from '#lib/contract/index.ts'
import {
  type BudgetCapacity,
  type IntervalPlan,
  computePollIntervalsWithinLimits,
  type PollIntervalDemand,
} from './index.ts'

const seconds = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const run = fc.option(
  fc.tuple(seconds(0.2, 120), seconds(1, 5)).map(([mean, tail]) => ({ mean, p95: mean * tail })),
  { freq: 6 },
)
const oneIn = (n: number) => fc.integer({ min: 1, max: n }).map((i) => i === 1)

/** A poll of a resource. Some polls are operations of the resource, and use budgets of its subscription and region. */
const anyPoll = fc.record({
  configuredSeconds: fc.constantFrom(0.5, 10, 60, 300, 3600),
  rank: fc.constantFrom(...pollPriorities),
  isNeeded: oneIn(6),
  isFlexible: fc.boolean(),
  burstSeconds: fc.option(fc.constantFrom(5, 10), { freq: 1 }),
  isOperation: fc.boolean(),
  run,
  writes: fc.integer({ min: 0, max: 3 }),
  reads: fc.integer({ min: 1, max: 20 }),
})

const anyResource = fc.record({
  subscription: fc.constantFrom('s1', 's2', 's3'),
  region: fc.constantFrom('north', 'south'),
  polls: fc.array(anyPoll, { minLength: 1, maxLength: 6 }),
})
type Resource = typeof anyResource extends fc.Arbitrary<infer T> ? T : never

const anyEstate = fc.record({
  resources: fc.array(anyResource, { minLength: 1, maxLength: 7 }),
  arm: seconds(0.02, 5),
  network: seconds(0.02, 5),
})
type Estate = typeof anyEstate extends fc.Arbitrary<infer T> ? T : never

const demandsOf = (resources: readonly Resource[]): PollIntervalDemand[] =>
  resources.flatMap(({ subscription, region, polls }, r) =>
    polls.map(({ isOperation, writes, reads, ...poll }, p) => ({
      ...poll,
      isFlexible: poll.isFlexible && poll.rank === 'tables' && !poll.isNeeded,
      burstSeconds: poll.burstSeconds !== null && poll.burstSeconds < poll.configuredSeconds ? poll.burstSeconds : null,
      key: `${r}/${p}`,
      resource: isOperation ? `r${r}` : null,
      draws: [
        { budget: `arm.writes ${subscription}`, requests: writes },
        { budget: `arm.reads ${subscription}`, requests: reads },
        { budget: `network.writes ${subscription} ${region}`, requests: writes },
      ],
    })),
  )

const capacitiesOf = ({ arm, network }: Pick<Estate, 'arm' | 'network'>, identities = 1): BudgetCapacity[] =>
  ['s1', 's2', 's3'].flatMap((subscription): BudgetCapacity[] => [
    { key: `arm.writes ${subscription}`, name: 'arm.writes', perSecond: arm * identities, identities },
    { key: `arm.reads ${subscription}`, name: 'arm.reads', perSecond: 2 * arm * identities, identities },
    ...['north', 'south'].map((region) => ({
      key: `network.writes ${subscription} ${region}`,
      name: 'network.writes' as const,
      perSecond: network,
      identities: null,
    })),
  ])

const planOf = (estate: Estate, previous?: IntervalPlan['steps']) =>
  computePollIntervalsWithinLimits(demandsOf(estate.resources), capacitiesOf(estate), previous)

const intervals = ({ polls }: IntervalPlan) => new Map([...polls].map(([key, plan]) => [key, plan.seconds]))
const at = ({ polls }: IntervalPlan, key: string) => polls.get(key)?.seconds ?? Number.NaN

/** Two independent states, of which the first gives the previous plan. */
const twoEstates = fc.tuple(anyEstate, anyEstate)

/** The same estate with different run times and budgets. */
const drifted = fc.tuple(anyEstate, seconds(0.7, 1.3)).map(([estate, factor]): [Estate, Estate] => {
  const resources = estate.resources.map((resource) => ({
    ...resource,
    polls: resource.polls.map((poll) => ({
      ...poll,
      run: poll.run && { mean: poll.run.mean * factor, p95: poll.run.p95 * factor },
    })),
  }))
  return [{ resources, arm: estate.arm * factor, network: estate.network * factor }, estate]
})

const holds = (property: fc.IRawProperty<unknown>) => fc.assert(property as fc.IProperty<unknown>, { numRuns: 80 })

describe('the plan of intervals', () => {
  it('asks no resource for more than it can run one at a time', () =>
    holds(
      fc.property(drifted, ([before, estate]) => {
        const demands = demandsOf(estate.resources)
        const plan = planOf(estate, planOf(before).steps)
        for (const [, own] of Map.groupBy(demands, ({ resource, key }) => resource ?? key)) {
          const load = own.reduce((total, poll) => total + (poll.run ? poll.run.mean / at(plan, poll.key) : 0), 0)
          expect(load).toBeLessThanOrEqual(1 + 1e-9)
        }
      }),
    ))

  it('asks no budget for more than it allows', () =>
    holds(
      fc.property(drifted, ([before, estate]) => {
        const demands = demandsOf(estate.resources).map((poll) => ({ ...poll, burstSeconds: null }))
        const capacities = capacitiesOf(estate)
        const plan = computePollIntervalsWithinLimits(demands, capacities, planOf(before).steps)
        for (const { key, perSecond } of capacities) {
          const load = demands.reduce((total, poll) => {
            const drawn = poll.draws.reduce((sum, { budget, requests }) => sum + (budget === key ? requests : 0), 0)
            return total + drawn / at(plan, poll.key)
          }, 0)
          expect(load).toBeLessThanOrEqual(perSecond * (1 + 1e-9))
        }
      }),
    ))

  it('is never shorter than configured, and longer for a reason that it names', () =>
    holds(
      fc.property(twoEstates, ([before, estate]) => {
        const plan = planOf(estate, planOf(before).steps)
        for (const poll of demandsOf(estate.resources)) {
          const own = plan.polls.get(poll.key)
          expect(own?.seconds).toBeGreaterThanOrEqual(poll.configuredSeconds)
          expect(own?.limitedBy === null).toBe(own?.seconds === poll.configuredSeconds)
          expect(own?.budget !== null).toBe(own?.limitedBy === 'budget')
          expect(own?.floorSeconds).toBe(poll.run && (own?.seconds ?? 0) + poll.run.p95)
        }
      }),
    ))

  it('lengthens sessions last: tables are read at 4 times their interval by then, and not more seldom while that is enough', () =>
    holds(
      fc.property(anyEstate, (estate) => {
        const resources = estate.resources.map((resource) => ({
          ...resource,
          polls: resource.polls.map((poll) => ({ ...poll, isNeeded: false })),
        }))
        // a single limit for all polls, so that it alone explains the intervals
        const demands = demandsOf(resources).map((poll) => ({
          ...poll,
          run: null,
          burstSeconds: null,
          draws: [{ budget: 'one', requests: 1 }],
        }))
        const plan = computePollIntervalsWithinLimits(demands, [
          { key: 'one', name: 'arm.reads', perSecond: estate.arm / 10, identities: 1 },
        ])
        expect(plan.polls.size).toBe(demands.length)
        const times = (poll: PollIntervalDemand) => at(plan, poll.key) / poll.configuredSeconds
        const of = (rank: string) => demands.filter((poll) => poll.rank === rank && !poll.isFlexible).map(times)
        const [tables, sessions] = [of('tables'), of('sessions')]
        if (sessions.some((n) => n > 1)) for (const n of tables) expect(n).toBeGreaterThanOrEqual(4)
        if (tables.some((n) => n > 4)) for (const n of sessions) expect(n).toBeGreaterThanOrEqual(4)
      }),
    ))

  it('lengthens what an open incident needs after everything else', () =>
    holds(
      fc.property(anyEstate, (estate) => {
        const plan = planOf(estate)
        const capacities = capacitiesOf(estate)
        const demands = demandsOf(estate.resources)
        for (const needed of demands.filter(({ isNeeded }) => isNeeded)) {
          const { limitedBy, budget, seconds: planned } = plan.polls.get(needed.key) ?? {}
          if (limitedBy !== 'budget' || planned === needed.configuredSeconds) continue
          expect(capacities.map(({ key }) => key)).toContain(budget)
          const beside = demands.filter(
            ({ isNeeded, draws }) => !isNeeded && draws.some((draw) => draw.budget === budget),
          )
          for (const poll of beside) expect(at(plan, poll.key)).toBeGreaterThanOrEqual(32 * poll.configuredSeconds)
        }
      }),
    ))

  it('is fair: a subscription is planned as if there were no other, and polls of one rank share a budget alike', () =>
    holds(
      fc.property(anyEstate, (estate) => {
        const plan = planOf(estate)
        const keyed = estate.resources.map((resource, r) => ({ resource, r }))
        for (const [, own] of Map.groupBy(keyed, ({ resource }) => resource.subscription)) {
          const alone = planOf({ ...estate, resources: own.map(({ resource }) => resource) })
          for (const [i, { resource, r }] of own.entries())
            for (const p of resource.polls.keys()) expect(at(alone, `${i}/${p}`)).toBe(at(plan, `${r}/${p}`))
        }
        const demands = demandsOf(estate.resources)
        const limited = demands.filter(({ key }) => plan.polls.get(key)?.limitedBy === 'budget')
        for (const [, alike] of Map.groupBy(limited, (poll) =>
          JSON.stringify([
            plan.polls.get(poll.key)?.budget,
            poll.rank,
            poll.isNeeded,
            poll.isFlexible,
            poll.configuredSeconds,
          ]),
        ))
          expect(new Set(alike.map(({ key }) => at(plan, key))).size).toBe(1)
      }),
    ))

  it('lengthens flexible polls first, and then no other poll more than without them', () =>
    holds(
      fc.property(anyEstate, (estate) => {
        const plan = planOf(estate)
        const demands = demandsOf(estate.resources)
        const plain = computePollIntervalsWithinLimits(
          demands.map((poll) => ({ ...poll, isFlexible: false })),
          capacitiesOf(estate),
        )
        for (const { key } of demands.filter(({ isFlexible }) => !isFlexible)) {
          expect(at(plan, key)).toBeLessThanOrEqual(at(plain, key))
        }
      }),
    ))

  it('counts what is polled faster as often as its resource can run it', () => {
    const poll = (n: number, burstSeconds: number | null): PollIntervalDemand => ({
      key: `${n}`,
      configuredSeconds: 300,
      rank: 'tables',
      isNeeded: false,
      burstSeconds,
      resource: n < 12 ? 'circuit' : null,
      run: { mean: 20, p95: 30 },
      draws: [{ budget: 'one', requests: 1 }],
    })
    // twelve operations of 20 s run one at a time, so they use one request per 20 s and not twelve per 10 s
    const demands = [...Array.from({ length: 12 }, (_, n) => poll(n, 10)), poll(12, null)]
    const capacity = { key: 'one', name: 'arm.writes' as const, perSecond: 0.1, identities: 1 }
    expect(at(computePollIntervalsWithinLimits(demands, [capacity]), '12')).toBe(300)
    expect(at(computePollIntervalsWithinLimits(demands, [{ ...capacity, perSecond: 0.05 }]), '12')).toBeGreaterThan(300)
  })

  it('lengthens nothing for more of a budget or for one identity more', () =>
    holds(
      fc.property(twoEstates, seconds(1, 4), ([before, estate], factor) => {
        const { steps } = planOf(before)
        const demands = demandsOf(estate.resources)
        const plan = computePollIntervalsWithinLimits(demands, capacitiesOf(estate), steps)
        const richer = [
          computePollIntervalsWithinLimits(demands, capacitiesOf({ ...estate, arm: estate.arm * factor }), steps),
          computePollIntervalsWithinLimits(
            demands,
            capacitiesOf({ ...estate, network: estate.network * factor }),
            steps,
          ),
          computePollIntervalsWithinLimits(demands, capacitiesOf(estate, 2), steps),
        ]
        for (const other of richer)
          for (const { key } of demands) expect(at(other, key)).toBeLessThanOrEqual(at(plan, key))
      }),
    ))

  it('shortens nothing when resources are added', () =>
    holds(
      fc.property(twoEstates, fc.array(anyResource, { maxLength: 4 }), ([before, estate], more) => {
        const { steps } = planOf(before)
        const plan = planOf(estate, steps)
        const larger = planOf({ ...estate, resources: [...estate.resources, ...more] }, steps)
        for (const [key, { seconds: planned }] of plan.polls) expect(at(larger, key)).toBeGreaterThanOrEqual(planned)
      }),
    ))

  it('stays as it is: planned again, and while measurements differ by a few percent', () =>
    holds(
      fc.property(
        twoEstates,
        fc.array(fc.array(seconds(0.95, 1.05), { minLength: 42, maxLength: 42 }), { minLength: 1, maxLength: 5 }),
        ([before, estate], noises) => {
          const again = planOf(estate, planOf(estate, planOf(before).steps).steps)
          expect(intervals(planOf(estate, again.steps))).toEqual(intervals(again))
          let plan = planOf(estate)
          const planned = intervals(plan)
          for (const noise of noises) {
            const noisy = demandsOf(estate.resources).map((poll, i) => {
              const factor = noise[i] ?? 1
              return { ...poll, run: poll.run && { mean: poll.run.mean * factor, p95: poll.run.p95 * factor } }
            })
            plan = computePollIntervalsWithinLimits(noisy, capacitiesOf(estate), plan.steps)
            expect(intervals(plan)).toEqual(planned)
          }
        },
      ),
    ))

  it('is the same in whatever order polls and budgets are given', () =>
    holds(
      fc.property(anyEstate, fc.infiniteStream(fc.nat()), (estate, random) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((item) => ({ item, by: random.next().value as number }))
            .sort((a, b) => a.by - b.by)
            .map(({ item }) => item)
        const [demands, capacities] = [demandsOf(estate.resources), capacitiesOf(estate)]
        const plan = computePollIntervalsWithinLimits(demands, capacities)
        const other = computePollIntervalsWithinLimits(shuffled(demands), shuffled(capacities))
        for (const [key, own] of plan.polls) expect(other.polls.get(key)).toEqual(own)
        expect(new Map([...other.steps].sort())).toEqual(new Map([...plan.steps].sort()))
      }),
    ))

  it('offers as help only what shortens the interval, and a second identity only against ARM’s budgets', () =>
    holds(
      fc.property(anyEstate, (estate) => {
        const plan = planOf(estate)
        expect(plan.polls.size).toBe(demandsOf(estate.resources).length)
        for (const { seconds: planned, limitedBy, budget, help } of plan.polls.values()) {
          const { withIdentitySeconds, withLonger } = help
          for (const offered of [withIdentitySeconds, withLonger?.seconds])
            if (offered != null) expect(offered).toBeLessThan(planned)
          if (withIdentitySeconds !== null) expect([limitedBy, budget?.split('.')[0]]).toEqual(['budget', 'arm'])
        }
      }),
    ))
})
