import type { AccessScope } from '#lib/contract/index.ts'
import type { BodyOf, CommandName, ResultOf } from '#lib/api/index.ts'
import { costDecisions } from '#lib/cost/store/index.ts'
import {
  readingDatabase,
  queryable,
  type Db,
  NotFoundError,
  WholeDeploymentError,
  resolveCircuit,
  resolveResource,
  scopedTo,
  withoutOthers,
} from '#lib/questions/index.ts'

import { getIncident } from '#lib/incidents/answers/index.ts'
import { seenCheck } from '#lib/resilience/answers/index.ts'

interface ScopedCommand<Name extends CommandName> {
  /** refuses what the scope does not see, as the question about it would */
  check: (reader: Db, asked: { id: string; body: BodyOf<Name> }) => Promise<unknown>
  /** the answer as the scope sees it; not given = the command's own */
  result?: (reader: Db, asked: { id: string }) => Promise<ResultOf<Name>>
}

/** It changes what all share. */
const WHOLE = { check: () => Promise.reject(new WholeDeploymentError()) }

/** It compares with the caller's scope itself. */
const BY_ITSELF = { check: async () => {} }

/** As many decisions as are searched. */
const MOST_DECISIONS = 10_000

/** What a caller with a scope may command. Each command decides. */
const COMMANDS: { [Name in CommandName]: ScopedCommand<Name> } = {
  watch: { check: (reader, { body }) => resolveResource(queryable(reader), body.scope) },
  requestServiceKey: { check: (reader, { id }) => resolveCircuit(queryable(reader), id) },
  // gateways are many customers'
  joinResource: {
    check: async (reader, { id, body }) => {
      await resolveCircuit(queryable(reader), id)
      await resolveCircuit(queryable(reader), body.with)
    },
  },
  partResource: { check: (reader, { id }) => resolveCircuit(queryable(reader), id) },
  acknowledgeIncident: {
    check: (reader, { id }) => getIncident(reader, id),
    result: (reader, { id }) => getIncident(reader, id),
  },
  assignIncident: {
    check: (reader, { id }) => getIncident(reader, id),
    result: (reader, { id }) => getIncident(reader, id),
  },
  sendIncident: { check: (reader, { id }) => getIncident(reader, id) },
  exemptCheck: { check: (reader, { id }) => seenCheck(reader, id) },
  withdrawExemption: { check: (reader, { id }) => seenCheck(reader, id) },
  decideCost: { check: (reader, { body }) => resolveCircuit(queryable(reader), body.circuitId) },
  noteCostOutcome: {
    check: async (reader, { id }) => {
      const seen = await costDecisions(queryable(reader), Number.MAX_SAFE_INTEGER / 2, MOST_DECISIONS)
      if (!seen.some((decision) => decision.id === id)) throw new NotFoundError(`there is no decision ${id}`)
    },
  },
  putThresholds: WHOLE,
  askBackTest: WHOLE,
  cancelBackTest: WHOLE,
  putChannels: WHOLE,
  testChannel: WHOLE,
  putEscalation: WHOLE,
  putReportSchedules: WHOLE,
  sendReport: WHOLE,
  putCostOverrides: WHOLE,
  putCostBudgets: WHOLE,
  putDeclarations: WHOLE,
  addCalendar: WHOLE,
  putCalendar: WHOLE,
  removeCalendar: WHOLE,
  readCalendar: WHOLE,
  pinIntents: WHOLE,
  // computed for the caller's own scope
  computeN2: BY_ITSELF,
  cancelN2: BY_ITSELF,
  announceDrill: WHOLE,
  cancelDrill: WHOLE,
  addUser: WHOLE,
  changeUser: WHOLE,
  removeUser: WHOLE,
  linkUser: WHOLE,
  resetSecondFactor: WHOLE,
  endSessions: WHOLE,
  // a token reaches no further than its maker, who sees those that do not
  createToken: BY_ITSELF,
  revokeToken: BY_ITSELF,
}

/**
 * Does a command for a caller: what his scope does not see is not found, and what all share he can't change.
 * @throws NotFoundError, WholeDeploymentError, and whatever `work` throws
 */
export async function commandInScope<Name extends CommandName>(
  name: Name,
  scope: AccessScope,
  asked: { id: string; body: BodyOf<Name> },
  work: () => Promise<ResultOf<Name>>,
): Promise<ResultOf<Name>> {
  if (scope === 'everything') return work()
  const { check, result }: ScopedCommand<Name> = COMMANDS[name]
  const database = readingDatabase()
  const reader = await scopedTo(database, scope)
  await check(reader, asked)
  const done = await work()
  return withoutOthers(reader, result ? await result(reader, asked) : done)
}
