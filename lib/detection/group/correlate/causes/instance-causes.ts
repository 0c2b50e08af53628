import { type Cause, type DetectedEvent, findDefaultCause } from '#lib/contract/index.ts'
import { type DetectionContext, hasPollUsableRows, isEventOpen, listLiveEvents } from '../../../model/context.ts'
import type { DetectionRecheckTime } from '../../../model/recheck.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { isSessionInsideGateway } from '../../facts/gateway-sessions.ts'
import { INSTANCE_ROWS_GONE_FLAG } from '../../rules/gateway-rules.ts'
import { createCause } from './create-cause.ts'
import { gatewayInstanceEventKinds } from '../../../model/subject.ts'

/**
 * Maximum time between the return of one gateway instance and the loss of another for which both count as one round of
 * Azure's maintenance.
 */
const SEQUENCE_MS = 2 * 60 * 60_000
const FAULT = 'gateway_instance_fault'

/**
 * Returns the causes of a lost gateway instance: maintenance, or a fault if it is absent for too long. Azure maintains
 * the instances of a gateway one after the other, and each is soon back (docs/rules/detection.md 3.6). If only the
 * instance's tunnel was lost, returns the cause of a lost tunnel.
 */
export function findInstanceLossCauses(context: DetectionContext, event: DetectedEvent): Cause[] {
  // The instance itself works, so the event was caused by its lost tunnel.
  if (!isOfInstance(context, event)) return [findDefaultCause('tunnel_down')]
  const maintenance = (confidence: number) =>
    createCause(
      'gateway_instance_maintenance',
      'microsoft',
      confidence,
      'One instance after the other is how Azure maintains a gateway: check Service Health for planned maintenance.',
    )
  if (!isOverdue(context, event)) return [maintenance(followsSibling(context, event) ? 0.9 : 0.6)]
  const step = 'Maintenance would have brought this instance back by now. Open a support case for the gateway.'
  return [createCause(FAULT, 'microsoft', 0.6, step), maintenance(0.3)]
}

/**
 * Reports whether the instance itself was lost. If a VPN gateway has one session for each instance, the fall of a
 * single tunnel looks like the loss of its instance. In this case the session between the two instances must also have
 * fallen or restarted.
 */
function isOfInstance(context: DetectionContext, { scope, subject, started, flags }: DetectedEvent): boolean {
  const { topology, scopes } = context
  const isVpn = topology.gateways.some((gateway) => gateway.scope === scope && gateway.kind === 'vpn')
  const own = Object.values(scopes[scope]?.sessions ?? {}).filter(({ localAddress }) => localAddress === subject)
  const far = own.filter((session) => !isSessionInsideGateway(context, scope, session))
  if (!isVpn || far.length > 1 || flags.includes(INSTANCE_ROWS_GONE_FLAG)) return true
  return own.some(
    (session) =>
      isSessionInsideGateway(context, scope, session) &&
      (session.level === 'down' || session.since.latest >= started.earliest),
  )
}

/**
 * Returns the time at which a lost instance starts to count as faulty and no longer as under maintenance. Null if the
 * instance is back, already counts as faulty, or was lost together with its whole gateway. A timer is needed, because
 * no poll reports that this time has passed.
 */
export function getInstanceFaultTime({ settings }: DetectionContext, live: LiveEvent): DetectionRecheckTime {
  const isPending = isAlone(live.event) && isEventOpen(live) && !isFault(live.event)
  return isPending ? live.event.started.latest + settings['instance.maintenance'] : null
}

/**
 * Reports whether only an instance was lost, and not its whole gateway. If the whole gateway was lost, the instance has
 * the gateway's cause.
 */
const isAlone = ({ kind, partOf }: DetectedEvent) => kind === 'gateway_instance_lost' && !partOf

const isFault = ({ causes }: DetectedEvent) => causes.some(({ class: name }) => name === FAULT)

/**
 * Reports whether a good poll of the gateway shows that an instance has been absent for longer than maintenance takes.
 * Once true for an event, the result stays true.
 */
function isOverdue({ mark, settings }: DetectionContext, event: DetectedEvent): boolean {
  if (event.kind !== 'gateway_instance_lost') return false
  const isOfGateway = mark.kind === 'peers' && mark.scope === event.scope && hasPollUsableRows(mark)
  return isFault(event) || (isOfGateway && mark.startedAt - event.started.latest >= settings['instance.maintenance'])
}

function followsSibling(context: DetectionContext, event: DetectedEvent): boolean {
  return listLiveEvents(context).some(
    ({ event: other }) =>
      gatewayInstanceEventKinds.has(other.kind) &&
      other.scope === event.scope &&
      other.subject !== event.subject &&
      other.ended !== null &&
      other.ended.latest <= event.started.latest &&
      event.started.earliest - other.ended.latest <= SEQUENCE_MS,
  )
}
