/**
 * Compares the predicted load after a loss, possibly during other losses, with the rates of a world in which the loss
 * happens.
 */
import { flowsOf } from '../../simulator/forwarding.ts'
import { edgeCounter, type World } from '../../simulator/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Estate } from '../estate.ts'
import type { Judgement } from '../judge.ts'
import { type JudgeQuery, clock, judgement, LOSS_SETTLES_MS, unknown } from './asked.ts'
import { lossesIn } from './losses.ts'
import { fetchWhatIf, worldAfter } from './what-ifs.ts'

/** Tolerance (share of the rate), because counters are read in whole seconds and points are derived from them. */
const TOLERANCE = 0.02

export async function judgeLoads(asked: JudgeQuery): Promise<Judgement[]> {
  const judgements: Judgement[] = []
  for (const loss of lossesIn(asked.estate).filter(({ what }) => what === 'path' || what === 'circuit')) {
    const answer = await fetchWhatIf(asked, loss)
    const then = worldAfter(asked, loss)
    for (const { circuitId, path, direction, p95BitsPerSecond } of answer.load) {
      const key = edgeCounter(`${asked.nameOf(circuitId)}/AzurePrivatePeering/${path}`, direction)
      const truth = rateOf(asked.estate, then, asked.at + LOSS_SETTLES_MS, key, direction)
      const what = `${loss.term} at ${clock(asked.at)}: ${asked.nameOf(circuitId)} ${path} ${direction}`
      if (p95BitsPerSecond === null) {
        judgements.push(unknown('load', `${what}: too little was measured`))
        continue
      }
      const { atLeast, atMost } = p95BitsPerSecond
      const isRight = truth <= atMost * (1 + TOLERANCE) + 1_000
      judgements.push(
        judgement('load', isRight, `${what}: ${mbps(atLeast)} to ${mbps(atMost)}, not ${mbps(truth)} Mb/s`),
      )
    }
  }
  return judgements
}

const mbps = (bits: number) => (bits / 1e6).toFixed(1)

/** Returns the rate of a counter at a moment in bit/s. Demands are constant. */
function rateOf({ input }: Estate, world: World, at: EpochMs, counter: string, direction: 'in' | 'out'): number {
  const demands = new Map((input.demands ?? []).map(({ name, in: inward, out }) => [name, { in: inward, out }]))
  return world.topology.domains.reduce((sum, domain) => {
    const own = flowsOf(world.state(domain, at)).filter((flow) => flow.counter === counter)
    return own.reduce(
      (all, { demand, share }) => all + share * (demands.get(demand)?.[direction]?.mbps ?? 0) * 1e6,
      sum,
    )
  }, 0)
}
