import type { CheckRecord } from './record.ts'

/** After so long without a failover nobody knows whether it would work, days. */
export const DRILL_DAYS = 180

export const operationChecks = {
  n1_capacity: {
    area: 'operation',
    name: 'One path carries all',
    meaning: 'What both paths carried together in the busiest hour of the last 7 days fits on one of them.',
    severity: 'warning',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/designing-for-high-availability-with-expressroute',
    remedy: 'Raise the bandwidth, which is lossless: what both paths have together is there only while both are.',
    command:
      'az network express-route update --name {name} --resource-group {resourceGroup} --subscription {subscription} --bandwidth <Mb/s>',
    evidence: 'Bytes of both paths for 80 % of the last 7 days, and the bandwidth of the circuit.',
  },
  failover_tested: {
    area: 'operation',
    name: 'Failover tested',
    meaning: `A drill passed, or a loss of a path was seen, in the last ${DRILL_DAYS} days, so that the failover is known to work.`,
    severity: 'info',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/evaluate-circuit-resiliency',
    remedy: 'Announce a drill on /resilience?tab=drills, take one path away, and read what it showed.',
    command: null,
    evidence: 'Drills that were held, and losses of paths and circuits in the history.',
  },
  provider_change_explained: {
    area: 'operation',
    name: 'Provider’s changes explained',
    meaning: 'An entry of the Activity Log explains each change of the provider’s state in the last 30 days.',
    severity: 'warning',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-workflows',
    remedy: 'Ask the provider what was done, and by which ticket.',
    command: 'az monitor activity-log list --resource-id {resourceId} --offset 30d',
    evidence: 'The changes of the circuit’s configuration, and the Activity Log beside them.',
  },
  no_foreign_connection: {
    area: 'operation',
    name: 'Circuit of one customer',
    meaning: 'A circuit is connected to gateways of its own customer: a circuit belongs to one.',
    severity: 'major',
    subject: 'circuit',
    source: 'https://learn.microsoft.com/azure/expressroute/expressroute-for-cloud-solution-providers',
    remedy: 'Revoke the authorization, and delete the connection.',
    command:
      'az network express-route auth list --circuit-name {name} --resource-group {resourceGroup} --subscription {subscription}',
    evidence: 'Declared customers, and the gateways that the circuit is connected to.',
  },
} as const satisfies Record<string, CheckRecord>
