import { countActivePorts, getMinActivePorts, judgeLagLink } from '#lib/contract/index.ts'
import type { LagFacts, PostureFacts } from './posture-facts.ts'
import {
  buildCheckResult,
  buildEvidence,
  type CheckResult,
  createFailedResult,
  createPassedResult,
  createUnknownResult,
  formatCountedNoun,
  joinNames,
} from './check-result.ts'

/** Checks for each link of a LAG that at least the required number of its ports is active. */
export function checkLagMinimum({ lags }: PostureFacts): CheckResult[] {
  return lags.flatMap((lag) =>
    lag.links.map((link) => {
      const active = countActivePorts(link)
      const least = getMinActivePorts(lag)
      const evidence = [
        buildEvidence(`state of ${link.name}`, link.adminState, lag.resourceId),
        buildEvidence('active ports', active, lag.resourceId),
        buildEvidence('minimum of active ports', lag.minActivePorts, lag.resourceId),
      ]
      const words = `${active ?? 0} of ${formatCountedNoun(link.members.length, 'port')} of ${link.name} active, minimum ${least}.`
      const state = judgeLagLink(lag, link)
      const verdict =
        state === 'unknown'
          ? createUnknownResult(`Azure does not report the state of every port of ${link.name}.`, ...evidence)
          : state === 'disabled' || state === 'belowMinimum'
            ? createFailedResult(`${words} The link carries nothing.`, ...evidence)
            : createPassedResult(words, ...evidence)
      return buildCheckResult(lag, verdict, link.name)
    }),
  )
}

/** Checks that the links of a LAG end on different routers. */
export const checkLagRouters = ({ lags }: PostureFacts): CheckResult[] =>
  lags.flatMap((lag) =>
    judgeApart(
      lag,
      'router',
      lag.links.map(({ name, router }) => [name, router]),
    ),
  )

/**
 * Checks that the ports of a LAG are in different colocations. There is no result for a LAG if no port states its
 * colocation.
 */
export const checkLagPlaces = ({ lags }: PostureFacts): CheckResult[] =>
  lags.flatMap((lag) => {
    const places = lag.links.flatMap(({ name, members }) =>
      members.map((member) => [`${name} ${member.name}`, member.place] as const),
    )
    return places.every(([, place]) => place === null) ? [] : judgeApart(lag, 'colocation', places)
  })

/** Decides whether the parts of a LAG have at least two different values of a property. */
function judgeApart(
  lag: LagFacts,
  noun: 'router' | 'colocation',
  parts: readonly (readonly [name: string, value: string | null])[],
): CheckResult[] {
  const evidence = parts.map(([name, value]) => buildEvidence(`${noun} of ${name}`, value, lag.resourceId))
  const values = [...new Map(parts.flatMap(([, value]) => (value ? [[value.toLowerCase(), value]] : []))).values()]
  const [only] = values
  if (values.length > 1)
    return [buildCheckResult(lag, createPassedResult(`Its links have ${joinNames(values)}.`, ...evidence))]
  if (only === undefined || parts.length < 2 || parts.some(([, value]) => value === null))
    return [
      buildCheckResult(lag, createUnknownResult(`Azure does not report every ${noun} of its links.`, ...evidence)),
    ]
  return [buildCheckResult(lag, createFailedResult(`All its links have one ${noun}: ${only}.`, ...evidence))]
}
