import type { CheckOfArea } from './check-record.ts'

/**
 * Age in days up to which the last failover of a circuit counts as a test. If the last failover is older, the check
 * "Failover tested" fails.
 */
export const MAX_DAYS_SINCE_DRILL = 180

export const operationCheckRecords = {
  n1_capacity: {
    name: 'One path carries all',
    meaning: 'The busiest hour of the last 7 days, both paths together, fits on one path.',
    severity: 'warning',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/designing-for-high-availability-with-expressroute',
    remedy: 'Increase the bandwidth (no downtime): after a path failure only one path’s bandwidth is left.',
    command:
      'az network express-route update --name {name} --resource-group {resourceGroup} --subscription {subscription} --bandwidth <Mb/s>',
    evidence: 'Bytes of both paths for 80 % of the last 7 days, and the bandwidth of the circuit.',
  },
  failover_unhindered: {
    name: 'Failover unhindered',
    meaning: 'If the circuit fails, its traffic moves to other paths, and no fact hinders the move.',
    severity: 'warning',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/designing-for-high-availability-with-expressroute',
    remedy:
      'Remove the named hindrance, or give the prefixes a second path. The simulation of the loss shows each prefix.',
    evidence: 'The computed loss of the circuit, from the route tables of all gateways behind it.',
  },
  failover_tested: {
    name: 'Failover tested',
    meaning: `A failover test passed, or a path failure was seen, in the last ${MAX_DAYS_SINCE_DRILL} days.`,
    severity: 'info',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/evaluate-circuit-resiliency',
    remedy: 'Schedule a failover test on /resilience?tab=drills, take one path down, and compare the result.',
    evidence: 'Drills that were held, and losses of paths and circuits in the history.',
  },
  provider_change_explained: {
    name: 'Provider’s changes explained',
    meaning: 'Each provider state change of the last 30 days has an Activity Log entry.',
    severity: 'warning',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-workflows',
    remedy: 'Ask the provider what was done, and by which ticket.',
    command: 'az monitor activity-log list --resource-id {resourceId} --offset 30d',
    evidence: 'The changes of the circuit’s configuration, compared with the Activity Log.',
  },
  no_foreign_connection: {
    name: 'Shared between customers',
    meaning: 'A circuit connects only to gateways of its own customer.',
    severity: 'major',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-for-cloud-solution-providers',
    remedy: 'Revoke the authorization, and delete the connection.',
    command:
      'az network express-route auth list --circuit-name {name} --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'Declared customers, and the gateways that the circuit is connected to.',
  },
} as const satisfies Record<string, CheckOfArea>
