import type { NetworkConfigurationFinding, NetworkToEncode } from '#lib/networks/api/index.ts'
import type { NetworkPeering } from '#lib/contract/index.ts'
import type { PostureFacts } from './posture-facts.ts'
import {
  createFailedResult,
  type CheckResult,
  joinNames,
  buildCheckResult,
  createPassedResult,
  buildEvidence,
  createUnknownResult,
} from './check-result.ts'

const peeringsOf = ({ networks }: PostureFacts) =>
  networks.flatMap((network) => network.peerings.map((peering) => ({ network, peering })))

/**
 * Returns the findings about a network that have one of the given kinds. If `peering` is given, only findings about
 * this virtual network peering are returned. The rules are in ../network-findings.ts.
 */
const found = (
  { findings }: NetworkToEncode,
  kinds: readonly NetworkConfigurationFinding['kind'][],
  peering?: string,
) => findings.filter((one) => kinds.includes(one.kind) && (peering === undefined || one.peering === peering))

const textOf = (findings: readonly NetworkConfigurationFinding[]) => findings.map(({ text }) => text).join(' ')

export const checkPeeringInSync = (facts: PostureFacts): CheckResult[] =>
  peeringsOf(facts).map(({ network, peering }) => {
    const { name, state, syncLevel } = peering
    const evidence = [buildEvidence('peeringState', state), buildEvidence('peeringSyncLevel', syncLevel)]
    const faults = found(network, ['disconnected', 'one_sided', 'out_of_sync'], name)
    const verdict =
      faults.length > 0
        ? createFailedResult(textOf(faults), ...evidence)
        : state === null || syncLevel === null
          ? createUnknownResult(`Azure does not state its ${state === null ? 'state' : 'sync level'}.`, ...evidence)
          : createPassedResult(`${state}, ${syncLevel}.`, ...evidence)
    return buildCheckResult(network, { ...verdict, values: { peering: name } }, name)
  })

/**
 * Checks each peering by which a network uses the gateway of the remote network. The remote network must permit this
 * (gateway transit). Peerings of hubs are left out, because Microsoft manages them.
 */
export const checkPeeringTransit = (facts: PostureFacts): CheckResult[] =>
  peeringsOf(facts)
    .filter(({ peering }) => peering.useRemoteGateways && peering.otherSide !== 'hub')
    .map(({ network, peering }) => {
      const { name, remoteName, back } = peering
      const evidence = [
        buildEvidence('useRemoteGateways', true),
        buildEvidence('allowGatewayTransit of the other side', allowedBy(peering)),
      ]
      const faults = found(network, ['no_transit'], name)
      const verdict =
        faults.length > 0
          ? createFailedResult(textOf(faults), ...evidence)
          : back?.allowGatewayTransit
            ? createPassedResult(`${remoteName} allows gateway transit.`, ...evidence)
            : createUnknownResult(`The side of ${remoteName} is not read.`, ...evidence)
      return buildCheckResult(network, { ...verdict, values: { remote: remoteName, back: back?.name ?? null } }, name)
    })

const allowedBy = ({ back }: NetworkPeering) => back?.allowGatewayTransit ?? null

export const checkGatewaysSavedByPeering = ({ networks }: PostureFacts): CheckResult[] =>
  networks
    .filter(({ kind, gatewayIds }) => kind === 'vnet' && gatewayIds.length > 0)
    .map((network) => {
      const evidence = buildEvidence('gateways', network.gatewayIds.length)
      const faults = found(network, ['own_gateway'])
      if (faults.length > 0) return buildCheckResult(network, createFailedResult(textOf(faults), evidence))
      const unread = network.peerings.filter(({ otherSide }) => otherSide === 'not_read')
      if (unread.length > 0) {
        const names = joinNames(unread.map(({ remoteName }) => remoteName))
        return buildCheckResult(network, createUnknownResult(`Whether ${names} has gateways is not read.`, evidence))
      }
      return buildCheckResult(
        network,
        createPassedResult('No network that it is peered with has a gateway of its own.', evidence),
      )
    })

export const checkAddressSpaceOverlap = ({ networks }: PostureFacts): CheckResult[] =>
  networks.map((network) => {
    const evidence = buildEvidence('addressSpace', network.addressPrefixes.join(' ') || null)
    const faults = found(network, ['overlap'])
    if (faults.length > 0) return buildCheckResult(network, createFailedResult(textOf(faults), evidence))
    if (network.addressPrefixes.length === 0)
      return buildCheckResult(network, createUnknownResult('Azure states no address space.', evidence))
    return buildCheckResult(network, createPassedResult('Nothing that is known in its reach overlaps it.', evidence))
  })
