import { owningResource } from './arm-id.ts'

/** Whether an entry of the Activity Log reports a change that came about, or was acknowledged. */
export const isChangeMade = ({ operation, status }: { operation: string; status: string }): boolean =>
  /\/(write|delete|action)$/i.test(operation) && /^(succeeded|accepted)$/i.test(status)

/** Category of a row that Resource Graph gave, and not the log: one for the whole change, where the log has one for each of its steps. */
export const RESOURCE_CHANGE = 'ResourceChange'

/** What a change is known by in the log and in Resource Graph alike; null = it can't be matched. One deployment may change many resources. */
export function changeKey(row: { correlationId: string | null; resourceId: string }): string | null {
  return row.correlationId === null ? null : `${row.correlationId} ${owningResource(row.resourceId)}`.toLowerCase()
}
