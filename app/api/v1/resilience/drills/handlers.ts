import { announceDrill, getDrills } from '#lib/resilience/answers/index.ts'
import { commandRoute, queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('drills', ({ db, parameters }) => getDrills(db, parameters))
export const POST = commandRoute('announceDrill', ({ db, body }) => announceDrill(db, body), {
  before: async () => null,
  after: (_, { body }) => body,
  subject: ({ data }) => data.id,
})
