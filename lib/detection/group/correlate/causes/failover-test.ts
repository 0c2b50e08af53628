import {
  type Cause,
  type DetectedEvent,
  type FailoverTestExplainingLosses,
  parsePathSubject,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createSampleEvidence } from '../../../model/create-event.ts'
import { parseSubjectNeighbor } from '../../../model/subject.ts'
import type { DetectionContext } from '../../../model/context.ts'

/** Operations that start and stop Azure's failover tests. */
const OPERATION = /\/(?:start|stop)(?:sitefailovertest|circuitlinkfailovertest)\/action$/i

/** Maximum difference between the logged and the reported start of a test, milliseconds. */
const STARTED_WITHIN_MS = 5 * MS_PER_MINUTE

/**
 * Returns the failover test of Azure that explains an event; null if there is none. The event must have begun while the
 * test ran (docs/rules/detection.md 3.6). For a test at a gateway, every neighbor of the event must belong to a circuit
 * that the test disconnects. A test of a circuit's link explains only the loss of this path.
 * @param peers neighbors whose routes changed, if the event is about routes
 */
export function findFailoverTestCause(
  context: DetectionContext,
  event: DetectedEvent,
  peers: readonly string[] = [],
): Cause | null {
  const { topology, settings } = context
  const slack = settings['timers.hold'] + settings['burst.slack']
  const test = topology.tests?.findLast(
    (one) =>
      event.started.latest >= one.from &&
      event.started.earliest <= (one.to ?? Number.POSITIVE_INFINITY) + slack &&
      isTested(context, one, event, peers),
  )
  if (!test) return null
  const lost = test.connections.filter(({ status }) => /^disconnected$/i.test(status ?? ''))
  const named = test.location || test.path || 'link'
  const started = context.scopes[test.scope]?.logged.find(
    ({ operation, at }) => OPERATION.test(operation) && Math.abs(at - test.from) <= STARTED_WITHIN_MS,
  )
  const by = started?.caller ? `, started by ${started.caller}` : ''
  return {
    class: 'failover_test',
    owner: 'own_change',
    confidence: 1,
    evidence: [
      createSampleEvidence('failover test', `${test.status ?? 'Running'} (${named})${by}`, {
        earliest: test.from,
        latest: test.from,
      }),
      ...lost.flatMap(({ name, status, at }) =>
        at === null ? [] : [createSampleEvidence(`connection ${name}`, status, { earliest: at, latest: at })],
      ),
    ],
    nextStep: `Wait for the end of the failover test (${named}), or stop it in Azure if the traffic did not move.`,
  }
}

/** Reports whether an operation of the Activity Log is a failover test whose resources Azure reported. */
export const isReportedFailoverTest = ({ topology }: DetectionContext, scope: string, operation: string): boolean =>
  OPERATION.test(operation) && (topology.tests ?? []).some((test) => test.scope === scope)

function isTested(
  { topology }: DetectionContext,
  test: FailoverTestExplainingLosses,
  { kind, scope, subject }: DetectedEvent,
  peers: readonly string[],
): boolean {
  if (test.circuits.length === 0 && test.connections.length === 0) {
    return scope === test.scope && (test.path === null || parsePathSubject(subject)?.path === test.path)
  }
  if (test.connections.some((connection) => connection.scope === scope)) return true
  if (scope !== test.scope) return false
  if (test.connections.some(({ name }) => name === subject)) return true
  const joined = (topology.connections ?? []).flatMap((own) =>
    own.circuit !== null && test.connections.some((connection) => connection.scope === own.scope) ? own.circuit : [],
  )
  const circuits = [...test.circuits, ...joined]
  if (kind === 'gateway_isolated') {
    const gateway = topology.gateways.find((one) => one.scope === scope)
    return gateway !== undefined && gateway.circuits.every((circuit) => circuits.includes(circuit))
  }
  const neighbors = peers.length > 0 ? peers : [parseSubjectNeighbor(subject)]
  return neighbors.every((neighbor) => {
    const behind = topology.mappings.filter((known) => known.gateway === scope && known.neighbor === neighbor)
    return behind.length > 0 && behind.every(({ circuit }) => circuits.includes(circuit))
  })
}
