import { PlanFileError } from '#lib/plan/api/file/plan-file.ts'
import { decodePlan, readPlan } from '#lib/plan/api/file/read-plan.ts'
import { decodePlanFragment, type PlanInUrl } from './plan-link.ts'

/** Plan that the user gave: a chosen or dropped file, a pasted text, or the fragment of a link. */
export type PlanSource = { file: File } | { text: string } | { fragment: string }

/** Maximum size of a file in bytes. A larger file would freeze the page, because it is parsed without a pause. */
const MAX_FILE_BYTES = 50_000_000

/**
 * Reads a plan in the browser and reduces it to its changes and unknown parts. Nothing is sent.
 * @throws PlanFileError if the plan cannot be read; the message tells the user how to correct it
 */
export async function readPlanSource(source: PlanSource): Promise<PlanInUrl> {
  if ('file' in source) {
    if (source.file.size > MAX_FILE_BYTES)
      throw new PlanFileError(
        `it is larger than ${MAX_FILE_BYTES / 1e6} MB: check it with the command line, npx peerwatch plan check FILE`,
      )
    const bytes = await source.file.arrayBuffer().catch(() => {
      throw new PlanFileError('the browser could not read it: choose it again, and choose a file and not a folder')
    })
    return { name: source.file.name, read: readPlan(decodePlan(new Uint8Array(bytes))) }
  }
  if ('text' in source) return { name: 'Pasted plan', read: readPlan(source.text) }
  const linked = await decodePlanFragment(source.fragment)
  if (linked) return linked
  throw new PlanFileError('it is damaged or was cut off: ask for the whole link, or for the report as a file')
}

/** Returns the name of a plan that could not be read. */
export const getPlanSourceName = (source: PlanSource): string =>
  'file' in source ? source.file.name : 'text' in source ? 'The pasted text' : 'The plan in this link'
