/**
 * Compares the predicted load after a loss, possibly during other losses, with the rates of a world in which the loss
 * happens.
 */
import { listTrafficFlowsOfDomain } from '../../simulator/forwarding.ts'
import { edgeCounter, type SimulatedWorld } from '../../simulator/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { JudgedEstate } from '../estate.ts'
import type { CorrectnessJudgement } from '../judge.ts'
import {
  type ForwardingJudgeContext,
  formatClockTime,
  createCorrectnessJudgement,
  LOSS_SETTLES_MS,
  createUnknownJudgement,
} from './asked.ts'
import { listPredictableResourceLosses } from './losses.ts'
import { fetchWhatIf, worldAfter } from './what-ifs.ts'

/** Tolerance (share of the rate), because counters are read in whole seconds and points are derived from them. */
const TOLERANCE = 0.02

export async function judgePredictedLoadAnswers(asked: ForwardingJudgeContext): Promise<CorrectnessJudgement[]> {
  const judgements: CorrectnessJudgement[] = []
  for (const loss of listPredictableResourceLosses(asked.estate).filter(
    ({ what }) => what === 'path' || what === 'circuit',
  )) {
    const answer = await fetchWhatIf(asked, loss)
    const then = worldAfter(asked, loss)
    for (const { circuitId, path, direction, p95BitsPerSecond } of answer.load) {
      const key = edgeCounter(`${asked.nameOf(circuitId)}/AzurePrivatePeering/${path}`, direction)
      const truth = rateOf(asked.estate, then, asked.at + LOSS_SETTLES_MS, key, direction)
      const what = `${loss.term} at ${formatClockTime(asked.at)}: ${asked.nameOf(circuitId)} ${path} ${direction}`
      if (p95BitsPerSecond === null) {
        judgements.push(createUnknownJudgement('load', `${what}: too little was measured`))
        continue
      }
      const { atLeast, atMost } = p95BitsPerSecond
      const isRight = truth <= atMost * (1 + TOLERANCE) + 1_000
      judgements.push(
        createCorrectnessJudgement(
          'load',
          isRight,
          `${what}: ${mbps(atLeast)} to ${mbps(atMost)}, not ${mbps(truth)} Mb/s`,
        ),
      )
    }
  }
  return judgements
}

const mbps = (bits: number) => (bits / 1e6).toFixed(1)

/** Returns the rate of a counter at a moment in bit/s. Demands are constant. */
function rateOf(
  { input }: JudgedEstate,
  world: SimulatedWorld,
  at: EpochMs,
  counter: string,
  direction: 'in' | 'out',
): number {
  const demands = new Map((input.demands ?? []).map(({ name, in: inward, out }) => [name, { in: inward, out }]))
  return world.topology.domains.reduce((sum, domain) => {
    const own = listTrafficFlowsOfDomain(world.state(domain, at)).filter((flow) => flow.counter === counter)
    return own.reduce(
      (all, { demand, share }) => all + share * (demands.get(demand)?.[direction]?.mbps ?? 0) * 1e6,
      sum,
    )
  }, 0)
}
