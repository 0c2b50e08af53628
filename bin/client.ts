/**
 * `node bin/run.mjs client`: generates the Prisma client of the database after prisma/schema.prisma has changed. Both
 * the schema and the client are committed.
 */
import path from 'node:path'
import { generatePrismaClient } from '#lib/platform/prisma/generate.ts'

await generatePrismaClient(path.resolve(import.meta.dirname, '..'))
