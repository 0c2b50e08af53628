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

/** Subjects of checks (a check has one row per subject), with the format of the row's `subject`. */
export const checkSubjects = {
  circuit: 'name of the circuit',
  peering: 'circuit and peering: `erc-london AzurePrivatePeering`',
  path: 'circuit, peering and path: `erc-london AzurePrivatePeering primary`',
  gateway: 'name of the gateway',
  connection: 'name of the connection',
  network: 'name of the virtual network or hub',
  networkPeering: 'network and its peering: `vnet-hub to-spoke`',
} as const
export type CheckSubject = keyof typeof checkSubjects

/** States of a check. Passed checks have rows too, so that the user can see that they were made. */
export const checkStates = ['fail', 'unknown', 'exempt', 'pass'] as const

/**
 * All facts about a check except its rule. Names, filters, `GET /api/v1/resilience` and the screen are derived from
 * these records (ADR 0140).
 */
export interface CheckRecord extends CheckText, Omit<CheckRemedy, 'command'> {
  area: CheckArea
  /** severity of a failed check */
  severity: Severity
  subject: CheckSubject
  /**
   * Azure CLI command that applies the remedy. `{name}`, `{resourceGroup}` and `{subscription}` are values of the
   * subject; `{peering}` and other placeholders are values of the rule. The user must fill in text in `<...>`. Absent =
   * no Azure CLI command exists.
   */
  command?: string
  /** data that the rule needs; without it the state is unknown */
  evidence: string
}
/** Check without its area, as in the table of an area. */
export type CheckOfArea = Omit<CheckRecord, 'area'>
