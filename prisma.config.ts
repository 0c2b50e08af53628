import { defineConfig } from 'prisma/config'

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Only `prisma generate` is run by this project, and that never connects.
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://unused' },
})
