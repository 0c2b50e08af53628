import { defineFeatureCapability, getSqlExecutor, resolveCircuit } from '#lib/questions/index.ts'
import {
  declareAcceptedProposals,
  getDeclarations,
  getDeclarationsVersions,
  getFormerResources,
  getProposals,
  joinResources,
  separateResource,
  putDeclarations,
} from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'

export const declarationsCapability = defineFeatureCapability({
  endpoints,
  answers: {
    declarations: ({ db, parameters }) => getDeclarations(db, parameters),
    proposals: ({ db }) => getProposals(db),
    formerResources: ({ db, id }) => getFormerResources(db, id),
    declarationsVersions: ({ db, parameters }) => getDeclarationsVersions(db, parameters),
  },
  commands,
  work: {
    putDeclarations: {
      scope: 'whole',
      work: ({ db, body }) => putDeclarations(db, body),
      audit: { before: async ({ db }) => (await getDeclarations(db, {})).data, after: ({ data }) => data },
    },
    acceptProposals: {
      scope: 'whole',
      work: ({ db, body }) => declareAcceptedProposals(db, body),
      audit: { before: async ({ db }) => (await getDeclarations(db, {})).data, after: ({ data }) => data },
    },
    /**
     * Joins a listed resource with a removed resource, so that both count as one. A user with limited access may join
     * circuits only, because other customers may use the same gateway.
     */
    joinResource: {
      scope: {
        check: async (reader, { id, body }) => {
          await resolveCircuit(getSqlExecutor(reader), id)
          await resolveCircuit(getSqlExecutor(reader), body.with)
        },
      },
      work: ({ db, id, body }) => joinResources(db, id, body),
    },
    /** Undoes the last join of a resource. A user with limited access may do this for circuits only. */
    partResource: {
      scope: { check: (reader, { id }) => resolveCircuit(getSqlExecutor(reader), id) },
      work: ({ db, id }) => separateResource(db, id),
    },
  },
})
