import { AS_SHIPPED, type BesideReads } from '#lib/poller/index.ts'
import type { World } from '#lib/simulator/index.ts'
import { declaredIn } from './declared.ts'
import type { CorpusScenario } from './scenario.ts'
import { pastOf } from './traffic-past.ts'

/** What detection reads beside polls, as a scenario has it: a past of four weeks of traffic, and nothing else that lasts for days. */
export function besideOf(scenario: CorpusScenario, world: World): BesideReads {
  const declared = declaredIn(scenario, world.scenario)
  const past = pastOf(world)
  return {
    declared: async () => declared,
    settings: async () => AS_SHIPPED,
    trafficPast: async ({ scope, at }) => past(scope, at),
    prefixMaxima: async () => [],
    // names are unique in an estate of the corpus
    shortIdOf: (resourceId) => resourceId.split('/').slice(4).at(-1) ?? 'subscription',
  }
}
