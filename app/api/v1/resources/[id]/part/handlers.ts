import { partResource } from '#lib/questions/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

/** Undoes the last move of a resource. */
export const POST = commandRoute('partResource', ({ db, id }) => partResource(db, id))
