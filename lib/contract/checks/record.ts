import type { CheckRemedy, CheckText } from '../api/shared-facts.ts'
import type { Severity } from '../events/event.ts'

/** The areas that checks are grouped by, in the order in which screens show them. */
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

/** What a check has one row for, and how its `subject` names that. */
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

/** Passes are rows too: a check that nobody sees is not known to have been made. */
export const checkStates = ['fail', 'unknown', 'exempt', 'pass'] as const

/**
 * Everything about a check that is not its rule. Names, filters, `GET /api/v1/resilience` and the screen are derived from these
 * records (ADR 0140).
 */
export interface CheckRecord extends CheckText, Omit<CheckRemedy, 'command'> {
  area: CheckArea
  /** of a failure */
  severity: Severity
  subject: CheckSubject
  /**
   * The Azure CLI command that does it. `{name}`, `{resourceGroup}` and `{subscription}` are the subject's own, `{peering}` and others
   * the rule's; what stands in `<...>` is for a person to fill in. Absent = no command of Azure does it.
   */
  command?: string
  /** what the rule must have read; without it the state is unknown */
  evidence: string
}
/** As the table of an area has it. */
export type CheckOfArea = Omit<CheckRecord, 'area'>
