import { formatUtcTime } from '#lib/contract/time/dates.ts'
import type { LastArpState } from '../../../model/signal.ts'
import { circuitPaths, NORMAL_LIGHT_RANGE_DBM, parsePathSubject, formatPathSubject } from '#lib/contract/index.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import type { LightLevel } from '../../../model/scope-state.ts'
import type { CircuitNode } from '../../../model/topology.ts'
import { formatMacAddress } from '../mac-address.ts'

/**
 * Returns the known facts about a path that its provider or Microsoft needs for a support case: Microsoft's name of the
 * port, the light levels of an ExpressRoute Direct port's links, the customer's router, and its last MAC address. The
 * result is a sentence with a leading space; '' if no fact is known.
 * @param subresource peering and path, for example `AzurePrivatePeering/primary`
 */
export function formatCircuitPathEvidence(
  context: DetectionContext,
  circuit: CircuitNode,
  subresource: string,
): string {
  const { peering: name, path } = parsePathSubject(subresource)
  const peering = circuit.peerings.find((one) => one.name === name)
  if (!peering || path === null) return ''
  const port = peering.ports?.[path] ?? null
  const facts = [
    ...(port === null ? [] : [`Microsoft's port ${port}`]),
    ...formatLight(ensureResourceState(context, circuit.scope).light ?? []),
    ...formatRouter(peering.customers[path], ensureResourceState(context, circuit.scope).arp[subresource]),
  ]
  return facts.length === 0 ? '' : ` Known: ${facts.join(', ')}.`
}

/** Returns the known facts about both paths of a peering, one after the other. */
export const formatBothPathsEvidence = (context: DetectionContext, circuit: CircuitNode, peering: string): string =>
  circuitPaths.map((path) => formatCircuitPathEvidence(context, circuit, formatPathSubject(peering, path))).join('')

/** Formats the light levels of both links. Both are included, because ARM does not report which link a path uses. */
function formatLight(levels: readonly LightLevel[]): string[] {
  return [...Map.groupBy(levels, ({ link }) => link)].map(([link, own]) => {
    const words = own.map(({ direction, dbm }) => {
      const low = dbm < NORMAL_LIGHT_RANGE_DBM.least ? ` (low, healthy from ${NORMAL_LIGHT_RANGE_DBM.least})` : ''
      return `${direction} ${dbm.toFixed(1)} dBm${low}`
    })
    const at = Math.min(...own.map((level) => level.at))
    return `light of ${link} at ${formatUtcTime(at)} UTC ${words.join(' and ')}`
  })
}

function formatRouter(router: string | null, arp: LastArpState | undefined): string[] {
  const mac = arp?.mac ? formatMacAddress(arp.mac) : null
  if (arp?.empty) return ["no ARP row at all on Microsoft's side"]
  const state = arp && arp.state !== 'unknown' ? `ARP ${arp.state}` : null
  const last = mac === null ? [] : [arp?.state === 'complete' ? `MAC address ${mac}` : `last MAC address ${mac}`]
  return [...(router === null ? [] : [`customer's router ${router}`]), ...(state === null ? [] : [state]), ...last]
}
