import { getDeclarations, putDeclarations } from '#lib/questions/index.ts'
import { queryRoute, commandRoute } from '../../_http/handler.ts'

export const GET = queryRoute('declarations', ({ db, parameters }) => getDeclarations(db, parameters))
export const PUT = commandRoute('putDeclarations', ({ db, body }) => putDeclarations(db, body), {
  before: async ({ db }) => (await getDeclarations(db, {})).data,
  after: ({ data }) => data,
})
