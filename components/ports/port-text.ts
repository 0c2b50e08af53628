import type { ExpressRoutePort, PortLink } from '#lib/circuits/api/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import type { StatusText } from '../ui/status.tsx'

export const portLinkStatuses: Record<PortLink['state'], StatusText> = {
  up: { tone: 'up', word: 'UP' },
  degraded: { tone: 'degraded', word: 'LIGHT LOW' },
  reduced: { tone: 'degraded', word: 'FEWER PORTS' },
  down: { tone: 'down', word: 'DOWN' },
  disabled: { tone: 'off', word: 'DISABLED' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}

export const portLinkStatesWorstFirst: PortLink['state'][] = [
  'down',
  'degraded',
  'reduced',
  'unknown',
  'up',
  'disabled',
]

/** Returns one row for each link of each ExpressRoute Direct port and LAG. */
export const listPortLinks = (ports: readonly ExpressRoutePort[]): { port: ExpressRoutePort; link: PortLink }[] =>
  ports.flatMap((port) => port.links.map((link) => ({ port, link })))

/** Explains the state of a port's link in one line, for example that the received optical power is low. */
export function formatPortLinkReason(port: ExpressRoutePort, link: PortLink): string {
  const { least, most } = port.lightLimits
  const { state, adminState, lineProtocol, rx, tx } = link
  if (state === 'disabled') return `administratively ${adminState ?? 'disabled'} in Azure`
  if (port.kind === 'lag') return formatLagReason(port, link)
  if (state === 'unknown') return 'Azure Monitor reported nothing lately'
  if (lineProtocol === 'down') return 'line protocol (LACP) down'
  const low = [rx?.isLow ? 'Rx' : null, tx?.isLow ? 'Tx' : null].filter((name) => name !== null)
  return low.length > 0
    ? `${low.join(' and ')} below ${least} dBm; healthy is ${least} to ${most} dBm`
    : 'line protocol (LACP) up, light within its limits'
}

/** Explains the state of a LAG's link. Peerwatch derives this state only from the configuration of the link. */
function formatLagReason(port: ExpressRoutePort, link: PortLink): string {
  const active = formatActivePorts(port, link)
  if (active === null) return 'Azure does not report the state of all its ports'
  return link.state === 'down' ? `${active}: the link carries nothing` : `${active}; Azure measures no line state`
}

/**
 * Formats the number of active ports of a LAG's link: `3 of 4 ports active, minimum 2`. Null = not a LAG, or unknown.
 */
export function formatActivePorts(
  { minActivePorts }: ExpressRoutePort,
  { activePorts, members }: PortLink,
): string | null {
  if (activePorts === null) return null
  const minimum = minActivePorts === null ? '' : `, minimum ${minActivePorts}`
  return `${activePorts} of ${members.length} ports active${minimum}`
}

/**
 * Formats the optical power of a link in dBm with one decimal place, followed by `LOW` if it is too low; a dash if
 * Azure reported no value.
 */
export const formatLightLevel = (light: PortLink['rx']): string =>
  light === null ? '–' : `${light.dbm.toFixed(1)}${light.isLow ? ' LOW' : ''}`

/**
 * Formats the distance of a link's optical power (dBm) from its minimum, in dB: `0.8 above min −10`. Null = no value is
 * known.
 */
export function formatLightMargin(
  { lightLimits: { least } }: Pick<ExpressRoutePort, 'lightLimits'>,
  light: PortLink['rx'],
) {
  if (light === null) return null
  const margin = light.dbm - least
  const unknown = light.unknownLanes > 0 ? `, ${formatCountWithPlural(light.unknownLanes, 'lane')} unknown` : ''
  return `${Math.abs(margin).toFixed(1)} ${margin < 0 ? 'below' : 'above'} min −${Math.abs(least)}${unknown}`
}

export const formatMacsec = ({ macsec }: PortLink): string =>
  macsec === null
    ? 'off'
    : [macsec.cipher ?? 'on', macsec.sci ? `SCI ${macsec.sci.toLowerCase()}` : null].filter(Boolean).join(', ')

/**
 * Formats the bandwidth that is provisioned to circuits on a port, and its maximum. The maximum is twice the bandwidth
 * of a link, because a port has two links. For a LAG, whose maximum is not documented, the size of its ports is shown.
 */
export function formatProvisionedBandwidth({
  kind,
  bandwidthGbps,
  provisionedGbps,
  encapsulation,
}: ExpressRoutePort): string {
  if (bandwidthGbps === null) return 'bandwidth not reported'
  const given = provisionedGbps === null ? 'unknown' : `${provisionedGbps}`
  if (kind === 'lag')
    return `${given} Gb/s on ports of ${bandwidthGbps} Gb/s${encapsulation === null ? '' : `, ${encapsulation}`}`
  return `${given} of ${2 * bandwidthGbps} Gb/s${encapsulation === null ? '' : `, ${encapsulation}`}`
}

/**
 * Formats the ports of a LAG's link that are not enabled. If all of them are enabled, formats the interfaces of all
 * ports. The text is empty if the link has no ports.
 */
export function formatLagMembers({ members }: PortLink): string {
  const off = members.filter(({ adminState }) => adminState?.toLowerCase() !== 'enabled')
  return off.length > 0
    ? off.map(({ name, adminState }) => `${name} ${adminState?.toLowerCase() ?? 'not reported'}`).join(', ')
    : members.map((one) => one.interface ?? one.name).join(', ')
}

/** Formats the other settings of a port that Azure reports in one line. */
export const formatPortSettings = ({ settings }: Pick<ExpressRoutePort, 'settings'>): string =>
  settings.map(({ name, value }) => `${name} ${value}`).join(' · ')
