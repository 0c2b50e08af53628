import type { Observation, PollTarget } from '#lib/contract/index.ts'
import { finalAnswer } from '../call/send.ts'
import type { CallAnswer } from '../call/call.ts'
import { PollFailure } from '../call/failure.ts'
import { kinds } from '../kinds/index.ts'
import { type Result, withRows } from '../kinds/kind.ts'
import type { PlainRequest } from '../kinds/by-hand.ts'
import type { RouteTableMemory } from './known-tables.ts'
import { expectType, readTarget } from '../read.ts'
import type { ObservableKind, WireAnswer } from '../types.ts'

/** Times when the request was sent and when the last byte was read, and the clock that was used. */
export type PollSpan = Pick<Observation, 'startedAt' | 'finishedAt' | 'clock'>

/**
 * Returns the request that the client would send to poll a kind, for simulations in virtual time that do not use the
 * client. `decodeAnswer` decodes its response.
 * Source: Azure Network REST, the operations named in docs/azure-permissions.md.
 * @throws Error for a kind of poll that is not a single request
 */
export function plainRequest(target: PollTarget, kind: ObservableKind): PlainRequest {
  const request = kinds[kind].plainRequest?.(target)
  if (!request) throw new Error(`${kind} is no kind of one request`)
  return request
}

/**
 * Decodes a final response that did not come over HTTP in the same way as `Azure.poll`: with the same checks, rows and
 * outcomes. Simulations in virtual time use it, because the SDK would take most of their run time.
 * @param tables earlier tables; absent = no tables are remembered
 * @throws Error for a response that continues on another page, which only the client can follow
 */
export function decodeAnswer(
  target: PollTarget,
  kind: ObservableKind,
  wire: WireAnswer,
  span: PollSpan,
  tables?: RouteTableMemory,
): Observation {
  const { types, decode, refused, operation } = kinds[kind]
  const known = tables?.of<unknown>(kind, target)
  if (!decode) throw new Error(`${kind} is no kind of one answer`)
  const method = operation ? 'POST' : 'GET'
  const answer: CallAnswer = {
    method,
    url: '',
    status: wire.status,
    header: (name) => wire.headers[name],
    body: wire.body,
  }
  const result = resultOf(() => {
    const { type } = expectType(readTarget(target), types, kind)
    const [final, of] = [finalAnswer(answer, span.finishedAt), { type, subresource: target.subresource }]
    const short = known?.read(final, (table) => operation?.decode(table, of))
    if (short) return short
    const whole = decode(final, of) as Result<unknown>
    known?.keep(final, whole)
    return whole
  }, refused)
  const correlationId = wire.headers['x-ms-correlation-request-id'] ?? ''
  // TypeScript cannot follow a kind to its rows through a union of kinds
  return withRows({ target, kind, ...span, silentInstances: [], budget: null, correlationId, ...result } as Observation)
}

function resultOf(
  read: () => Result<unknown>,
  refused: ((failure: PollFailure) => PollFailure | null) | undefined,
): Result<unknown> {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PollFailure)) throw error
    const failure = refused?.(error) ?? error
    return { outcome: failure.outcome, error: failure.error, rows: [] }
  }
}
