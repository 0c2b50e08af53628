import { gatewayCheckRecords } from './gateway.ts'
import { limitCheckRecords } from './limits.ts'
import { networkCheckRecords } from './network.ts'
import { operationCheckRecords } from './operation.ts'
import { peeringCheckRecords } from './peering.ts'
import type { CheckArea, CheckOfArea, CheckRecord } from './check-record.ts'
import { redundancyCheckRecords } from './redundancy.ts'
import { routingCheckRecords } from './routing.ts'

export * from './check-record.ts'
export { formatCheckCommand } from './check-command.ts'
export * from './nearly-full.ts'
export { MAX_DAYS_SINCE_DRILL } from './operation.ts'

const ofArea = <Kind extends string>(area: CheckArea, checks: Record<Kind, CheckOfArea>) =>
  Object.fromEntries(Object.entries<CheckOfArea>(checks).map(([kind, check]) => [kind, { ...check, area }])) as Record<
    Kind,
    CheckRecord
  >

const records = {
  ...ofArea('redundancy', redundancyCheckRecords),
  ...ofArea('limits', limitCheckRecords),
  ...ofArea('peering', peeringCheckRecords),
  ...ofArea('gateway', gatewayCheckRecords),
  ...ofArea('network', networkCheckRecords),
  ...ofArea('routing', routingCheckRecords),
  ...ofArea('operation', operationCheckRecords),
}

export type CheckKind = keyof typeof records
export const checkRecords: Readonly<Record<CheckKind, CheckRecord>> = records
/** All kinds of checks, grouped by area in the order of the areas. */
export const checkKinds = Object.keys(records) as CheckKind[]

/**
 * Returns the id of a check's result for one resource: the check kind, the resource's short id and, if the result is
 * about a part of the resource, that part. The id stays the same between evaluations.
 */
export const formatCheckId = (kind: CheckKind, scope: string, part: string | null): string =>
  [kind, scope, ...(part === null ? [] : [part])].join(':')

/**
 * Parses the kind and the resource's short id from the id of a check's result; null if the kind is unknown or the short
 * id is missing.
 */
export function parseCheckId(id: string): { kind: CheckKind; scope: string } | null {
  const [kind = '', scope = ''] = id.split(':')
  return kind in records && scope !== '' ? { kind: kind as CheckKind, scope } : null
}
