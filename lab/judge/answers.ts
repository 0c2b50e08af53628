/** API answers about a recorded estate that are compared with the truth. */
import { availability } from './availability.ts'
import { impact } from './impact.ts'
import type { Answers } from './record.ts'

/** Judges by the name that `--answers` selects. */
export const answers: Readonly<Record<string, Answers>> = { availability, impact }
