import type { z } from 'zod'
import {
  armInstantSchema,
  armInstantOrNullSchema,
  armTextSchema,
  armTextOrNullSchema,
  armEnumTextSchema,
  armEnumTextOrEmptySchema,
} from '../../decode/fields.ts'

/** Schemas of the fields that every Activity Log entry has. Source: Azure Monitor REST, Activity Logs - List. */
export const activityEntryFields = {
  eventDataId: armTextSchema,
  correlationId: armTextOrNullSchema,
  eventTimestamp: armInstantSchema,
  submissionTimestamp: armInstantOrNullSchema,
  operationName: armEnumTextSchema,
  status: armEnumTextOrEmptySchema,
  resourceId: armTextOrNullSchema,
  category: armEnumTextOrEmptySchema,
} satisfies z.ZodRawShape

type Entry = { [Field in keyof typeof activityEntryFields]: z.output<(typeof activityEntryFields)[Field]> }

/** Renames the fields of an entry to Peerwatch's names, for example `eventTimestamp` to `at`. */
export function renameEntryFields({ eventTimestamp, submissionTimestamp, operationName, resourceId, ...entry }: Entry) {
  return {
    ...entry,
    resourceId: resourceId ?? '',
    at: eventTimestamp,
    submittedAt: submissionTimestamp,
    operation: operationName,
  }
}
