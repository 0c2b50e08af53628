import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { MAX_DAYS_SINCE_DRILL } from '#lib/contract/index.ts'
import { hindranceKinds } from '../../api/index.ts'
import { type CircuitFacts, type PostureFacts, countInvisibleConnections } from './posture-facts.ts'
import {
  createFailedResult,
  type CheckResult,
  joinNames,
  buildCheckResult,
  createPassedResult,
  formatCountedNoun,
  buildEvidence,
  createUnknownResult,
} from './check-result.ts'

/**
 * Formats the time in which losses of a circuit were observed. It is the last {@link MAX_DAYS_SINCE_DRILL} days, or the part of
 * them in which the circuit was polled.
 */
const formatObservedTime = ({ observedDays }: Pick<CircuitFacts, 'observedDays'>): string =>
  observedDays >= MAX_DAYS_SINCE_DRILL
    ? `the last ${MAX_DAYS_SINCE_DRILL} days`
    : `the ${formatCountedNoun(observedDays, 'day')} of the last ${MAX_DAYS_SINCE_DRILL} on which it was polled`

/**
 * Checks for each circuit whether there is proof that BFD is not used. Azure does not report whether BFD is running. If
 * a session ended because its hold timer expired, BFD was not running.
 */
export const checkBfdNotKnownUnused = ({ circuits }: PostureFacts): CheckResult[] =>
  circuits
    .filter(({ peerings }) => peerings.length > 0)
    .map((circuit) => {
      const held = circuit.losses.find(({ mechanism }) => mechanism === 'hold_timer')
      if (held) {
        const reason = `On ${formatUtcDay(held.at)} a session ended by its hold timer, after forwarding had been lost: BFD would have ended it in seconds.`
        return buildCheckResult(circuit, createFailedResult(reason, buildEvidence('loss by hold timer', held.at)))
      }
      const last = circuit.losses[0]
      return buildCheckResult(
        circuit,
        last
          ? createUnknownResult(
              `Not reported by Azure, and not measurable from the failures of ${formatObservedTime(circuit)}.`,
              buildEvidence('last loss', last.at),
            )
          : createUnknownResult(`Not reported by Azure, and no session failed in ${formatObservedTime(circuit)}.`),
      )
    })

const GIGA = 1e9
const rate = (bitsPerSecond: number) => `${(bitsPerSecond / GIGA).toFixed(2)} Gb/s`

/** Checks that one path of each circuit has enough bandwidth for the traffic of both paths. */
export const checkN1Capacity = ({ circuits }: PostureFacts): CheckResult[] =>
  circuits
    .filter(({ peerings }) => peerings.length > 0)
    .map((circuit) => {
      const { bandwidthMbps, busiestHour, open } = circuit
      const evidence = [
        buildEvidence('bandwidthMbps', bandwidthMbps),
        buildEvidence('busiest hour of both paths', busiestHour && rate(busiestHour.bitsPerSecond)),
      ]
      const risk = open.find(({ kind }) => kind === 'n1_capacity_risk')
      if (risk)
        return buildCheckResult(
          circuit,
          createFailedResult(risk.reason, ...evidence, buildEvidence('open event', 'n1_capacity_risk')),
        )
      if (bandwidthMbps === null || !busiestHour)
        return buildCheckResult(
          circuit,
          createUnknownResult('Its bandwidth, or its bytes of most of the last 7 days, is not known.', ...evidence),
        )
      const limit = bandwidthMbps * 1e6
      const words = `${rate(busiestHour.bitsPerSecond)} in the busiest hour of both paths together, ${rate(limit)} on one.`
      return buildCheckResult(
        circuit,
        (busiestHour.bitsPerSecond > limit ? createFailedResult : createPassedResult)(words, ...evidence),
      )
    })

/**
 * Checks that a failover of each circuit was tested recently. A drill (announced exercise) takes precedence over an
 * unplanned loss, because its expected result was known in advance.
 */
export const checkFailoverTested = ({ circuits }: PostureFacts): CheckResult[] =>
  circuits.filter(({ peerings }) => peerings.length > 0).map((circuit) => buildCheckResult(circuit, testedBy(circuit)))

function testedBy(circuit: CircuitFacts): Omit<CheckResult, 'subject'> {
  const { losses, lastDrill } = circuit
  const [loss] = losses
  const ofLoss = loss ? [buildEvidence('last loss', loss.at)] : []
  const evidence = lastDrill ? [buildEvidence(`drill “${lastDrill.title}”`, lastDrill.at), ...ofLoss] : ofLoss
  if (lastDrill && lastDrill.daysAgo <= MAX_DAYS_SINCE_DRILL && lastDrill.verdict !== 'unknown') {
    const when = `Last tested ${formatCountedNoun(lastDrill.daysAgo, 'day')} ago: the drill “${lastDrill.title}”`
    return lastDrill.verdict === 'pass'
      ? createPassedResult(`${when} passed.`, ...evidence)
      : createFailedResult(`${when} failed.`, ...evidence)
  }
  if (loss) return createPassedResult(`A path was lost on ${formatUtcDay(loss.at)}, without a drill.`, ...evidence)
  if (lastDrill && lastDrill.daysAgo > MAX_DAYS_SINCE_DRILL)
    return createFailedResult(
      `Last tested ${formatCountedNoun(lastDrill.daysAgo, 'day')} ago, by the drill “${lastDrill.title}”.`,
      ...evidence,
    )
  if (lastDrill)
    return createUnknownResult(`The failover test “${lastDrill.title}” was not fully observed.`, ...evidence)
  return createUnknownResult(`No path failure and no failover test in ${formatObservedTime(circuit)}.`)
}

