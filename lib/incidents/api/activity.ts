import type { z } from 'zod'
import { explainedBy } from './changes.ts'

/** An entry of the Activity Log about a resource or one of its children. */
export const activityEntry = explainedBy
export type ActivityEntryView = z.infer<typeof activityEntry>
