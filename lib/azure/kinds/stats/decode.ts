import type { CounterRow } from '#lib/contract/index.ts'
import { decode } from '../../decode.ts'
import { malformed } from '../../failure.ts'
import { countOrNull } from '../../fields.ts'
import type { JsonObject } from '../../json.ts'
import { armRow } from '../../members.ts'

/** Stats of a circuit or of one peering, as the wire has them; the specification's ExpressRouteCircuitStats has `primarybytesIn`. */
const stats = armRow({
  primaryBytesIn: countOrNull,
  primaryBytesOut: countOrNull,
  secondaryBytesIn: countOrNull,
  secondaryBytesOut: countOrNull,
})

/** Any counter may be missing, but an answer with none of the four is malformed. */
export function counters(body: JsonObject): CounterRow[] {
  const found = decode(stats, body)
  if (Object.values(found).every((value) => value === null)) {
    throw malformed('the body: expected primaryBytesIn and its like, got none of them', 'MALFORMED_FIELD')
  }
  return [
    { path: 'primary', bytesIn: found.primaryBytesIn, bytesOut: found.primaryBytesOut },
    { path: 'secondary', bytesIn: found.secondaryBytesIn, bytesOut: found.secondaryBytesOut },
  ]
}
