import type { Outcome } from '#lib/contract/index.ts'
import type { PollHealth } from '#lib/history/index.ts'

/** The custom role of docs/azure-permissions.md. */
const ROLE = 'Peerwatch'

const remedies: Partial<Record<Outcome, string>> = {
  unauthorized:
    'Check the credential that Peerwatch signs in with: its tenant, its secret and whether it is still valid.',
  not_found: 'It was deleted or moved, or the credential no longer sees it; the next inventory decides.',
  throttled: 'Azure asks for fewer calls. Polling slows down by itself; longer intervals (POLL_*_EVERY) avoid it.',
  unavailable: 'Azure could not answer. Polling goes on by itself.',
  timeout: 'Azure did not answer in time. Polling goes on by itself.',
  malformed: 'The answer is not what Azure documents. Nothing was recorded of it; polling goes on by itself.',
  incomplete:
    'The answer lacks something that was there before. What it holds was recorded; what it lacks is not taken as gone.',
}

export interface Remedy {
  /** in plain words; it ends with the command where there is one. Null when there is nothing to do. */
  remedy: string | null
  /** the command alone, to copy */
  command: string | null
}

/** What to do about a poll that did not end well. */
export function remedyFor({ lastOutcome, error }: PollHealth, resourceId: string): Remedy {
  if (lastOutcome !== 'forbidden') return { remedy: remedies[lastOutcome] ?? null, command: null }
  const subscription = /^\/subscriptions\/[^/]+/i.exec(resourceId)?.[0] ?? resourceId
  const missing = error?.missingAction ? `It lacks ${error.missingAction}. ` : ''
  const command = `az role assignment create --assignee <principal id> --role "${ROLE}" --scope ${subscription}`
  return { remedy: `${missing}Grant it, with the role of docs/azure-permissions.md: ${command}`, command }
}
