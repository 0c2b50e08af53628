import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { hashTextToShare } from '#lib/poller/index.ts'
import type { CallApiInProcess } from '#lib/questions/index.ts'
import { type PastKind, pastKinds, type PastQuestion } from './kinds.ts'

const pick = <T>(list: readonly T[], seed: string): T | undefined =>
  list[Math.floor(hashTextToShare(seed) * list.length)]

interface Drawing {
  kind: PastKind
  seed: string
  oldest: EpochMs
  now: EpochMs
  circuits: readonly string[]
  gateways: readonly string[]
}

/**
 * Draws a query about a closed period. Half of the queries are about the last two weeks.
 * @returns null if no suitable object or period exists
 */
export async function drawPastQuery(
  { db, ask }: { db: SqlExecutor; ask: CallApiInProcess },
  { kind, seed, oldest, now, circuits, gateways }: Drawing,
): Promise<PastQuestion | null> {
  const { lengthMs, gridMs, begins = (at: EpochMs) => at, closedAfterMs, of, path } = pastKinds[kind]
  const newest = now - closedAfterMs - lengthMs
  const first = hashTextToShare(`${seed} age`) < 0.5 ? Math.max(oldest, newest - 14 * MS_PER_DAY) : oldest
  const from = begins(Math.floor((first + hashTextToShare(`${seed} from`) * (newest - first)) / gridMs) * gridMs)
  if (from < oldest || newest < oldest) return null
  const scopes = of === 'circuit' ? circuits : of === 'routed' ? gateways : [...circuits, ...gateways]
  const scope = pick(scopes, `${seed} scope`) ?? ''
  if (scope === '' && of !== 'all') return null
  const at = new Date(from).toISOString()
  let ip = ''
  if (of === 'routed') {
    const { data } = (await ask(db, `/routes?${new URLSearchParams({ scope, at, limit: '100' })}`)) as {
      data: { prefix: string }[]
    }
    // the look-up uses the first address, because all addresses of a prefix are routed in the same way
    ip = pick(data, `${seed} ip`)?.prefix.split('/')[0] ?? ''
    if (ip === '') return null
  }
  return { kind, question: path({ scope, ip }, at, new Date(from + lengthMs).toISOString()), from, to: from + lengthMs }
}
