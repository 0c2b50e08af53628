import type { z } from 'zod'
import { explainedBy } from './changes.ts'

/** An entry of the Activity Log about a thing or something below it. */
export const activityEntry = explainedBy
export type ActivityEntryView = z.infer<typeof activityEntry>
