import type { Observation, Outcome, PollError, PollTarget } from '#lib/contract/index.ts'
import { finalAnswer } from './ask.ts'
import type { Answer } from './call.ts'
import { PollFailure } from './failure.ts'
import { arpIn, countersIn, pathRoutesIn, summaryIn } from './kinds/circuit.ts'
import { connectionIn } from './kinds/connection.ts'
import { gatewayRoutesIn, peersIn } from './kinds/gateway.ts'
import { rowsOf, type Table } from './long-running.ts'
import { CIRCUIT, CONNECTION, expectType, GATEWAY, readTarget } from './read.ts'
import type { ObservableKind, WireAnswer } from './types.ts'

/** Kinds of poll that are one question and one final answer. */
export type SingleAnswerKind = Exclude<ObservableKind, 'inventory' | 'activity' | 'metrics' | 'probe'>

/** When the request left and when the last byte was read, and by which clock. */
export type PollSpan = Pick<Observation, 'startedAt' | 'finishedAt' | 'clock'>

/**
 * Reads a final answer that is at hand as `Azure.poll` reads the one that it got over HTTP: the same checks, the same rows, the
 * same outcomes. For runs at virtual time, where the SDK's own work for each call would be most of the run.
 * @throws Error for an answer that goes on on another page: the client has to follow that
 */
export function decodeAnswer(
  target: PollTarget,
  kind: SingleAnswerKind,
  wire: WireAnswer,
  span: PollSpan,
): Observation {
  const answer: Answer = { url: '', status: wire.status, header: (name) => wire.headers[name], body: wire.body }
  const correlationId = wire.headers['x-ms-correlation-request-id'] ?? ''
  const common = { target, ...span, silentInstances: [], budget: null, correlationId }
  const read = <Kind extends SingleAnswerKind, Row>(own: Kind, rows: (answer: Answer) => Row[]) => ({
    ...common,
    kind: own,
    ...resultOf(() => {
      expectType(readTarget(target), TYPES[own], own)
      return rows(finalAnswer(answer, span.finishedAt))
    }),
  })
  switch (kind) {
    case 'peers':
      return read(kind, (final) => peersIn(tableOf(final)))
    case 'learned':
      return read(kind, (final) => gatewayRoutesIn(tableOf(final)))
    case 'advertised':
      return read(kind, (final) => gatewayRoutesIn(tableOf(final)))
    case 'summary':
      return read(kind, (final) => summaryIn(tableOf(final)))
    case 'arp':
      return read(kind, (final) => arpIn(tableOf(final)))
    case 'tables':
      return read(kind, (final) => pathRoutesIn(tableOf(final)))
    case 'stats':
      return read(kind, countersIn)
    case 'connection':
      return read(kind, connectionIn)
  }
}

const TYPES: Record<SingleAnswerKind, string> = {
  peers: GATEWAY,
  learned: GATEWAY,
  advertised: GATEWAY,
  summary: CIRCUIT,
  arp: CIRCUIT,
  tables: CIRCUIT,
  stats: CIRCUIT,
  connection: CONNECTION,
}

function resultOf<Row>(rows: () => Row[]): { outcome: Outcome; error: PollError | null; rows: Row[] } {
  try {
    return { outcome: 'ok', error: null, rows: rows() }
  } catch (error) {
    if (!(error instanceof PollFailure)) throw error
    return { outcome: error.outcome, error: error.error, rows: [] }
  }
}

function tableOf(answer: Answer): Table {
  const { rows, at, body } = rowsOf(answer)
  if (body.nextLink) throw new Error("an answer on several pages is the client's to read")
  return { rows, at }
}
