import { z } from 'zod'
import type { CounterRow } from '#lib/contract/index.ts'
import { decode } from '../../decode.ts'
import { malformed } from '../../failure.ts'
import { countOrNull } from '../../fields.ts'
import type { JsonObject } from '../../json.ts'

/** Stats of a circuit or of one peering; ARM spells the members like this. */
const stats = z.object({
  primarybytesIn: countOrNull,
  primarybytesOut: countOrNull,
  secondarybytesIn: countOrNull,
  secondarybytesOut: countOrNull,
})

/** Any counter may be missing, but an answer with none of the four is malformed. */
export function counters(body: JsonObject): CounterRow[] {
  const found = decode(stats, body)
  if (Object.values(found).every((value) => value === null)) {
    throw malformed('the body: expected primarybytesIn and its like, got none of them', 'MALFORMED_FIELD')
  }
  return [
    { path: 'primary', bytesIn: found.primarybytesIn, bytesOut: found.primarybytesOut },
    { path: 'secondary', bytesIn: found.secondarybytesIn, bytesOut: found.secondarybytesOut },
  ]
}
