import type { Caller, Endpoint } from '#lib/contract/index.ts'
import { untilPoll } from '#lib/platform/one-answer.ts'
import {
  type CapabilityAnswer,
  type CapabilityRequest,
  type Db,
  narrowed,
  queryable,
  readerOf,
  withListedGaps,
  withoutOthers,
} from '#lib/questions/index.ts'

/** What all answers begin with. */
interface Envelope {
  asOf: string
}

/** What a caller's questions read from. @param customer what he asks for of all that he sees; many lists may be asked for one */
export const readerFor = ({ scope }: Caller, customer: string | undefined): Promise<Db> =>
  readerOf(narrowed(scope, customer))

export const customerIn = (parameters: unknown): string | undefined =>
  (parameters as { customer?: string } | undefined)?.customer

/** An answer as its caller may see it: the API's and the pages'. Of what all ask for again and again, those with the same rights get the same one. */
export function answerTo<Of extends Endpoint>(
  endpoint: Of,
  answer: CapabilityAnswer<Of>,
  asked: CapabilityRequest<Of>,
): Promise<Envelope> {
  const { db, parameters, id, caller } = asked
  const make = async () => withoutOthers(db, withListedGaps((await answer(asked)) as Envelope))
  const key = () => JSON.stringify([endpoint.path, id, parameters, [...caller.rights]])
  return endpoint.forAll ? untilPoll(queryable(db), key(), make) : make()
}
