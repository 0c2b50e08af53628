import { z } from 'zod'

/** Whether a name is one of the IANA time zone database, or a link there, as this runtime knows it. An offset is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** A time zone by its IANA name. */
export const timeZone = z
  .string()
  .trim()
  .max(60)
  .refine(isTimeZone, 'enter a time zone such as Europe/London')
  .describe('IANA name, such as Europe/London')
