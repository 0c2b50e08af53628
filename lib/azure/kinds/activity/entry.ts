import type { z } from 'zod'
import {
  instantField,
  instantOrNull,
  textField,
  textOrNull,
  wrappedText,
  wrappedTextOrEmpty,
} from '../../decode/fields.ts'

/** What every entry of the Activity Log has. Source: Azure Monitor REST, Activity Logs - List. */
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

/** The same in our own words. */
export function entryOf({ eventTimestamp, submissionTimestamp, operationName, resourceId, ...entry }: Entry) {
  return {
    ...entry,
    resourceId: resourceId ?? '',
    at: eventTimestamp,
    submittedAt: submissionTimestamp,
    operation: operationName,
  }
}
