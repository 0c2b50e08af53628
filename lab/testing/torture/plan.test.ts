import fc from 'fast-check'
import { expect, it } from 'vitest'
import { faultKinds, planRound, tortureTestProcessNames, SHORT_TORTURE_ROUND_OPTIONS } from './plan.ts'

const possible = {
  kinds: faultKinds,
  processes: tortureTestProcessNames,
  circuits: 4,
  subscriptions: 2,
  restores: true,
  lengthMs: 20_000,
}

it('a round follows from its seed, and all that begins in it ends in it', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1_000, max: 60_000 }), (seed, lengthMs) => {
      const round = planRound(seed, { ...possible, lengthMs })
      expect(planRound(seed, { ...possible, lengthMs })).toEqual(round)
      for (const one of [...round.faults, ...round.losses]) {
        expect(one.at).toBeGreaterThanOrEqual(0)
        expect(one.at + ('lasts' in one ? one.lasts : 0)).toBeLessThanOrEqual(lengthMs)
      }
      expect(round.losses.every(({ of }) => of < 2)).toBe(true)
    }),
  )
})

it('two hundred rounds have every fault of every process, each a partition, and all of them', () => {
  const rounds = Array.from({ length: 200 }, (_, seed) => planRound(seed + 1, possible))
  const faults = rounds.flatMap((round) => round.faults)
  const met = new Set(faults.map((fault) => ('process' in fault ? `${fault.kind} ${fault.process}` : fault.kind)))
  const [killed, frozen] = ['kill', 'freeze'].map((kind) => tortureTestProcessNames.map((name) => `${kind} ${name}`))
  const others = faultKinds.filter((kind) => !['kill', 'freeze', 'clock', 'memory'].includes(kind))
  const ofTwo = ['clock', 'memory'].flatMap((kind) => [`${kind} worker`, `${kind} web`])
  expect([...met].toSorted()).toEqual([...(killed ?? []), ...(frozen ?? []), ...ofTwo, ...others].toSorted())
  const cuts = rounds.map((round) => round.faults.filter((fault) => fault.kind === 'partition'))
  expect(cuts.every((some) => some.length > 0)).toBe(true)
  const drawn = cuts.flat().map(({ between, direction, flapsMs }) => `${between.join('|')} ${direction} ${flapsMs}`)
  // five pairs, three directions, steady and flapping
  expect(new Set(drawn).size).toBe(30)
})

it('the round of npm test kills every process, freezes the worker, fails Azure, and needs no backup', () => {
  const { seed, rounds, seconds, faults: asked } = SHORT_TORTURE_ROUND_OPTIONS
  const ofOneServer = {
    ...possible,
    kinds: faultKinds.filter((kind) => asked.split(',').includes(kind)),
    lengthMs: seconds * 1_000,
  }
  const played = Array.from({ length: rounds }, (_, n) => planRound(seed + n, ofOneServer))
  const faults = played.flatMap((round) =>
    round.faults.map((fault) => ('process' in fault ? `${fault.kind} ${fault.process}` : fault.kind)),
  )
  expect(new Set(faults)).toEqual(
    new Set([...tortureTestProcessNames.map((name) => `kill ${name}`), 'freeze worker', 'arm']),
  )
  expect(played.every(({ losses, restoresBackupOf }) => losses.length > 0 && restoresBackupOf === null)).toBe(true)
})