/**
 * Checks for each circuit with private peering that its traffic would move if the circuit were lost, and that nothing
 * would hinder this.
 */
export const checkFailoverUnhindered = ({ circuits }: PostureFacts): CheckResult[] =>
  circuits
    .filter(({ peerings }) => peerings.some(({ type }) => type === 'private'))
    .map((circuit) => buildCheckResult(circuit, judgeMoveOfCircuit(circuit)))

function judgeMoveOfCircuit({ move, redundancy }: CircuitFacts): Omit<CheckResult, 'subject'> {
  if (redundancy === 'no_path') return createUnknownResult('No path is up, so that its loss changes no route.')
  if (move === null) return createUnknownResult('Its loss was not computed yet.')
  const { verdict, hindrances, sentence } = move
  const evidence = [
    buildEvidence('verdict', sentence),
    ...hindrances.map(({ kind, text }) => buildEvidence(hindranceKinds[kind].name, text)),
  ]
  if (hindrances.length > 0) {
    const texts = hindrances.map(({ text }) => text).slice(0, 2)
    const more = hindrances.length - texts.length
    const reason = [...texts, ...(more > 0 ? [`${formatCountedNoun(more, 'more hindrance')}.`] : [])].join(' ')
    return createFailedResult(reason, ...evidence)
  }
  if (verdict === null || verdict === 'moves') return createPassedResult(`${sentence}.`, ...evidence)
  return (verdict === 'unknown' ? createUnknownResult : createFailedResult)(`${sentence}.`, ...evidence)
}

export const checkProviderChangeExplained = ({ circuits }: PostureFacts): CheckResult[] =>
  circuits.map((circuit) => {
    const changes = circuit.providerChanges
    if (changes === null)
      return buildCheckResult(circuit, createUnknownResult('Its changes of the last 30 days were not read.'))
    const evidence = changes.map(({ at, before, after, by }) =>
      buildEvidence(at, `${before} to ${after}, by ${by ?? 'nobody that is logged'}`),
    )
    const silent = changes.filter(({ by }) => by === null)
    const [first] = silent
    if (first) {
      const words = `The provider’s state went from ${first.before} to ${first.after} by ${formatUtcDay(first.at)}, and nothing in the Activity Log explains it.`
      return buildCheckResult(circuit, createFailedResult(words, ...evidence))
    }
    return buildCheckResult(
      circuit,
      createPassedResult(
        'No change of the provider’s state is without an entry.',
        buildEvidence('changes in 30 days', changes.length),
        ...evidence,
      ),
    )
  })

/**
 * Checks that each circuit is connected only to gateways of its own customer. Gateways without a customer are ignored.
 * If one of the gateways is shared and none is known to belong to another customer, the result is unknown.
 */
export const checkNoForeignConnection = ({ circuits, gateways }: PostureFacts): CheckResult[] =>
  circuits.flatMap((circuit): CheckResult[] => {
    if (circuit.customer === null) return []
    const linked = gateways.filter(({ circuitIds }) => circuitIds.includes(circuit.id))
    const evidence = linked.map(({ customer, resourceId }) =>
      buildEvidence('customer', customer ?? 'nobody’s', resourceId),
    )
    const foreign = linked.filter(
      ({ customer, isShared }) => customer !== null && customer !== circuit.customer && !isShared,
    )
    if (foreign.length > 0) {
      const words = foreign.map(({ name, customer }) => `${name} of ${customer}`)
      return [
        buildCheckResult(
          circuit,
          createFailedResult(`It is ${circuit.customer}’s, and connected to ${joinNames(words)}.`, ...evidence),
        ),
      ]
    }
    const shared = linked.filter(({ isShared }) => isShared).map(({ name }) => name)
    if (shared.length > 0) {
      const words = `Connected to ${joinNames(shared)} outside your scope, which does not show owners.`
      return [buildCheckResult(circuit, createUnknownResult(words, ...evidence))]
    }
    const unseen = countInvisibleConnections(circuit)
    if (unseen > 0)
      return [
        buildCheckResult(
          circuit,
          createUnknownResult(
            `${formatCountedNoun(unseen, 'authorization')} in use by a subscription that is not read.`,
            ...evidence,
          ),
        ),
      ]
    return [
      buildCheckResult(
        circuit,
        createPassedResult(
          'No gateway of another customer is connected to it.',
          buildEvidence('gateways', linked.length),
          ...evidence,
        ),
      ),
    ]
  })
