import type { z } from 'zod'
import {
  instantField,
  instantOrNull,
  textField,
  textOrNull,
  wrappedText,
  wrappedTextOrEmpty,
} from '../../decode/fields.ts'

/** Fields of every Activity Log entry. Source: Azure Monitor REST, Activity Logs - List. */
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

/** Converts the fields to Peerwatch's names. */
export function entryOf({ eventTimestamp, submissionTimestamp, operationName, resourceId, ...entry }: Entry) {
  return {
    ...entry,
    resourceId: resourceId ?? '',
    at: eventTimestamp,
    submittedAt: submissionTimestamp,
    operation: operationName,
  }
}
