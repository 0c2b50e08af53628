import type { z } from 'zod'
import {
  instantField,
  instantOrNull,
  textField,
  textOrNull,
  wrappedText,
  wrappedTextOrEmpty,
} from '../../decode/fields.ts'

/** Schemas of the fields that every Activity Log entry has. Source: Azure Monitor REST, Activity Logs - List. */
export const entryFields = {
  eventDataId: textField,
  correlationId: textOrNull,
  eventTimestamp: instantField,
  submissionTimestamp: instantOrNull,
  operationName: wrappedText,
  status: wrappedTextOrEmpty,
  resourceId: textOrNull,
  category: wrappedTextOrEmpty,
} satisfies z.ZodRawShape

type Entry = { [Field in keyof typeof entryFields]: z.output<(typeof entryFields)[Field]> }

/** Renames the fields of an entry to Peerwatch's names, for example `eventTimestamp` to `at`. */
export function entryOf({ eventTimestamp, submissionTimestamp, operationName, resourceId, ...entry }: Entry) {
  return {
    ...entry,
    resourceId: resourceId ?? '',
    at: eventTimestamp,
    submittedAt: submissionTimestamp,
    operation: operationName,
  }
}
