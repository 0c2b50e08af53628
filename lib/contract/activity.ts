import { getTopLevelResourceId } from './arm-id.ts'

/** Reports whether an entry of the Activity Log describes a change that succeeded or was accepted. */
export const isCompletedChange = ({ operation, status }: { operation: string; status: string }): boolean =>
  /\/(write|delete|action)$/i.test(operation) && /^(succeeded|accepted)$/i.test(status)

/**
 * Category that Peerwatch gives to rows that come from Resource Graph. Rows of the Activity Log have Azure's
 * categories. Resource Graph has one row per change; the Activity Log has one row per step of the change.
 */
export const RESOURCE_CHANGE_CATEGORY = 'ResourceChange'

/**
 * Returns the key that identifies a change both in the Activity Log and in Resource Graph; null if the row has no
 * correlation id. The key includes the resource, because one deployment may change many resources.
 */
export function buildChangeKey(row: { correlationId: string | null; resourceId: string }): string | null {
  return row.correlationId === null
    ? null
    : `${row.correlationId} ${getTopLevelResourceId(row.resourceId)}`.toLowerCase()
}
