import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { CLIENT_ADDRESS_HEADER } from '../caller/caller.ts'
import { recordCredentialUse } from '../store/credentials.ts'
import { type AccessMode, COUNT_SNAPSHOT_OPENED_SQL, findSnapshotState } from '../store/snapshots.ts'
import { type FrontRefusal, getRequestPath } from '../refusal.ts'
import { getClientNetwork } from '../sign-in/attempt-counters.ts'
import { hashSecret, isTokenText } from '../tokens/token-text.ts'
import type { AdmissionGate } from './admission-gate.ts'

const FOLDER = '/snapshot/'

/**
 * Maximum number of requests for snapshots per minute from one network. It protects the database from too many queries.
 * Guessing a token is impossible anyway.
 */
const MAX_IN_A_MINUTE = 60

/**
 * Returns a gate that needs no sign-in for snapshots: everyone who has the link of a snapshot can see it (ADR 0267), as
 * long as the user or token that made it may still see the same data (ADR 0294).
 * @param others the gate for all other paths
 */
export function createSnapshotGate(
  db: SqlExecutor,
  others: AdmissionGate,
  mode: AccessMode,
  now: () => number = () => performance.now(),
): AdmissionGate {
  let [minute, asked] = [0, new Map<string, number>()]
  const isTooMuch = (network: string): boolean => {
    const current = Math.floor(now() / 60_000)
    if (current !== minute) [minute, asked] = [current, new Map()]
    const count = (asked.get(network) ?? 0) + 1
    asked.set(network, count)
    return count > MAX_IN_A_MINUTE
  }
  return async (request) => {
    const path = getRequestPath(request.url)
    if (!path.startsWith(FOLDER)) return others(request)
    if (isTooMuch(getClientNetwork(String(request.headers[CLIENT_ADDRESS_HEADER] ?? '')))) return { answer: TOO_MANY }
    const token = path.slice(FOLDER.length)
    const state = isTokenText(token) ? await findSnapshotState(db, token, mode) : null
    if (state !== 'open') return { answer: state === null ? UNKNOWN : ENDED[state] }
    if (request.method === 'GET' && request.headers.rsc === undefined)
      await recordCredentialUse(db, COUNT_SNAPSHOT_OPENED_SQL, hashSecret(token))
    return { caller: null }
  }
}

const closed = (status: number, detail: string): FrontRefusal => ({
  status,
  detail,
  headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' },
})

const TOO_MANY: FrontRefusal = {
  status: 429,
  detail: 'Too many snapshots were asked for from your network. Try again in a minute.',
  headers: { 'retry-after': '60' },
}
const UNKNOWN = closed(404, 'No snapshot has this link. Ask the sender for another link.')
const ENDED = {
  expired: closed(410, 'This snapshot has expired. Ask the sender for another link.'),
  closed: closed(403, 'The person who made this snapshot may no longer show it. Ask for another link.'),
  revoked: closed(410, 'This snapshot was revoked. Ask the sender of the link.'),
}
