import type { z } from 'zod'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

const KINDS: Record<string, string> = createSafeLookupTable({
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'text',
})
const FORMS: Record<string, string> = createSafeLookupTable({
  datetime: 'a time in UTC such as 2026-11-20T03:12:00Z',
  email: 'an address such as noc@example.com',
})
const UNITS: Record<string, [one: string, many: string]> = createSafeLookupTable({
  string: [' character', ' characters'],
  array: [' entry', ' entries'],
})

/**
 * Returns an error message for a value that a schema refused, if the schema has no message of its own. It tells the
 * caller what to send instead; undefined = use zod's message.
 */
export function formatFault(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const expected = KINDS[issue.expected] ?? issue.expected
      return issue.input === undefined
        ? `it is missing: send ${expected}`
        : `send ${expected}, not ${kindOf(issue.input)}`
    }
    case 'invalid_value':
      return issue.values.length === 1
        ? `send ${String(issue.values[0])}`
        : `send one of ${issue.values.map(String).join(', ')}`
    case 'too_big':
      return `send ${counted(issue.maximum, issue.origin)} at most`
    case 'too_small':
      return `send ${counted(issue.minimum, issue.origin)} at least`
    case 'invalid_format':
      return FORMS[issue.format] && `send ${FORMS[issue.format]}`
    default:
      return undefined
  }
}

function counted(count: number | bigint, origin: string): string {
  const [one = '', many = ''] = UNITS[origin] ?? []
  return `${count}${count === 1 ? one : many}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a fraction'
  return KINDS[typeof value] ?? typeof value
}
