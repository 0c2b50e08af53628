import { z } from 'zod'

/**
 * Reports whether a name is a zone or a link of the IANA time zone database that this runtime knows. An offset such as
 * `+02:00` does not count.
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

/** Schema of the IANA name of a time zone. */
export const timeZoneSchema = z
  .string()
  .trim()
  .max(60)
  .refine(isTimeZone, 'enter a time zone such as Europe/London')
  .describe('IANA name, such as Europe/London')
