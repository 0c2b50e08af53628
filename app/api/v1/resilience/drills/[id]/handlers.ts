import { cancelDrill, getDrill } from '#lib/resilience/answers/index.ts'
import { commandRoute, queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('drill', ({ db, id }) => getDrill(db, id))
export const DELETE = commandRoute('cancelDrill', ({ db, id }) => cancelDrill(db, id), {
  before: async () => null,
  after: ({ data: { title, from, to, lose, change } }) => ({ title, from, to, lose, change, state: 'cancelled' }),
})
