import type { z } from 'zod'
import {
  instantField,
  instantOrNull,
  textField,
  textOrNull,
  enumTextField,
  enumTextOrEmpty,
} from '../../decode/fields.ts'

/** Schemas of the fields that every Activity Log entry has. Source: Azure Monitor REST, Activity Logs - List. */
export const activityEntryFields = {
  eventDataId: textField,
  correlationId: textOrNull,
  eventTimestamp: instantField,
  submissionTimestamp: instantOrNull,
  operationName: enumTextField,
  status: enumTextOrEmpty,
  resourceId: textOrNull,
  category: enumTextOrEmpty,
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
