import { getSharedIds } from '#lib/history/index.ts'
import { defineFeatureCapability, getSqlExecutor, resolveResource, WholeDeploymentError } from '#lib/questions/index.ts'
import {
  announceDrill,
  cancelAnnouncedDrill,
  cancelN2,
  computeN2,
  exemptCheck,
  findCheckExemption,
  getAzureFailoverTests,
  getDrill,
  getDrills,
  getExpectedDrill,
  getFailovers,
  getRoutingIntents,
  getLifecycle,
  getN1,
  getN2,
  getOutlook,
  getResilience,
  readHindranceBefore,
  pinRoutingIntents,
  requireVisibleCheck,
  computeWhatIf,
  getAzureReports,
  requestAzureReportsOfGateway,
  endCheckExemption,
  type WhatIfCostSource,
} from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import { resilienceDatabaseTablePolicies } from './store/tables.ts'

declare module '#lib/questions/capability.ts' {
  interface CrossFeatureFunctions {
    /**
     * Computes the cost of a month after a failure or change. The function is provided by lib/cost, because this module
     * does not import lib/cost.
     */
    costOfMonth: NonNullable<WhatIfCostSource['costOfMonth']>
    /** Finds the worst hindrance for moving traffic after a loss, from the route tables before the loss. */
    hindranceBefore: typeof readHindranceBefore
  }
}

export const resilienceCapability = defineFeatureCapability({
  endpoints,
  tables: resilienceDatabaseTablePolicies,
  answers: {
    lifecycle: ({ db, id }) => getLifecycle(db, id),
    resilience: ({ db, parameters }) => getResilience(db, parameters),
    failovers: ({ db, parameters }) => getFailovers(db, parameters),
    intents: ({ db, parameters }) => getRoutingIntents(db, parameters),
    drills: ({ db, parameters }) => getDrills(db, parameters),
    azureFailoverTests: ({ db, parameters }) => getAzureFailoverTests(db, parameters),
    azureReports: ({ db, id }) => getAzureReports(db, id),
    expectedDrill: ({ db, parameters }) => getExpectedDrill(db, parameters),
    drill: ({ db, id }) => getDrill(db, id),
    whatIf: ({ db, parameters, caller, offers }) =>
      computeWhatIf(db, parameters, { costOfMonth: (caller.rights.has('read_cost') && offers.costOfMonth) || null }),
    n1: ({ db, parameters }) => getN1(db, parameters),
    n2: ({ db }) => getN2(db),
    outlook: ({ db, parameters }) => getOutlook(db, parameters),
  },
  offers: { hindranceBefore: readHindranceBefore },
  commands,
  work: {
    pinIntents: {
      scope: 'whole',
      work: ({ db, body }) => pinRoutingIntents(db, body),
    },
    announceDrill: {
      scope: 'whole',
      work: ({ db, body }) => announceDrill(db, body),
      audit: {
        after: (_, { body }) => body,
        subject: ({ data }) => data.id,
      },
    },
    cancelDrill: {
      scope: 'whole',
      work: ({ db, id }) => cancelAnnouncedDrill(db, id),
      audit: {
        after: ({ data: { title, from, to, lose, change } }) => ({ title, from, to, lose, change, state: 'cancelled' }),
      },
    },
    exemptCheck: {
      scope: { check: (reader, { id }) => requireVisibleCheck(reader, id) },
      work: ({ db, id, body }) => exemptCheck(db, id, body),
      audit: {
        before: ({ db, id }) => findCheckExemption(db.pool, id),
        after: ({ data }) => data,
      },
    },
    withdrawExemption: {
      scope: { check: (reader, { id }) => requireVisibleCheck(reader, id) },
      work: ({ db, id }) => endCheckExemption(db, id),
      audit: {
        before: ({ db, id }) => findCheckExemption(db.pool, id),
        after: ({ data }) => data,
      },
    },
    askAzureReports: {
      // only the owner of a shared gateway may request reports about it
      scope: {
        async check(reader, { id }) {
          const found = await resolveResource(getSqlExecutor(reader), id)
          if (getSharedIds(getSqlExecutor(reader)).has(found.id)) throw new WholeDeploymentError()
        },
      },
      work: ({ db, id }) => requestAzureReportsOfGateway(db, id),
      audit: { after: ({ data: { askedAt } }) => ({ askedAt }) },
    },
    // the command computes pairs of the resources that the caller may see, so it limits the access itself
    computeN2: {
      scope: 'itself',
      work: ({ db, body, caller }) => computeN2(db, body, caller.scope),
    },
    cancelN2: {
      scope: 'itself',
      work: ({ db, body, caller }) => cancelN2(db, body, caller.scope),
    },
  },
  jobs: async () => (await import('./jobs.ts')).createJobs,
})
