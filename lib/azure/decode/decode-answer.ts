import type { PollObservation, PollTarget } from '#lib/contract/index.ts'
import { requireFinalResponse } from '../call/send-request.ts'
import type { ArmResponse } from '../call/call.ts'
import { PollFailure } from '../call/failure.ts'
import { pollKindDefinitions } from '../kinds/index.ts'
import { type KindPollResult, makeObservationRowsLazy } from '../kinds/kind.ts'
import type { ArmRequest } from '../kinds/arm-requests.ts'
import type { RouteTableCache } from './route-table-cache.ts'
import { requireResourceType, parseTargetId } from '../poll-input.ts'
import type { ObservableKind, RawHttpResponse } from '../types.ts'

/** Times of a poll: when its request was sent and when the last byte was read, and the clock that measured them. */
export type PollTimes = Pick<PollObservation, 'startedAt' | 'finishedAt' | 'clock'>

/**
 * Returns the request of a poll, for kinds whose polls consist of a single request. It is used by simulations in
 * virtual time, which do not use the client. `decodePollResponse` decodes the response. Source: Azure Network REST, the
 * operations named in docs/azure-permissions.md.
 * @throws Error for a kind of poll that consists of several requests
 */
export function buildPlainRequest(target: PollTarget, kind: ObservableKind): ArmRequest {
  const request = pollKindDefinitions[kind].plainRequest?.(target)
  if (!request) throw new Error(`${kind} is no kind of one request`)
  return request
}

/**
 * Decodes a final response with the same checks, rows and outcomes as the client (`Azure.poll`), but without HTTP.
 * Simulations in virtual time use it, because the SDK would take most of their time.
 * @param tables earlier responses of route tables; absent = each response is decoded completely
 * @throws Error for a response with further pages, which only the client can request
 */
export function decodePollResponse(
  target: PollTarget,
  kind: ObservableKind,
  wire: RawHttpResponse,
  span: PollTimes,
  tables?: RouteTableCache,
): PollObservation {
  const { types, decode, refused, operation } = pollKindDefinitions[kind]
  const known = tables?.of<unknown>(kind, target)
  if (!decode) throw new Error(`${kind} is no kind of one answer`)
  const method = operation ? 'POST' : 'GET'
  const answer: ArmResponse = {
    method,
    url: '',
    status: wire.status,
    header: (name) => wire.headers[name],
    headers: () => wire.headers,
    body: wire.body,
  }
  const result = resultOf(
    () => {
      const { type } = requireResourceType(parseTargetId(target), types, kind)
      const [final, of] = [requireFinalResponse(answer, span.finishedAt), { type, subresource: target.subresource }]
      const short = known?.read(final, (table) => operation?.decode(table, of))
      if (short) return short
      const whole = decode(final, of) as KindPollResult<unknown>
      known?.keep(final, whole)
      return whole
    },
    (failure) => refused?.(failure, parseTargetId(target).type) ?? null,
  )
  const correlationId = wire.headers['x-ms-correlation-request-id'] ?? ''
  // the cast is necessary, because TypeScript cannot derive the type of the rows from a union of poll kinds
  return makeObservationRowsLazy({
    target,
    kind,
    ...span,
    silentInstances: [],
    budget: null,
    correlationId,
    ...result,
  } as PollObservation)
}

function resultOf(
  read: () => KindPollResult<unknown>,
  refused: (failure: PollFailure) => PollFailure | null,
): KindPollResult<unknown> {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof PollFailure)) throw error
    const failure = refused(error) ?? error
    return { outcome: failure.outcome, error: failure.error, rows: [] }
  }
}
