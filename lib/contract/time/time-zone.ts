import { z } from 'zod'

/**
 * Reports whether a name is a zone or link of the IANA time zone database that this runtime knows. An offset does not
 * count as a zone.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** IANA name of a time zone. */
export const timeZone = z
  .string()
  .trim()
  .max(60)
  .refine(isTimeZone, 'enter a time zone such as Europe/London')
  .describe('IANA name, such as Europe/London')
