/** Answers of the API about a recorded estate that are compared with the truth. */
import { availability } from './availability.ts'
import { impact } from './impact.ts'
import type { Answers } from './record.ts'

/** By the name under which `--answers` chooses them. */
export const answers: Readonly<Record<string, Answers>> = { availability, impact }
