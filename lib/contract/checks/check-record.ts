import type { CheckRemedy, CheckText } from '../api/shared-facts.ts'
import type { Severity } from '../events/event.ts'

/** Areas of checks, in the order in which screens show them. */
export const checkAreas = {
  redundancy: 'Redundancy',
  limits: 'Limits',
  peering: 'Peerings',
  gateway: 'Gateways',
  network: 'Networks',
  routing: 'Routing',
  operation: 'Operation',
} as const
export type CheckArea = keyof typeof checkAreas

/**
 * Kinds of objects that a check can examine, with the format of the `subject` text in its results. A check has one
 * result per object.
 */
export const checkSubjects = {
  circuit: 'name of the circuit',
  peering: 'circuit and peering: `erc-london AzurePrivatePeering`',
  path: 'circuit, peering and path: `erc-london AzurePrivatePeering primary`',
  lag: 'name of the LAG',
  lagLink: 'LAG and its link: `lag-london link1`',
  gateway: 'name of the gateway',
  connection: 'name of the connection',
  network: 'name of the virtual network or hub',
  userVpn: 'name of the hub, or of the VPN gateway of a virtual network',
  networkPeering: 'network and its peering: `vnet-hub to-spoke`',
} as const
export type CheckSubject = keyof typeof checkSubjects

/** States of a check's result. Results with `pass` are listed too, so that the user can see that the check was made. */
export const checkStates = ['fail', 'unknown', 'exempt', 'pass'] as const

/**
 * Description of a check: everything except the code that evaluates it. Names, filters, `GET /api/v1/resilience` and
 * the screen are derived from these records (ADR 0140).
 */
export interface CheckRecord extends CheckText, Omit<CheckRemedy, 'command'> {
  area: CheckArea
  /** severity of a failed check */
  severity: Severity
  subject: CheckSubject
  /**
   * Azure CLI command that applies the remedy or shows the affected values. `{name}`, `{resourceGroup}` and
   * `{subscription}` are replaced with values of the resource; `{peering}` and other placeholders with values that the
   * check found. The user must fill in text in `<...>`. Absent = no Azure CLI command exists.
   */
  command?: string
  /** data that the check needs; without this data the result is `unknown` */
  evidence: string
}
/** Description of a check without its area, as the files of this folder define it. */
export type CheckOfArea = Omit<CheckRecord, 'area'>
