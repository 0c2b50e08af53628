import type { PortConfig, PortLinkConfig } from './resource-config.ts'

/**
 * State of a link of a LAG by its configuration. `reduced` = some members are disabled, but enough are active.
 * `belowMinimum` = fewer members are active than the LAG requires, so the link carries nothing.
 */
export type LagLinkState = 'full' | 'reduced' | 'belowMinimum' | 'disabled' | 'unknown'

/**
 * Returns the number of members of a link that can carry traffic. A member that is enabled on a disabled link carries
 * nothing.
 * @returns null = ARM does not report the members, or the state of one of them
 */
export function countActivePorts({ adminState, members }: PortLinkConfig): number | null {
  if (isPortDisabled(adminState)) return 0
  const states = [adminState, ...members.map((member) => member.adminState)]
  return members.length === 0 || states.includes(null)
    ? null
    : members.filter((member) => !isPortDisabled(member.adminState)).length
}

/** Returns the minimum number of active members of each link of a LAG. A link needs at least one in any case. */
export const getMinActivePorts = ({ minActivePorts }: Pick<PortConfig, 'minActivePorts'>): number => minActivePorts ?? 1

/**
 * Judges a link of a LAG by the states of its members. The minimum applies to each link separately, because a link is a
 * LACP bundle on one router (ADR 0356).
 */
export function judgeLagLink(lag: Pick<PortConfig, 'minActivePorts'>, link: PortLinkConfig): LagLinkState {
  if (isPortDisabled(link.adminState)) return 'disabled'
  const active = countActivePorts(link)
  if (active === null) return 'unknown'
  if (active < getMinActivePorts(lag)) return 'belowMinimum'
  return active < link.members.length ? 'reduced' : 'full'
}

export const isPortDisabled = (adminState: string | null): boolean => adminState?.toLowerCase() === 'disabled'
