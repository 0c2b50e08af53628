import type { z } from 'zod'

export interface Endpoint {
  /** below `/api/v1`; `{id}` is a short id or an ARM id */
  path: string
  summary: string
  parameters: z.ZodType
  response: z.ZodType
}

export interface Command {
  method: 'put' | 'post' | 'delete'
  path: string
  summary: string
  body: z.ZodType
  response: z.ZodType
  /** what a client can meet beside a wrong body (400, 413, 415), another site's page (403) and a database that is away (503) */
  problems: readonly number[]
}
