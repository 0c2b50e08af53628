import { getSampleBounds, createSampleEvidence } from '../../../../model/create-event.ts'
import type { Evidence } from '#lib/contract/index.ts'
import { computeLatestBeginBounds, computeEarliestBeginBounds } from '../../../../model/event-key.ts'
import { updateEventByCondition } from '../../../../model/event-condition.ts'
import type { DetectionContext } from '../../../../model/context.ts'
import { compareTrafficShares } from '../traffic-shares.ts'
import type { ComparedTableSides } from '../compared-sides.ts'
import type { ComparedPrefixDifference, TableParityMemory } from '../../../../model/route-memory.ts'

/**
 * Raises two events about the path lengths of two compared sides (paths of a circuit, or circuits of a policy).
 * unintended_active_passive: the sides should be equal, but the AS path lengths of a share of their common prefixes
 * differ (setting `passive.share`), so that only one side is used.
 * unexpected_active_active: a declared standby circuit has AS paths as short as those of the preferred circuit, and
 * both carry traffic.
 */
export function detectPolicyUsageDeviation(
  context: DetectionContext,
  sides: ComparedTableSides,
  memory: TableParityMemory,
): void {
  if (sides.policy?.kind === 'active_standby') return activeActive(context, sides, memory)
  const { settings } = context
  const longer = Object.values(memory.differing).filter(({ how }) => how.startsWith('longer'))
  const confirmed = longer.filter(({ samples }) => samples >= settings['parity.confirm'])
  const isUnequal = memory.shared > 0 && memory.unequal >= settings['passive.share'] * memory.shared
  const isMeant = isDeclaredAlike(context, sides) || wereAlike(context, memory)
  updateEventByCondition(context, {
    kind: 'unintended_active_passive',
    scope: sides.scope,
    subject: sides.subject,
    holds: isUnequal
      ? isShareOf(confirmed, longer, memory, settings)
        ? true
        : null
      : isSettled(context, memory)
        ? false
        : null,
    since: isUnequal
      ? computeEarliestBeginBounds(longer.map(({ since }) => since))
      : (memory.equal?.since ?? getSampleBounds(context.mark)),
    severity: 'warning',
    mayBegin: isMeant,
    evidence: lengthEvidence(context, memory, confirmed),
  })
}

/**
 * Reports whether the share of prefixes with a confirmed difference is large enough to raise the event. Only a limited
 * number of differences is stored. If more prefixes differ, the share of confirmed differences among the stored ones is
 * assumed for all of them.
 */
function isShareOf(
  confirmed: readonly ComparedPrefixDifference[],
  longer: readonly ComparedPrefixDifference[],
  { unequal, shared }: TableParityMemory,
  settings: DetectionContext['settings'],
): boolean {
  return longer.length > 0 && (confirmed.length / longer.length) * unequal >= settings['passive.share'] * shared
}

const isSettled = ({ settings }: DetectionContext, { equal }: TableParityMemory) =>
  equal === null || equal.samples >= settings['parity.confirm']

function isDeclaredAlike({ topology }: DetectionContext, { policy, scope }: ComparedTableSides): boolean {
  if (policy) return policy.kind === 'active_active'
  return topology.policies.some(({ kind, circuits }) => kind === 'active_active' && circuits.includes(scope))
}

/**
 * Reports whether both sides had AS paths of equal length for at least the setting `parity.habit` (a week). Then equal
 * lengths are assumed to be intended.
 */
function wereAlike({ settings, mark }: DetectionContext, { alike }: TableParityMemory): boolean {
  return alike !== null && (alike.until ?? mark.startedAt) - alike.since >= settings['parity.habit']
}

function activeActive(context: DetectionContext, sides: ComparedTableSides, memory: TableParityMemory): void {
  const { mark } = context
  const { close = { is: false, since: getSampleBounds(mark) } } = memory
  const [first, other] = [sides.a[0]?.scope ?? '', sides.b[0]?.scope ?? '']
  const carry = close.is ? compareTrafficShares(context, first, other) : null
  updateEventByCondition(context, {
    kind: 'unexpected_active_active',
    scope: sides.scope,
    subject: sides.subject,
    // Without byte counters it is unknown whether both circuits carry traffic. A standby circuit with equally short AS
    // paths may still be unused because of its connection weight.
    holds: close.is ? (carry?.both ?? null) : false,
    since: carry ? computeLatestBeginBounds([close.since, carry.since]) : close.since,
    severity: 'warning',
    evidence: [...lengthEvidence(context, memory, []), ...(carry?.evidence ?? [])],
  })
}

function lengthEvidence(
  { mark }: DetectionContext,
  memory: TableParityMemory,
  confirmed: readonly ComparedPrefixDifference[],
): Evidence[] {
  const sampledAfter = getSampleBounds(mark)
  const prepending = [...new Set(confirmed.flatMap(({ prepends }) => prepends ?? []))].toSorted((a, b) => a - b)
  const lengths: Evidence = createSampleEvidence(
    'paths of unequal length',
    `${memory.unequal} of ${memory.shared} shared prefixes`,
    sampledAfter,
  )
  if (prepending.length === 0) return [lengths]
  const after = prepending.map((asn) => `AS${asn}`).join(', ')
  return [lengths, createSampleEvidence('prepended by', after, sampledAfter)]
}
