import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseSourceFile } from '../../bin/structure/source.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/**
 * Returns the chain of static imports by which a file loads a package; null if it does not load it. Type imports and
 * dynamic imports do not count.
 */
function routeTo(wanted: string, file: string, seen = new Set<string>()): string[] | null {
  seen.add(file)
  for (const { specifier, isType, isDynamic } of parseSourceFile(readFileSync(path.join(ROOT, file), 'utf8'), file)
    .imports) {
    if (isType || isDynamic) continue
    if (specifier === wanted) return [file, wanted]
    const target = fileOf(specifier, file)
    if (target === null || seen.has(target)) continue
    const rest = routeTo(wanted, target, seen)
    if (rest) return [file, ...rest]
  }
  return null
}

/** Returns the path of an imported file; null if it is not a script of this repository. */
function fileOf(specifier: string, from: string): string | null {
  if (!/\.tsx?$/.test(specifier)) return null
  if (specifier.startsWith('#')) return specifier.slice(1)
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : null
}

describe('what a screen loads', () => {
  it.each([
    'components/shell/screen-frame.tsx',
    'components/overview/overview-page.tsx',
    'components/circuits/circuit-page.tsx',
    'components/gateways/gateway-page.tsx',
    'components/sessions/sessions-page.tsx',
    'components/incidents/incident-page.tsx',
    'components/cost/cost-page.tsx',
    'components/sources/sources-page.tsx',
    'components/wall/wall-page.tsx',
  ])('holds no schemas: %s', (screen) => {
    expect(routeTo('zod', screen)).toBeNull()
  })

  it('holds them where a form is: so that this test can fail', () => {
    expect(routeTo('zod', 'components/declarations/card-form.tsx')).toContain(
      'components/declarations/declaration-form.ts',
    )
  })
})
