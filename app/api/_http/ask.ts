import type { Caller, Endpoint } from '#lib/contract/index.ts'
import {
  type CapabilityAnswer,
  type Asked,
  type Db,
  narrowed,
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

/** An answer as its caller may see it: the API's and the pages'. */
export async function answerTo<Of extends Endpoint>(answer: CapabilityAnswer<Of>, asked: Asked<Of>): Promise<Envelope> {
  const full = (await answer(asked)) as Envelope
  return withoutOthers(asked.db, withListedGaps(full))
}
