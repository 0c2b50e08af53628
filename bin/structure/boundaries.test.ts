import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findImportBoundaryFaults } from './boundaries.ts'
import { findCycles } from './files.ts'
import { isSql } from './rules.ts'
import { parseSourceFile, readSourceFiles } from './source.ts'

const trees: string[] = []
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true })
})

/** Checks a tree without a violation plus the files that a case adds to it. */
function check(added: Record<string, string>, required: readonly string[] = []) {
  const root = mkdtempSync(path.join(tmpdir(), 'peerwatch-boundaries-'))
  trees.push(root)
  const files: Record<string, string> = {
    'lib/bgp/index.ts': 'export const a = 1',
    'lib/contract/index.ts': `export * from '#lib/bgp/index.ts'`,
    'lib/platform/log.ts': `import 'node:fs'`,
    'lib/azure/index.ts': `import '@azure/identity'; import '#lib/contract/index.ts'; import '#lib/platform/log.ts'`,
    'lib/history/index.ts': `import pg from 'pg'; pg.query('SELECT a FROM b')`,
    'lib/detection/index.ts': `import '#lib/contract/index.ts'`,
    'lib/detection/model/y.ts': 'export type A = 1',
    'lib/detection/source/y.ts': `import type { A } from '../model/y.ts'`,
    'lib/detection/group/rules/y.ts': `import type { A } from '../../model/y.ts'; import './z.ts'`,
    'lib/detection/group/rules/z.ts': 'export const z = 1',
    'lib/poller/index.ts': `import type { PoolClient } from 'pg'; import '#lib/azure/index.ts'; import '#lib/history/index.ts'`,
    'lab/simulator/index.ts': `import '#lib/bgp/index.ts'`,
    'lab/simulator/simulator.test.ts': `import { it } from 'vitest'; import './index.ts'; import '#lib/azure/index.ts'`,
    'components/ui/button.tsx': `import 'react'; import '#lib/contract/index.ts'; export const b = <p>SELECT a FROM b</p>`,
    'app/page.tsx': `import '#components/ui/button.tsx'; import '#lib/poller/index.ts'; import './globals.css'`,
    'app/globals.css': '',
    'bin/simulate.ts': `import '#lab/simulator/index.ts'`,
    ...added,
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  return findImportBoundaryFaults(readSourceFiles(root), required)
}

describe('the boundary check', () => {
  it('sees every file and import of a clean tree, and finds nothing', () => {
    expect(check({})).toEqual({ files: 16, imports: 23, violations: [] })
  })

  it('names a required package that only a test imports, or no file', () => {
    const { violations } = check({ 'lib/bgp/x.test.ts': `import 'recharts'` }, ['react', 'recharts', 'next'])
    expect(violations.map((line) => line.split(' is ')[0])).toEqual(['package.json: recharts', 'package.json: next'])
  })

  const planted: { name: string; file: string; text: string; says: RegExp }[] = [
    {
      name: 'against the direction',
      file: 'lib/bgp/x.ts',
      text: `import '#lib/contract/index.ts'`,
      says: /bgp may import nothing of ours/,
    },
    {
      name: 'a relative path that leaves its folder',
      file: 'lib/detection/x.ts',
      text: `import '../history/index.ts'`,
      says: /detection may import bgp, contract/,
    },
    {
      name: 'a type',
      file: 'lib/detection/x.ts',
      text: `import type { A } from '#lib/history/index.ts'`,
      says: /detection may import/,
    },
    {
      name: 'a type inside a type',
      file: 'lib/detection/x.ts',
      text: `export type A = import('#lib/history/index.ts').B`,
      says: /detection may import/,
    },
    {
      name: 'a re-export',
      file: 'lib/azure/x.ts',
      text: `export { a } from '#lib/history/index.ts'`,
      says: /azure may import/,
    },
    {
      name: 'a re-export of everything',
      file: 'lib/azure/x.ts',
      text: `export * from '#lib/history/index.ts'`,
      says: /azure may import/,
    },
    {
      name: 'a dynamic import',
      file: 'lib/azure/x.ts',
      text: `await import('#lib/history/index.ts')`,
      says: /azure may import/,
    },
    {
      name: 'an import of a computed name',
      file: 'lib/azure/x.ts',
      text: `const n = 'x'; await import(n)`,
      says: /only known when it runs/,
    },
    {
      name: 'an asset URL',
      file: 'app/x.ts',
      text: `new URL('../lab/simulator/index.ts', import.meta.url)`,
      says: /app may import/,
    },
    {
      name: 'the simulator in the product',
      file: 'lib/poller/x.ts',
      text: `import '#lab/simulator/index.ts'`,
      says: /poller may import/,
    },
    {
      name: 'the Azure SDK outside azure',
      file: 'lib/poller/x.ts',
      text: `import '@azure/arm-network'`,
      says: /@azure\/arm-network, which belongs to azure/,
    },
    {
      name: 'a type of the Azure SDK outside azure',
      file: 'lib/poller/x.ts',
      text: `import type { A } from '@azure/arm-network'`,
      says: /belongs to azure/,
    },
    {
      name: 'the web framework in lib',
      file: 'lib/poller/x.ts',
      text: `import { headers } from 'next/headers'`,
      says: /next, which belongs to app, components/,
    },
    {
      name: 'the database in a component',
      file: 'components/ui/x.tsx',
      text: `import { r } from '#lib/history/index.ts'; export const X = () => <a>{r}</a>`,
      says: /components may import bgp, contract/,
    },
    {
      name: 'a floor above its own',
      file: 'lib/detection/model/x.ts',
      text: `import type { A } from '../group/rules/y.ts'`,
      says: /the floor model may import verdict, churn/,
    },
    {
      name: 'a floor beside its own',
      file: 'lib/detection/group/facts/x.ts',
      text: `import '../../source/y.ts'`,
      says: /the floor group\/facts may import/,
    },
    {
      name: 'the index above the floors',
      file: 'lib/detection/group/correlate/x.ts',
      text: `import '../../index.ts'`,
      says: /the floor group\/correlate may import/,
    },
    {
      name: 'a page in a component',
      file: 'components/ui/x.tsx',
      text: `import '../../app/page.tsx'`,
      says: /components may import/,
    },
    {
      name: 'the Postgres client in a component',
      file: 'components/ui/x.tsx',
      text: `import pg from 'pg'`,
      says: /pg, which belongs to/,
    },
    {
      name: 'a test tool in the product',
      file: 'lib/poller/x.ts',
      text: `import { vi } from 'vitest'`,
      says: /belongs to lab: keep test tools in tests and benches/,
    },
    {
      name: 'a test’s helper in the product',
      file: 'lib/poller/x.ts',
      text: `import '../../lab/simulator/simulator.test.ts'`,
      says: /there for tests/,
    },
    {
      name: 'a test’s helper in the demo',
      file: 'lab/demo-history/x.ts',
      text: `import '../../lab/simulator/simulator.test.ts'`,
      says: /there for tests/,
    },
    {
      name: 'a file that does not exist',
      file: 'lib/poller/x.ts',
      text: `import './y.ts'`,
      says: /imports \.\/y\.ts, which does not exist/,
    },
    { name: 'a file without its ending', file: 'lib/poller/x.ts', text: `import './index'`, says: /does not exist/ },
    {
      name: 'a folder nobody knows',
      file: 'lib/utils/x.ts',
      text: `import '#lib/bgp/index.ts'`,
      says: /lies in utils/,
    },
    {
      name: 'SQL in a string',
      file: 'lib/poller/x.ts',
      text: `client.query('select a from b where c = 1')`,
      says: /holds SQL/,
    },
    {
      name: 'SQL in a template',
      file: 'app/x.ts',
      text: 'client.query(`\n  INSERT INTO a VALUES (${1})`)',
      says: /holds SQL/,
    },
    {
      name: 'a table whose look-ups find what every object inherits',
      file: 'lib/poller/x.ts',
      text: `export const steps: Readonly<Record<string, number>> = { a: 1 }`,
      says: /steps is a plain object that words index/,
    },
    { name: 'a raw query of Prisma’s', file: 'app/x.ts', text: 'prisma.$queryRaw`anything`', says: /calls \$queryRaw/ },
  ]
  it.each(planted)('finds $name', ({ file, text, says }) => {
    const { violations } = check({ [file]: text })
    // An import against the allowed direction often also creates a cycle, which is reported too.
    const [first, ...others] = violations
    expect(first).toMatch(says)
    expect(first).toContain(`${file}: `)
    for (const other of others) expect(other).toMatch(/^folders import each other in a circle/)
  })

  it('finds folders of components that import each other', () => {
    const { violations } = check({
      'components/a/x.ts': `import '../b/y.ts'`,
      'components/b/y.ts': `import '../a/x.ts'`,
    })
    expect(violations).toEqual(['folders import each other in a circle: components/a, components/b'])
  })

  it('takes no comment, string or JSX text for an import', () => {
    const source = `// import '#lib/history/index.ts'\nconst s = "import './x.ts'"; export const x = <p>import './y.ts'</p>; /* import('z') */`
    expect(parseSourceFile(source, 'x.tsx').imports).toEqual([])
  })
})

describe('circles', () => {
  it.each([
    ['none in a tree', { a: ['b', 'c'], b: ['d'], c: ['d'] }, []],
    ['one of three', { a: ['b'], b: ['c'], c: ['a'] }, [['a', 'b', 'c']]],
    ['one off to the side', { x: ['b'], b: ['c'], c: ['b'] }, [['b', 'c']]],
    ['a node of itself', { a: ['a'] }, [['a']]],
  ])('%s', (_, edges, expected) => {
    expect(findCycles(new Map(Object.entries(edges)))).toEqual(expected)
  })
})

describe('SQL', () => {
  it.each([
    ['SELECT 1 FROM x', true],
    ['\n  with a as (select 1) select 2', true],
    ['WITH RECURSIVE t (n) AS (VALUES (1)) SELECT 1', true],
    ['UPDATE a SET b = 1', true],
    ['delete from a', true],
    ['select a circuit to see its paths', false],
    ['Update the settings', false],
    ['truncate text-sm', false],
    ['with a comma', false],
    ['Select all gateways from the list', false],
  ])('%s: %s', (text, expected) => {
    expect(isSql(text)).toBe(expected)
  })
})
