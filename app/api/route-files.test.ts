import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { commands } from '#lib/contract/index.ts'

/** OpenAPI is made from the contract, so a command that no route takes would be described all the same. */
it.each(Object.values(commands))('$method $path is taken by a route', ({ method, path }) => {
  const file = `app/api/v1${path.replaceAll(/\{(\w+)\}/g, '[$1]')}/route.ts`
  expect(existsSync(file)).toBe(true)
  expect(readFileSync(file, 'utf8')).toMatch(
    new RegExp(`export (const|function|async function) ${method.toUpperCase()}\\b`),
  )
})
