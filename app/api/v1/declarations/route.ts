import { getDeclarations, putDeclarations } from '#lib/answers/index.ts'
import { allowedOnly, answering, commanding } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = answering('declarations', ({ db, parameters }) => getDeclarations(db, parameters))
export const PUT = commanding('putDeclarations', ({ db, body }) => putDeclarations(db, body))

const getOrPut = allowedOnly('GET', 'HEAD', 'PUT')
export { getOrPut as DELETE, getOrPut as PATCH, getOrPut as POST }
