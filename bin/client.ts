/**
 * `node bin/run.mjs client`: generates the database client after a change of prisma/schema.prisma; both are committed.
 */
import path from 'node:path'
import { generateClient } from '#lib/platform/prisma/generate.ts'

await generateClient(path.resolve(import.meta.dirname, '..'))
