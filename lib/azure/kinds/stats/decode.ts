import type { CounterRow } from '#lib/contract/index.ts'
import { decodeKnown } from '../../decode/decode.ts'
import { malformed } from '../../call/failure.ts'
import { countOrNull } from '../../decode/fields.ts'
import type { JsonObject } from '../../decode/json.ts'
import { armRow } from '../../decode/members.ts'
import { partly, Unread } from '../../decode/unread.ts'
import type { Result } from '../kind.ts'

/** Stats of a circuit or of one peering, as the wire has them; the specification's ExpressRouteCircuitStats has `primarybytesIn`. */
const stats = armRow({
  primaryBytesIn: countOrNull,
  primaryBytesOut: countOrNull,
  secondaryBytesIn: countOrNull,
  secondaryBytesOut: countOrNull,
})

/** Any counter may be missing or odd, but an answer with none of the four is malformed. */
export function counters(body: JsonObject): Result<CounterRow[]> {
  const unread = new Unread()
  const { known } = decodeKnown(stats, body, '', unread)
  const isNothing = Object.values(known).every((value) => value === null)
  if (isNothing && unread.count > 0) throw unread.failure(true)
  if (isNothing) throw malformed('the body: expected primaryBytesIn and its like, got none of them', 'MALFORMED_FIELD')
  unread.outOf(1)
  const rows: CounterRow[] = [
    { path: 'primary', bytesIn: known.primaryBytesIn, bytesOut: known.primaryBytesOut },
    { path: 'secondary', bytesIn: known.secondaryBytesIn, bytesOut: known.secondaryBytesOut },
  ]
  return partly(rows, unread)
}
